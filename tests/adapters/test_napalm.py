"""NAPALM's getters over a console, and NAPALM as it comes as the proof that management is back."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

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


IOS_BGP = """
router bgp 65002
 bgp router-id 10.255.0.1
 network 192.168.10.0
 neighbor 10.0.12.2 remote-as 65001
"""
JUNOS_BGP = """
routing-options { autonomous-system 65001; }
protocols { bgp { group branch { type external; peer-as 65002; neighbor 10.0.12.1; } } }
"""


def over_console(router: LabRouter, path: int = 0, driver: str = "ios") -> NetworkDriver:
    login = {"username": router.username, "password": router.password, "secret": router.secret}
    return console(router.consoles[path], driver=driver, **login)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of a router of each platform, all of which have a BGP neighbour."""
    topology = five_topology()
    for router in topology.routers:
        more = {"edge1": IOS_BGP, "core1": JUNOS_BGP}.get(router.name, "")
        fast = {"baud": 0, "ports": PORTS, "receive_buffer": 65536}
        topology = topology.with_router(router.name, config=router.config.removesuffix("end\n") + more, **fast)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the getters of a driver have to say of a router of the lab."""

    router: str
    facts: tuple[str, str, str]  # name, serial number, interface
    config: str
    route: tuple[str, str, str]  # prefix, protocol, outgoing interface
    neighbour: tuple[str, int]  # address, AS


KNOWN = {
    "ios": Known(
        router="edge1",
        facts=("edge1", "FCZ2711R0AB", "GigabitEthernet1"),
        config="hostname edge1",
        route=("192.168.10.0/24", "connected", "GigabitEthernet3"),
        neighbour=("10.0.12.2", 65001),
    ),
    "junos": Known(
        router="core1",
        facts=("core1", "JN12A34BCAFB", "ge-0/0/0"),
        config="host-name core1;",
        route=("192.168.10.0/24", "OSPF", "ge-0/0/0.0"),
        neighbour=("10.0.12.1", 65002),
    ),
    "eos": Known(
        router="leaf1",
        facts=("leaf1", "SSJ17371234", "Ethernet1"),
        config="hostname leaf1",
        route=("10.255.0.5/32", "OSPF", "Ethernet1"),
        neighbour=("10.255.0.5", 65001),
    ),
    "nxos_ssh": Known(
        router="spine1",
        facts=("spine1", "FDO241512AB", "Ethernet1/1"),
        config="hostname spine1",
        route=("10.255.0.3/32", "ospf", "Ethernet1/2"),
        neighbour=("10.255.0.3", 65001),
    ),
    "iosxr": Known(
        router="pe1",
        facts=("pe1", "FOX2514P0XR", "GigabitEthernet0/0/0/0"),
        config="hostname pe1",
        route=("10.255.0.3/32", "ospf", "GigabitEthernet0/0/0/1"),
        neighbour=("10.255.0.3", 65001),
    ),
}


@pytest.fixture(scope="module")
def agent(lab: Lab) -> LabRouter:
    """The IOS-XR router, its XML agent switched on."""
    router = lab.router("pe1")
    driver = over_console(router, driver="iosxr")
    with pytest.raises(ConnectionException, match="XML agent is not enabled"):
        driver.open()
    login = {"username": router.username, "password": router.password, "device_type": "cisco_xr"}
    with netmiko.connect(router.consoles[0], **login) as device:
        device.send_config_set(["xml agent tty iteration off"], exit_config_mode=False)
        device.commit()
        device.exit_config_mode()
    return router


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("driver", KNOWN)
def test_the_getters_of_a_driver(lab: Lab, driver: str) -> None:
    known = KNOWN[driver]
    router = lab.router(known.router)
    with over_console(router, 1, driver=driver) as device:
        facts = device.get_facts()
        assert (facts["hostname"], facts["serial_number"]) == known.facts[:2]
        assert known.facts[2] in facts["interface_list"]
        assert device.get_interfaces()[known.facts[2]]["is_up"]
        assert known.config in device.get_config(retrieve="running")["running"]
        prefix, protocol, interface = known.route
        hops = device.get_route_to(prefix)[prefix]
        assert (protocol, interface) in [(hop["protocol"], hop["outgoing_interface"]) for hop in hops]
        address, number = known.neighbour
        peer = device.get_bgp_neighbors()["global"]["peers"][address]
        assert (peer["is_up"], peer["remote_as"]) == (True, number)
        assert device.is_alive() == {"is_alive": True}
    assert device.is_alive() == {"is_alive": False}
    with spawn(router.consoles[0], timeout=20) as child:
        child.sendline()
        assert child.expect(["[Uu]sername: ", "login: ", f"{known.router}[>#]"]) < 2


def test_a_getter_on_each_path(edge: LabRouter, path: int) -> None:
    with over_console(edge, path) as device:
        assert "hostname edge1" in device.get_config(retrieve="running")["running"]


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
