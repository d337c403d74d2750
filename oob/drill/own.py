"""A stage of oob's own: virtual routers that are started for the drill and stopped after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from oob.drill import harm
from oob.drill.part import PARTS, RouterPart
from oob.drill.stage import DrillStage
from oob.events import Events
from oob.inventory.device import Critical, Expect, InventoryDevice
from oob.inventory.inventory import Inventory, from_lab
from oob.lab.control import Lab, lab_up
from oob.lab.topology import Topology
from oob.secret.credentials import Credentials
from oob.transport.access import Access


class OwnLab(DrillStage):
    """A lab of the routers in *topology*; it goes down at the end of `with`.

    Without *parts* the commands for each router are made from its baseline, as for routers that are not oob's own.
    """

    is_own: ClassVar[bool] = True

    def __init__(
        self, folder: Path, topology: Topology, events: Events, parts: Mapping[str, RouterPart] = PARTS
    ) -> None:
        super().__init__(folder, events, Access())
        self._topology = topology
        self._parts = dict(parts)
        self.is_scripted = bool(parts)
        self.lab: Lab

    def __enter__(self) -> Self:
        self.home.create(self.home.path)
        self.lab = lab_up(self.home.path / "lab", self._topology, owned=True)
        routers = [{"name": one.name, "platform": one.platform, "consoles": one.consoles} for one in self.lab.routers]
        self.inventory = Inventory([self._entry(device) for device in from_lab(routers)])
        self.inventory.save(self.home)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self.lab.down()

    def _entry(self, device: InventoryDevice) -> InventoryDevice:
        part = self._parts.get(device.name)
        # The recovery uses the first console; the others stay as backup paths.
        first = part.first if part else ""
        return replace(
            device,
            paths=tuple(sorted(device.paths, key=lambda path: not path.url.startswith(first))),
            expect=Expect(hostname=device.name, serial=self.lab.router(device.name).serial),
            critical_prefixes=tuple(Critical(target=prefix) for prefix in (part.prefixes if part else ())),
            critical_addresses=tuple(Critical(target=address) for address in (part.addresses if part else ())),
        )

    @property
    def players(self) -> tuple[str, ...]:
        """The routers of the lab that the drills have commands for."""
        if self.is_scripted:
            return tuple(name for name in self._parts if any(router.name == name for router in self.lab.routers))
        return tuple(router.name for router in self.lab.routers if router.platform in harm.PLATFORMS)

    def part(self, name: str) -> RouterPart:
        """Return the commands for a router: the lab's own, else made from its baseline."""
        if name not in self._parts:
            self._parts[name] = harm.part_of(self.inventory.device(name), self.home)
        return self._parts[name]

    def credentials(self, name: str) -> Credentials:
        """Return the local login of a router."""
        router = self.lab.router(name)
        return Credentials(username=router.username, password=router.password, enable=router.secret)

    @contextmanager
    def quickly(self) -> Iterator[None]:
        """Let the lines be fast and near while it lasts."""
        try:
            for router in self.lab.routers:
                self.fault(router.name, "quick")
            yield
        finally:
            for router in self.lab.routers:
                self.fault(router.name, "quick", on=False)

    def fault(self, name: str, fault: str, **arguments: Any) -> None:
        """Let something go wrong with a router or its line."""
        self.lab.fault(name, fault, **arguments)
