"""A router whose OSPF is gone, recovered over every way to its console, and over three when two of them fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.deadline import Deadline
from oob.device.connect import connect
from oob.errors import PathBusy
from oob.inventory.device import ConsolePath, Critical, Expect
from oob.inventory.device import InventoryDevice as Entry
from oob.inventory.home import Home
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.recovery.api import recover, take_backup
from oob.recovery.context import Collaborators, RunOptions
from oob.secret.credentials import Credentials
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import open_url

PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]
ROOT = Credentials(username="root", password=PASSWORDS["root"])
WAYS = ["serial", "tcp", "telnet", "rfc2217", "ssh", "console", "sol"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A site that has converged and a home with a baseline of r2 in it."""

    site: Site
    means: Collaborators

    def entry(self, *urls: str) -> Entry:
        return Entry(
            name="r2",
            platform="frr",
            paths=tuple(ConsolePath(url=url, name=str(number)) for number, url in enumerate(urls, 1)),
            expect=Expect(hostname="r2"),
            critical_prefixes=(Critical(target="10.255.0.1/32"), Critical(target="10.255.0.3/32")),
        )

    def url(self, way: str) -> str:
        return self.site.servers["r2"].urls[way]

    def break_it(self) -> None:
        """Take OSPF away and save that, so that only the backup helps."""
        with connect(self.url("serial"), platform="frr", secrets=ROOT) as device:
            device.run("vtysh -c 'configure terminal' -c 'no router ospf'")
            device.run("vtysh -c 'write memory'")
        assert not self.site.is_converged


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Desk:
    home = Home(tmp_path)
    home.known_hosts.write_text(site.servers["r2"].known_host)
    login = ServerLogin(user="ops", password=PASSWORD)
    access = Access(server_login=login, known_hosts=home.known_hosts)
    desk = Desk(site=site, means=Collaborators(home=home, secrets=ROOT, operator="test", access=access))
    backup = take_backup(desk.entry(desk.url("serial")), desk.means)
    Catalogue(home.backups).mark_good("r2", backup.manifest.id, by="test")
    return desk


def free(url: str, access: Access) -> None:
    """Wait until a server has given the line back that the last one was on."""
    deadline = Deadline(10)
    while True:
        try:
            with open_url(url, Deadline(10), access) as transport:
                transport.read(100, 0.2)
            return
        except PathBusy:
            assert not deadline.is_over


@pytest.mark.parametrize("way", WAYS)
def test_a_router_is_recovered_over_every_way(desk: Desk, way: str) -> None:
    desk.break_it()
    if way in ("tcp", "telnet", "rfc2217"):
        free(desk.url(way), desk.means.access)
    outcome = recover(desk.entry(desk.url(way)), desk.means, RunOptions(converge=30))
    assert outcome.is_recovered
    assert [attempt.strategy for attempt in outcome.attempts if not attempt.failure and not attempt.skipped] == [
        "backup"
    ]
    desk.site.wait_converged(10)
    for file in desk.means.home.path.rglob("*"):
        if file.is_file() and "inventory" not in file.parts:
            text = file.read_bytes()
            assert PASSWORD.encode() not in text, file
            assert PASSWORDS["root"].encode() not in text, file
