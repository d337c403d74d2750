"""NAPALM's getters over a console, and NAPALM as it comes as the proof that management is back."""

from __future__ import annotations

import warnings

import pytest

from oob.adapters.pexpect import spawn
from oob.errors import NotProven, UsageError
from oob.lab.control import LabRouter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # NAPALM's drivers import modules that Python deprecated
    from napalm import get_network_driver
    from napalm.base.base import NetworkDriver

    from oob.adapters.napalm import CHANGING, OVER_NETMIKO, console, verify_in_band

    for _driver in OVER_NETMIKO:
        get_network_driver(_driver)


def over_console(router: LabRouter, path: int) -> NetworkDriver:
    login = {"username": router.username, "password": router.password, "secret": router.secret}
    return console(router.consoles[path], driver="ios", **login)


def test_the_facts_of_a_device(edge: LabRouter, path: int) -> None:
    with over_console(edge, path) as device:
        facts = device.get_facts()
        assert (facts["hostname"], facts["serial_number"], facts["vendor"]) == ("edge1", "FCZ2711R0AB", "Cisco")
        assert "GigabitEthernet1" in facts["interface_list"]
        assert device.is_alive() == {"is_alive": True}
    assert device.is_alive() == {"is_alive": False}
    with spawn(edge.consoles[0], timeout=20) as child:
        child.sendline()
        assert child.expect(["Username: ", "edge1"]) == 0


def test_configuration_interfaces_routes_and_neighbours(edge: LabRouter) -> None:
    with over_console(edge, 1) as device:
        assert "hostname edge1" in device.get_config(retrieve="running")["running"]
        assert device.get_interfaces()["GigabitEthernet1"]["is_up"]
        assert device.get_route_to("192.168.10.0/24")["192.168.10.0/24"][0]["protocol"] == "connected"
        assert device.get_bgp_neighbors() == {}


def test_what_changes_the_configuration_is_refused_with_a_reason(edge: LabRouter) -> None:
    device = over_console(edge, 1)
    for name in CHANGING:
        with pytest.raises(UsageError, match=f"{name} is not offered over a console: on a slow line"):
            getattr(device, name)()


def test_a_driver_that_takes_no_console_is_said_so() -> None:
    with pytest.raises(UsageError, match="iosxr takes no console; those that do are eos, ios, nxos_ssh"):
        console("tcp://127.0.0.1:1", driver="iosxr", username="ops")


def test_management_that_is_back_says_who_it_is(edge: LabRouter) -> None:
    # The lab has no management network: the console server's port stands for the device's own telnet.
    port = int(edge.consoles[0].rpartition(":")[2])
    found = verify_in_band(
        "edge1",
        platform="cisco_ios",
        username=edge.username,
        password=edge.password,
        secret=edge.secret,
        hosts={"edge1": "127.0.0.1"},
        optional_args={"transport": "telnet", "port": port},
    )
    assert (found.address, found.hostname, found.serial) == ("127.0.0.1", "edge1", "FCZ2711R0AB")
    assert found.seconds > 0


def test_management_that_is_not_back_is_not_proven() -> None:
    with pytest.raises(NotProven, match=r"management at 127\.0\.0\.1 does not answer NAPALM: .*refused"):
        verify_in_band(
            "127.0.0.1",
            platform="cisco_ios",
            username="ops",
            password="x",
            optional_args={"transport": "telnet", "port": 1},
        )


def test_a_name_is_looked_up_nowhere() -> None:
    with pytest.raises(UsageError, match="looks no name up"):
        verify_in_band("edge1.example.net", platform="cisco_ios", username="ops", password="x")
