"""A Netmiko script on a real FRR router, unchanged but for how it connects: a bare serial line, and ser2net."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oob.adapters.netmiko import connect
from oob.adapters.pexpect import spawn
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site

PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]
ROUTE = "10.98.0.0/24"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site")) as site:
        site.power_on()
        yield site


# Each way leads to a router of its own: ser2net gives a line back a while after its client has gone.
@pytest.mark.parametrize(("name", "way"), [("r1", "serial"), ("r2", "telnet")])
def test_a_script_configures_shows_and_leaves_the_console_logged_out(site: Site, name: str, way: str) -> None:
    serial = site.servers[name].urls["serial"]
    login = {"device_type": "linux", "username": "root", "password": PASSWORDS["root"]}
    with connect(site.servers[name].urls[way], **login) as device:
        assert device.send_command("hostname").strip() == name
        assert "FRRouting" in device.send_command("vtysh -c 'show version'")
        device.send_command(f"vtysh -c 'configure terminal' -c 'ip route {ROUTE} blackhole'")
        assert ROUTE in device.send_command("vtysh -c 'show ip route static'")
        assert "ospf router-id" in device.send_command("vtysh -c 'show running-config'")
        device.send_command(f"vtysh -c 'configure terminal' -c 'no ip route {ROUTE} blackhole'")
        assert ROUTE not in device.send_command("vtysh -c 'show ip route static'")
    with spawn(serial, timeout=20) as child:
        child.sendline()
        assert child.expect(["login: ", "[#$] "]) == 0


def test_netmikos_configuration_mode_is_vtyshs(site: Site) -> None:
    # vtysh looks enough like the router that Netmiko's `cisco_ios` was written for.
    url = site.servers["r3"].urls["serial"]
    login = {"username": "netadmin", "password": PASSWORDS["netadmin"]}
    with connect(url, device_type="cisco_s300", **login) as device:
        device.send_config_set([f"ip route {ROUTE} blackhole"])
        assert ROUTE in device.send_command("show ip route static")
        device.send_config_set([f"no ip route {ROUTE} blackhole"])
        assert ROUTE not in device.send_command("show running-config")
