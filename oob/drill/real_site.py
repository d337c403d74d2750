"""The real lab as a stage: FRR routers behind real console servers, at the far end of a bad WAN."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import oob.recovery.record.events as events
from oob.drill.part import RouterPart
from oob.drill.stage import DrillStage
from oob.errors import UsageError
from oob.events import Event, Events
from oob.inventory.device import ConsolePath, Critical, Expect, InventoryDevice
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory
from oob.lab.real.console_servers import PASSWORD, USER
from oob.lab.real.packages import check
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.lab.real.wan import FAR_AWAY
from oob.secret.credentials import Credentials
from oob.transport.access import Access, ServerLogin
from oob.transport.url import parse

PATHS = ("console", "telnet", "ssh")  # in the order in which they are tried
PART = RouterPart(
    prefixes=("10.255.0.1/32", "10.255.0.3/32"),
    addresses=("10.255.0.1", "10.255.0.3"),
    breaks=(
        "vtysh -c 'configure terminal' -c 'no router ospf' -c 'ip route 10.99.0.0/24 10.0.12.99999'",
        "vtysh -c 'write memory'",
    ),
)
_RADIUS = (
    "sed -i '1i auth [success=done authinfo_unavail=ignore default=die] pam_radius_auth.so retry=2' /etc/pam.d/login",
    "echo '203.0.113.18:1812 shared 3' >/etc/pam_radius_auth.conf",
)


class RealSite(DrillStage):
    """Three FRR routers in a row; the one in the middle is broken and recovered. Needs root and Debian's packages."""

    is_own: ClassVar[bool] = True

    def __init__(self, folder: Path, events: Events) -> None:
        login = ServerLogin(user=USER, password=PASSWORD)
        super().__init__(folder, events, Access(server_login=login, known_hosts=Home(folder).known_hosts))
        self.site: Site
        self.before: dict[str, frozenset[str]] = {}  # the neighbours' routing tables
        self._dropping: int | None = None
        events.subscribe(self._listen)

    def __enter__(self) -> Self:
        check()
        self.home.create(self.home.path)
        folder = self.home.path / "lab"
        folder.mkdir()
        self.site = Site(folder)
        try:
            self.site.lay_management()
            self.site.power_on()
        except BaseException:
            self.site.close()
            raise
        self.home.known_hosts.write_text("".join(servers.known_host for servers in self.site.servers.values()))
        self.inventory = Inventory([self._entry(name) for name in self.players])
        self.inventory.save(self.home)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.site.wan.restore()
        self.release()
        self.site.close()

    def _entry(self, name: str) -> InventoryDevice:
        urls = self.site.servers[name].urls
        return InventoryDevice(
            name=name,
            platform="frr",
            paths=tuple(ConsolePath(url=urls[way], name=way) for way in PATHS),
            expect=Expect(hostname=name),
            critical_prefixes=tuple(Critical(target=prefix) for prefix in PART.prefixes),
            critical_addresses=tuple(Critical(target=address) for address in PART.addresses),
        )

    @property
    def players(self) -> tuple[str, ...]:
        """The router between the two others."""
        return ("r2",)

    def part(self, name: str) -> RouterPart:
        """Return the commands for the router."""
        return PART

    def credentials(self, name: str) -> Credentials:
        """Return the local login of a router."""
        return Credentials(username="root", password=PASSWORDS["root"])

    def fault(self, name: str, fault: str, **arguments: Any) -> None:
        """Let something go wrong: `aaa` (RADIUS swallows all), `distance`, `busy` and `drop` with the *path* meant."""
        if fault == "aaa":
            self.type(name, (), *_RADIUS)
        elif fault == "distance":
            self.site.wan.conditions = FAR_AWAY
        elif fault == "busy":
            self.hold(self.inventory.device(name).path(arguments["path"]).url)
        elif fault == "drop":
            self._dropping = parse(self.inventory.device(name).path(arguments["path"]).url).port
        else:
            raise UsageError(f"a real site has no fault {fault!r}")

    def _listen(self, event: Event) -> None:
        """Drop the chosen path as soon as the device starts to replace its configuration."""
        if self._dropping and event.name == events.STEP.started and "replace the configuration" in event.text:
            drop = threading.Timer(FAR_AWAY.round_trip, self.site.wan.silence, (self._dropping,))
            drop.daemon = True
            drop.start()
            self._dropping = None
