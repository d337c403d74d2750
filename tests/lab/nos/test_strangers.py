"""Other people's libraries, unmodified, on the virtual routers, over telnet, so that other engines read them too.

scrapli's telnet transport never presses RETURN and waits until the far end speaks first, so that it can't begin on a
silent console: the console server greets, and a second client presses RETURN for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from oob.lab.control import Lab, lab_up
from oob.lab.topology import PortSpec, five_topology

netmiko = pytest.importorskip("netmiko")
parse_output = pytest.importorskip("ntc_templates.parse").parse_output
scrapli = pytest.importorskip("scrapli")
LookupKeyValue = pytest.importorskip("scrapli.auth").LookupKeyValue


@dataclass(frozen=True)
class Stranger:
    """A router as the libraries name it, and the output that they must find."""

    router: str
    netmiko: str
    scrapli: str
    quiet: str
    serial: str
    show_interface: str
    tables: tuple[tuple[str, str, str], ...]  # a command, and a column of its table with a value in it


STRANGERS = (
    Stranger(
        router="edge1",
        netmiko="cisco_ios",
        scrapli="cisco_iosxe",
        quiet="no logging console",
        serial="FCZ2711R0AB",
        show_interface="show running-config interface Loopback{}",
        tables=(
            ("show ip route", "network", "10.255.0.2"),
            ("show ip ospf neighbor", "neighbor_id", "10.255.0.2"),
            ("show ip interface brief", "ip_address", "10.0.12.1"),
            ("show version", "hostname", "edge1"),
        ),
    ),
    Stranger(
        router="leaf1",
        netmiko="arista_eos",
        scrapli="arista_eos",
        quiet="no logging console",
        serial="SSJ17371234",
        show_interface="show running-config interfaces Loopback{}",
        tables=(
            ("show ip route", "network", "10.50.0.0"),
            ("show ip ospf neighbor", "neighbor_id", "10.255.0.4"),
            ("show ip bgp summary", "bgp_neigh", "10.255.0.5"),
            ("show lldp neighbors", "neighbor_interface", "Ethernet1/2"),
            ("show ip interface brief", "ip_address", "10.0.34.2/30"),
            ("show version", "image", "4.31.2F"),
        ),
    ),
    Stranger(
        router="spine1",
        netmiko="cisco_nxos",
        scrapli="cisco_nxos",
        quiet="no logging console",
        serial="FDO241512AB",
        show_interface="show running-config interface loopback{}",
        tables=(
            ("show ip route vrf all", "network", "10.30.0.0"),
            ("show ip ospf neighbor", "neighbor_id", "10.255.0.5"),
            ("show ip bgp summary", "bgp_neigh", "10.255.0.3"),
            ("show interface status", "port", "Eth1/4"),
            ("show inventory", "sn", "FDO241512AB"),
            ("show version", "os", "10.3(5) [Maintenance Release]"),
        ),
    ),
    Stranger(
        router="pe1",
        netmiko="cisco_xr",
        scrapli="cisco_iosxr",
        quiet="logging console disable",
        serial="FOX2514P0XR",
        show_interface="show running-config interface Loopback{}",
        tables=(
            ("show ospf neighbor", "neighbor_id", "10.255.0.4"),
            ("show ip interface brief", "ip_address", "10.40.0.1"),
            ("show configuration commit list", "client", "CLI"),
            ("show version", "version", "7.9.2"),
        ),
    ),
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A router of each platform on a fast line."""
    topology = five_topology()
    ports = (PortSpec(kind="telnet", greeting="\r\nConnected to port 7\r\n"),)
    for router in topology.routers:
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab


def address(lab: Lab, router: str) -> tuple[str, int]:
    """Return host and port of a router's console."""
    host, _, port = lab.router(router).console("telnet").removeprefix("telnet://").rpartition(":")
    return host, int(port)


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda one: one.router)
def test_netmiko_logs_in_shows_and_configures(lab: Lab, stranger: Stranger) -> None:
    host, port = address(lab, stranger.router)
    router = lab.router(stranger.router)
    device = netmiko.ConnectHandler(
        device_type=f"{stranger.netmiko}_telnet",
        host=host,
        port=port,
        username=router.username,
        password=router.password,
        secret=router.secret,
    )
    lines = [stranger.quiet, "interface Loopback77", "description by a stranger"]
    device.send_config_set(lines, error_pattern="% ")
    if stranger.netmiko == "cisco_xr":
        device.commit()
        device.exit_config_mode()
    assert "by a stranger" in device.send_command(stranger.show_interface.format(77))
    for command, column, value in stranger.tables:
        rows = parse_output(platform=stranger.netmiko, command=command, data=device.send_command(command))
        assert value in {row[column] for row in rows}, command
    with pytest.raises(netmiko.ConfigInvalidException):
        device.send_config_set(["bogus line"], error_pattern="% Invalid")
    device.exit_config_mode()
    device.disconnect()


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda one: one.router)
def test_scrapli_logs_in_shows_and_configures(lab: Lab, stranger: Stranger) -> None:
    host, port = address(lab, stranger.router)
    router = lab.router(stranger.router)
    pressed: list[str] = []

    def heard(text: str) -> None:
        if "Connected" in text and not pressed:
            pressed.append("\r")
            lab.fault(stranger.router, "type", text="\r")

    device: Any = scrapli.Cli(
        host,
        port=port,
        definition_file_or_name=stranger.scrapli,
        auth_options=scrapli.AuthOptions(
            username=router.username,
            password=router.password,
            lookups=[LookupKeyValue(key="enable", value=router.secret)],
        ),
        transport_options=scrapli.TransportTelnetOptions(),
        session_options=scrapli.SessionOptions(operation_timeout_s=20, recorder_callback=heard),
    )
    with device:
        lines = [stranger.quiet, "interface Loopback78", "description by another"]
        committed = ["commit"] if stranger.netmiko == "cisco_xr" else []
        assert not device.send_inputs([*lines, *committed], requested_mode="configuration").failed
        assert "by another" in device.send_input(stranger.show_interface.format(78)).result
        assert stranger.serial in device.send_input("show inventory").result
        assert device.send_inputs(["bogus line"], requested_mode="configuration").failed
