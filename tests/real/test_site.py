"""The real lab: every way to a router's console leads to the same router, and its power is really its power."""

from __future__ import annotations

import secrets as randomness

import pytest

from oob.deadline import Deadline
from oob.device.connect import connect
from oob.device.device import Device
from oob.errors import PathBusy
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.process import wait_until
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.secret.credentials import Credentials
from oob.transport.access import Access, ServerLogin
from oob.transport.ipmi import Bmc
from oob.transport.url import parse

PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]
ROOT = Credentials(username="root", password=PASSWORDS["root"])


def access(site: Site) -> Access:
    known_hosts = site.folder / "known_hosts"
    known_hosts.write_text("".join(servers.known_host for servers in site.servers.values()))
    return Access(server_login=ServerLogin(user="ops", password=PASSWORD), known_hosts=known_hosts)


def over(site: Site, name: str, scheme: str) -> Device:
    deadline = Deadline(10)
    while True:
        try:
            return connect(site.servers[name].urls[scheme], platform="frr", secrets=ROOT, access=access(site))
        except PathBusy:  # ser2net gives the line back a while after the last client has gone
            assert not deadline.is_over


@pytest.mark.parametrize("scheme", ["serial", "tcp", "telnet", "rfc2217", "ssh", "console", "sol"])
@pytest.mark.parametrize("name", ["r1", "r2", "r3"])
def test_every_way_leads_to_the_router(site: Site, name: str, scheme: str) -> None:
    mark = randomness.token_hex(4)
    with over(site, name, scheme) as device:
        assert device.state_found == "login"
        assert device.facts().hostname == name
        assert device.run(f"echo {mark}").text == mark
        assert "router ospf" in device.configuration()
        assert len(device.routes().routes) >= 9


def test_a_router_that_is_switched_off_is_gone_for_its_neighbours_and_comes_back(site: Site) -> None:
    bmc = Bmc(parse(site.servers["r1"].urls["sol"]), access(site))
    assert bmc.power("status", 10) == "on"
    bmc.power("off", 20)
    wait_until(lambda: not site.routers["r1"].is_on)
    assert bmc.power("status", 10) == "off"
    wait_until(lambda: "10.255.0.1" not in site.routers["r3"].routes())
    begun = Deadline(60)
    bmc.power("on", 20)
    site.wait_converged(30)
    assert not begun.is_over
    with over(site, "r1", "telnet") as device:
        assert device.facts().hostname == "r1"
