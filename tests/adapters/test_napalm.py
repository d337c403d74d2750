"""NAPALM's getters over a console, and NAPALM as it comes as the proof that management is back."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest

from oob.adapters import netmiko
from oob.adapters.pexpect import spawn
from oob.errors import NotProven, UsageError
from oob.lab.control import Lab, LabRouter, lab_up
from oob.lab.topology import five_topology
from tests.adapters.conftest import PORTS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # NAPALM's drivers import modules that Python deprecated
    from napalm import get_network_driver
    from napalm.base.base import NetworkDriver
    from napalm.base.exceptions import ConnectionException

    from oob.adapters.napalm import CHANGING, FRONTS, console, verify_in_band

    for _driver in FRONTS:
        get_network_driver(_driver)


def over_console(router: LabRouter, path: int = 0, driver: str = "ios") -> NetworkDriver:
    login = {"username": router.username, "password": router.password, "secret": router.secret}
    return console(router.consoles[path], driver=driver, **login)


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of leaf1 (EOS), spine1 (NX-OS) and pe1 (IOS-XR)."""
    topology = five_topology()
    for router in topology.routers:
        topology = topology.with_router(router.name, baud=0, ports=PORTS[:1], receive_buffer=65536)
    others = tuple(one for one in topology.routers if one.name in ("leaf1", "spine1", "pe1"))
    topology = replace(topology, routers=others)
    with lab_up(tmp_path_factory.mktemp("fabric"), topology, owned=True) as lab:
        yield lab


def test_the_facts_of_a_device(edge: LabRouter, path: int) -> None:
    with over_console(edge, path) as device:
        facts = device.get_facts()
        assert (facts["hostname"], facts["serial_number"], facts["vendor"]) == ("edge1", "FCZ2711R0AB", "Cisco")
        assert "GigabitEthernet1" in facts["interface_list"]
        assert device.is_alive() == {"is_alive": True}
    assert device.is_alive() == {"is_alive": False}
    with spawn(edge.consoles[0], timeout=20) as child:
        child.sendline()
        assert child.expect(["Username: ", "edge1[>#]"]) == 0


def test_configuration_interfaces_routes_and_neighbours(edge: LabRouter) -> None:
    with over_console(edge, 1) as device:
        assert "hostname edge1" in device.get_config(retrieve="running")["running"]
        assert device.get_interfaces()["GigabitEthernet1"]["is_up"]
        assert device.get_route_to("192.168.10.0/24")["192.168.10.0/24"][0]["protocol"] == "connected"
        assert device.get_bgp_neighbors() == {}


def test_nxos_over_a_console(fabric: Lab) -> None:
    with over_console(fabric.router("spine1"), driver="nxos_ssh") as device:
        facts = device.get_facts()
        assert (facts["hostname"], facts["serial_number"], facts["os_version"]) == ("spine1", "FDO241512AB", "10.3(5)")
        assert "hostname spine1" in device.get_config(retrieve="running")["running"]
        assert device.get_interfaces()["Ethernet1/1"]["is_enabled"]
        assert device.get_bgp_neighbors() == {}


def test_eos_over_a_console(fabric: Lab) -> None:
    # Its other getters read JSON that the virtual router does not have.
    with over_console(fabric.router("leaf1"), driver="eos") as device:
        facts = device.get_facts()
        assert (facts["hostname"], facts["vendor"]) == ("leaf1", "Arista")
        assert "Ethernet1" in facts["interface_list"]
        assert device.get_interfaces()["Loopback0"]["is_up"]
        assert "hostname leaf1" in device.get_config(retrieve="running")["running"]


def test_junos_over_a_console_through_pyez(core: LabRouter) -> None:
    # Its other getters ask for RPCs that the virtual router does not have.
    with over_console(core, 1, driver="junos") as device:
        assert "host-name core1;" in device.get_config(retrieve="running")["running"]
        assert device.is_alive() == {"is_alive": True}
        with pytest.raises(UsageError, match="is not offered over a console"):
            device.load_merge_candidate(config="system { host-name x; }")
    assert device.is_alive() == {"is_alive": False}
    with spawn(core.consoles[0], timeout=20) as child:
        child.sendline()
        assert child.expect(["login: ", ">"]) == 0


def test_iosxr_over_a_console_through_its_xml_agent(fabric: Lab) -> None:
    # Its other getters ask for XML that the virtual router does not have.
    router = fabric.router("pe1")
    driver = over_console(router, driver="iosxr")
    with pytest.raises(ConnectionException, match="XML agent is not enabled"):
        driver.open()
    login = {"username": router.username, "password": router.password, "device_type": "cisco_xr"}
    with netmiko.connect(router.consoles[0], **login) as device:
        device.send_config_set(["xml agent tty iteration off"], exit_config_mode=False)
        device.commit()
        device.exit_config_mode()
    with driver as device:
        assert "hostname pe1" in device.get_config(retrieve="running")["running"]
        assert device.is_alive() == {"is_alive": True}
    assert device.is_alive() == {"is_alive": False}
    with spawn(router.consoles[0], timeout=20) as child:
        child.sendline()
        assert child.expect(["Username: ", "#", "XML>"]) == 0


def test_what_changes_the_configuration_is_refused_with_a_reason(edge: LabRouter) -> None:
    device = over_console(edge, 1)
    for name in CHANGING:
        with pytest.raises(UsageError, match=f"{name} is not offered over a console: on a slow line"):
            getattr(device, name)()


def test_a_driver_that_takes_no_console_is_said_so() -> None:
    with pytest.raises(UsageError, match="nxos takes no console; those that do are eos, ios, iosxr, junos, nxos_ssh"):
        console("tcp://127.0.0.1:1", driver="nxos", username="ops")


def test_management_that_is_not_back_is_not_proven() -> None:
    with pytest.raises(NotProven, match=r"management at 127\.0\.0\.1 does not answer NAPALM: .*refused"):
        verify_in_band(
            "edge1",
            hosts={"edge1": "127.0.0.1"},
            platform="cisco_ios",
            username="ops",
            password="x",
            optional_args={"transport": "telnet", "port": 1},
        )


def test_a_name_is_looked_up_nowhere() -> None:
    with pytest.raises(UsageError, match="looks no name up"):
        verify_in_band("edge1.example.net", platform="cisco_ios", username="ops", password="x")
