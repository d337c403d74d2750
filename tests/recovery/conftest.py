"""A lab on fast lines, its routers as inventory entries, and what a person would do to break them."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.device.connect import connect
from oob.device.device import Device
from oob.events import Event, Events
from oob.inventory import device as inventory
from oob.inventory.home import Home
from oob.lab.control import Lab, lab_up
from oob.lab.topology import PortSpec, Topology, default_topology
from oob.recovery.api import take_backup
from oob.recovery.context import Collaborators
from oob.recovery.record.journal import NAME, History, read
from tests.recovery.credentials import Credentials
from tests.recovery.papers import backup
from tests.recovery.stand import Stand

BROKEN = {
    "edge1": (
        "interface GigabitEthernet1",
        "shutdown",
        "exit",
        "router ospf 1",
        "passive-interface GigabitEthernet2",
        "exit",
        "no ip route 198.51.100.0 255.255.255.0 192.168.10.10",
    ),
    "core1": ("delete protocols ospf area 0.0.0.0 interface ge-0/0/0.0", "commit"),
}
FAR = {"edge1": "10.0.12.2", "core1": "10.0.12.1"}


@dataclass
class Site:
    """A lab with a home of its own, and everything said while something was done there."""

    lab: Lab
    home: Home
    said: list[Event] = field(default_factory=list)

    def entry(self, name: str) -> inventory.InventoryDevice:
        router = self.lab.router(name)
        return inventory.InventoryDevice(
            name=name,
            platform=router.platform,
            paths=tuple(inventory.ConsolePath(url=url, name=str(n)) for n, url in enumerate(router.consoles, 1)),
            critical_addresses=(inventory.Critical(target=FAR[name]),),
        )

    def means(self, operator: str = "ada") -> Collaborators:
        return Collaborators(home=self.home, secrets=Credentials(), operator=operator, events=Events(self.said.append))

    def open(self, name: str) -> Device:
        router = self.lab.router(name)
        return connect(list(router.consoles), platform=router.platform, secrets=Credentials())

    def log_out(self, name: str) -> None:
        """Have nobody logged in on the console, whoever a run that died has left there."""
        with self.open(name) as device:
            device.console._logged_in_by_us = True  # so it is left by logging out

    def type(self, name: str, lines: Sequence[str]) -> None:
        """Do to the configuration what a person at the console would do."""
        with self.open(name) as device:
            assert not device.paste(lines).errors

    def baseline(self, name: str) -> Backup:
        """Return the backup of *name* that is known to be good."""
        return Catalogue(self.home.backups).baseline(name)

    def broken(self, name: str) -> None:
        self.type(name, BROKEN[name])

    def journal(self, run: str) -> History:
        return read(self.home.runs / run / NAME)

    def events(self, run: str) -> list[str]:
        return [entry.event for entry in self.journal(run).entries]


def topology() -> Topology:
    """The default lab, as fast as the routers themselves are."""
    ports = (PortSpec(kind="pty"), PortSpec(kind="telnet"))
    fast = default_topology()
    for name in ("edge1", "core1"):
        settings = {"boot_seconds": 1, "commit_seconds": 0.2, "late_seconds": 0.5, "echo_seconds": 0.1}
        fast = fast.with_router(name, baud=0, ports=ports, receive_buffer=65536, settings=settings)
    return fast


def with_baselines(lab: Lab, home: Home, names: Sequence[str] = tuple(BROKEN)) -> Site:
    """Return the lab as a site whose routers have a baseline."""
    site = Site(lab, home)
    for name in names:
        take_backup(site.entry(name), site.means())
        Catalogue(home.backups).mark_good(name, by="ada")
    return site


@pytest.fixture(scope="module")
def standing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab for a module, with a baseline of each router."""
    folder = tmp_path_factory.mktemp("standing")
    with lab_up(folder / "lab", topology(), owned=True) as lab:
        yield with_baselines(lab, Home(folder / "home"))


@pytest.fixture
def site(standing_site: Site, tmp_path: Path) -> Site:
    """The lab of the module and a home with its baselines, for a test that leaves the routers as it found them."""
    shutil.copytree(standing_site.home.backups, tmp_path / "home" / "backups")
    return Site(standing_site.lab, Home(tmp_path / "home"))


class FreshSite(Site):
    """A site that takes a router's baseline when the router is first used."""

    def entry(self, name: str) -> inventory.InventoryDevice:
        if not Catalogue(self.home.backups).list(name):
            with_baselines(self.lab, self.home, (name,))
        return super().entry(name)

    def open(self, name: str) -> Device:
        self.entry(name)
        return super().open(name)

    def baseline(self, name: str) -> Backup:
        self.entry(name)
        return super().baseline(name)


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A lab for one test, which may do to it what it likes once it has used the router."""
    with lab_up(tmp_path / "lab", topology(), owned=True) as lab:
        yield FreshSite(lab, Home(tmp_path / "home"))


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """A home with a good backup of a router that can be reached by nobody."""
    home = Home(tmp_path / "home")
    backup(home.path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Stand(home=home, listener=listener, patch=monkeypatch)
