"""The stage of a drill: a lab that is up, a home of its own with an inventory and baselines, and what is broken on it.

Everything is done to the routers over their consoles or by a fault of the lab; nothing reaches into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.device.reach import Reach
from oob.errors import DeviceError
from oob.events import Events
from oob.inventory.device import Critical, Device, Expect
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory, from_lab
from oob.lab.control import Lab, lab_up
from oob.lab.drill.part import PARTS
from oob.lab.topology import Topology
from oob.recovery.means import Means
from oob.recovery.recover import take_backup
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker


class Stage:
    """A lab, and the home that the drill's recoveries work in. Use with `with`: the lab goes down at the end."""

    def __init__(self, folder: Path, topology: Topology, events: Events) -> None:
        self.home = Home(folder)
        self.home.create(folder)
        self._topology = topology
        self._events = events
        self.lab: Lab

    def __enter__(self) -> Self:
        self.lab = lab_up(self.home.path / "lab", self._topology, owned=True)
        routers = [{"name": one.name, "platform": one.platform, "consoles": one.consoles} for one in self.lab.routers]
        self.inventory = Inventory([self._entry(device) for device in from_lab(routers)])
        self.inventory.save(self.home)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lab.down()

    def _entry(self, device: Device) -> Device:
        part = PARTS.get(device.name)
        # The console that it is recovered over comes first; the others stay as further paths.
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
        """The routers of the lab that the drills know what to do to."""
        return tuple(name for name in PARTS if any(router.name == name for router in self.lab.routers))

    # --- who works on it

    def credentials(self, name: str) -> Credentials:
        """Return the local login of a router."""
        router = self.lab.router(name)
        return Credentials(username=router.username, password=router.password, enable=router.secret)

    def means(self, name: str) -> Means:
        """Return what a recovery of a router works with."""
        return Means(home=self.home, secrets=self.credentials(name), operator="drill", events=self._events)

    # --- setting it

    def say(self, text: str) -> None:
        """Tell what is done to the stage."""
        self._events.say("stage", text)

    def type(self, name: str, lines: Sequence[str], *commands: str) -> None:
        """Paste *lines* into a router and run *commands*, as the engineer does whose change goes wrong."""
        masker = Masker(self.credentials(name).secrets())
        way = Reach(self.inventory.device(name), self.credentials(name), folder=self.home.transcripts, masker=masker)
        with way.open() as device:
            if lines:
                refused = device.paste(lines).errors
                if refused:
                    raise DeviceError(f"the stage could not be set: {name} refused {refused[0].text!r}")
            for command in commands:
                device.run(command)

    def baseline(self, name: str) -> Backup:
        """Read a router and mark what was read known-good."""
        backup = take_backup(self.inventory.device(name), self.means(name), reason="baseline of a drill")
        return Catalogue(self.home.backups).mark_good(name, backup.manifest.id, by="drill")

    def backups(self, name: str) -> tuple[Backup, ...]:
        """Return what has been read from a router so far, oldest first."""
        catalogue = Catalogue(self.home.backups)
        return tuple(catalogue.find(name, entry.id) for entry in reversed(catalogue.list(name)))

    def fault(self, name: str, fault: str, **arguments: Any) -> None:
        """Let something go wrong with a router or its line."""
        self.lab.fault(name, fault, **arguments)
