"""Real FRR routers with OSPF between them, one of them broken and recovered over its console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.deadline import Deadline
from oob.device.connect import connect
from oob.device.device import Device
from oob.inventory.device import ConsolePath, Critical, Expect
from oob.inventory.device import InventoryDevice as Entry
from oob.inventory.home import Home
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.recovery.api import recover, take_backup
from oob.recovery.context import Collaborators, RunOptions
from oob.secret.credentials import Credentials
from oob.transport.opening import open_url

PROGRAMS = ["ip", "vtysh", "agetty", "unshare"]
ROOT = Credentials(username="root", password=PASSWORDS["root"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A site that has converged, and a home with a baseline of r2 in it."""

    site: Site
    entry: Entry
    means: Collaborators

    def open(self) -> Device:
        return connect(self.entry.paths[0].url, platform="frr", secrets=ROOT)

    def configure(self, *lines: str) -> None:
        with self.open() as device:
            for line in lines:
                device.run(f"vtysh -c 'configure terminal' {' '.join(f'-c {part!r}' for part in line.split(' / '))}")

    def run(self, *commands: str) -> None:
        with self.open() as device:
            for command in commands:
                device.run(command)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), has_servers=False) as site:
        site.power_on()
        yield site


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Iterator[Desk]:
    home = Home(tmp_path)
    means = Collaborators(home=home, secrets=ROOT, operator="test")
    entry = Entry(
        name="r2",
        platform="frr",
        paths=(ConsolePath(url=f"serial://{site.folder}/r2.serial", name="serial"),),
        expect=Expect(hostname="r2"),
        critical_prefixes=(Critical(target="10.255.0.1/32"), Critical(target="10.255.0.3/32")),
        critical_addresses=(Critical(target="10.255.0.3"),),
    )
    desk = Desk(site=site, entry=entry, means=means)
    backup = take_backup(entry, means)
    assert (backup.manifest.verified or {})["configuration"] == "the device's SHA256"
    Catalogue(home.backups).mark_good("r2", backup.manifest.id, by="test")
    yield desk
    site.wait_converged()


BREAK = ("no router ospf", "interface eth23 / no ip address 10.0.23.1/30", "ip route 10.99.0.0/24 10.0.12.99999")


def breaks(desk: Desk) -> None:
    desk.configure(*BREAK)
    assert not desk.site.is_converged


def test_a_change_that_was_not_saved_is_undone_from_the_saved_configuration(desk: Desk) -> None:
    desk.run("vtysh -c 'write memory'")
    breaks(desk)
    outcome = recover(desk.entry, desk.means, RunOptions(converge=15))
    assert outcome.is_recovered
    assert [(attempt.strategy, attempt.failure) for attempt in outcome.attempts] == [("checkpoint", "")]
    desk.site.wait_converged(10)


def test_a_change_that_was_saved_is_undone_from_the_backup(desk: Desk) -> None:
    breaks(desk)
    desk.run("vtysh -c 'write memory'")
    outcome = recover(desk.entry, desk.means, RunOptions(converge=15))
    assert outcome.is_recovered
    assert [attempt.strategy for attempt in outcome.attempts if not attempt.skipped][-1] == "backup"
    desk.site.wait_converged(10)
    with desk.open() as device:
        assert "No such file" in device.run("ls /tmp/oob-*").text
        assert "router ospf" in device.run("cat /etc/frr/frr.conf").text


def test_without_frr_reload_only_the_lines_that_differ_are_changed(desk: Desk) -> None:
    breaks(desk)
    desk.run("vtysh -c 'write memory'", "mount --bind /dev/null /usr/lib/frr/frr-reload.py")
    try:
        outcome = recover(desk.entry, desk.means, RunOptions(converge=15))
    finally:
        desk.run("umount /usr/lib/frr/frr-reload.py")
    assert outcome.is_recovered, outcome.as_json()
    assert [attempt.strategy for attempt in outcome.attempts if not attempt.skipped] == ["surgical"]
    desk.site.wait_converged(10)


def test_a_next_hop_that_is_no_interface_is_taken_and_shown_not_to_forward(desk: Desk) -> None:
    desk.configure("ip route 10.99.0.0/24 10.0.12.99999")
    with desk.open() as device:
        assert "ip route 10.99.0.0/24 10.0.12.99999" in device.configuration()
        assert [route for route in device.routes().routes if route.prefix == "10.99.0.0/24" and route.active] == []
    desk.configure("no ip route 10.99.0.0/24 10.0.12.99999")


def test_a_console_left_in_vtysh_is_brought_back_to_the_shell(desk: Desk) -> None:
    first = desk.open()
    stream = first.console.stream
    stream.write(b"vtysh\rconfigure terminal\rrouter ospf\r")
    seen = b""
    while b"(config-router)" not in seen:
        seen += stream.read(5)
    stream.close()
    with desk.open() as device:
        assert device.state_found == "config"
        assert device.run("echo $0").text.endswith("bash")
    with open_url(desk.entry.paths[0].url, Deadline(5)) as transport:
        transport.write(b"exit\r", 5)  # nobody logs out whom somebody else has logged in


def test_an_account_whose_shell_is_vtysh_reads_and_has_no_strategy(desk: Desk) -> None:
    secrets = Credentials(username="netadmin", password=PASSWORDS["netadmin"])
    with connect(desk.entry.paths[0].url, platform="frr", secrets=secrets) as device:
        assert "FRRouting" in device.run("show version").text
        assert device.profile.lacks
        assert not device.profile.strategies
