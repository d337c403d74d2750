"""Other people's libraries, unmodified, on the virtual routers: the console engine is not to be the only one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from oob.lab.control import Lab

netmiko = pytest.importorskip("netmiko")
parse_output = pytest.importorskip("ntc_templates.parse").parse_output


def address(lab: Lab, router: str) -> tuple[str, int]:
    """Return host and port of a router's telnet console."""
    host, _, port = lab.router(router).console("telnet").removeprefix("telnet://").rpartition(":")
    return host, int(port)


@pytest.fixture(scope="module")
def edge(fast_lab: Lab) -> Iterator[Any]:
    """A netmiko connection to edge1."""
    host, port = address(fast_lab, "edge1")
    router = fast_lab.router("edge1")
    connection = netmiko.ConnectHandler(
        device_type="cisco_ios_telnet",
        host=host,
        port=port,
        username=router.username,
        password=router.password,
        secret=router.secret,
    )
    # What its users do on a console: netmiko takes a message in the middle of its output for a prompt.
    connection.send_config_set(["no logging console"])
    yield connection
    connection.disconnect()


def rows(command: str, edge: Any) -> list[dict[str, str]]:
    """Return what the templates of ntc-templates make of a command's output."""
    parsed: list[dict[str, str]] = parse_output(platform="cisco_ios", command=command, data=edge.send_command(command))
    return parsed


def test_netmiko_logs_in_and_reads_the_version(edge: Any) -> None:
    assert "Processor board ID FCZ2711R0AB" in edge.send_command("show version")


def test_netmiko_reads_a_large_configuration_whole(edge: Any) -> None:
    shown = edge.send_command("show running-config", read_timeout=30)
    assert len(shown) > 11_000
    assert shown.startswith("Building configuration...")
    assert shown.rstrip().endswith("end")


def test_netmiko_parses_the_routing_table_with_textfsm(edge: Any) -> None:
    routes = rows("show ip route", edge)
    found = {(route["protocol"], f"{route['network']}/{route['prefix_length']}") for route in routes}
    assert ("O", "10.255.0.2/32") in found
    assert ("C", "192.168.10.0/24") in found


def test_netmiko_parses_interfaces_and_neighbours_with_textfsm(edge: Any) -> None:
    interfaces = {row["interface"]: row for row in rows("show ip interface brief", edge)}
    assert interfaces["GigabitEthernet1"]["ip_address"] == "10.0.12.1"
    neighbours = rows("show ip ospf neighbor", edge)
    assert {row["neighbor_id"] for row in neighbours} == {"10.255.0.2"}


def test_netmiko_sends_a_set_of_configuration_lines(edge: Any) -> None:
    lines = ["interface Loopback99", "description made by a stranger", "ip address 10.99.99.1 255.255.255.255"]
    shown = edge.send_config_set(lines, error_pattern="%")
    assert "config-if" in shown
    assert "made by a stranger" in edge.send_command("show running-config interface Loopback99")
    edge.send_config_set(["no interface Loopback99"])


def test_netmiko_sees_the_error_of_a_wrong_line(edge: Any) -> None:
    with pytest.raises(netmiko.ConfigInvalidException):
        edge.send_config_set(["ip adress 10.0.0.1"], error_pattern=r"% Invalid")
    edge.exit_config_mode()


def test_netmiko_follows_a_change_of_the_hostname(edge: Any) -> None:
    edge.send_config_set(["hostname a-name-of-more-than-twenty-characters"], cmd_verify=False, exit_config_mode=False)
    edge.write_channel("end\r\n")
    edge.read_until_pattern("twenty-characters#")
    edge.set_base_prompt()
    assert edge.find_prompt() == "a-name-of-more-than-twenty-characters#"
    edge.send_config_set(["hostname edge1"], cmd_verify=False, exit_config_mode=False)
    edge.write_channel("end\r\n")
    edge.read_until_pattern("edge1#")
    edge.set_base_prompt()
    assert edge.find_prompt() == "edge1#"


def test_netmiko_saves_and_enters_enable_mode_again(edge: Any) -> None:
    assert "[OK]" in edge.save_config()
    edge.exit_enable_mode()
    assert not edge.check_enable_mode()
    edge.enable()
    assert edge.check_enable_mode()


def test_napalm_style_replace_goes_through_netmiko(edge: Any) -> None:
    edge.send_command("copy running-config flash:good.cfg", expect_string=r"\?")
    edge.send_command("\n", expect_string=r"bytes copied|confirm")
    edge.send_config_set(["interface GigabitEthernet3", "description broken by a stranger"])
    shown = edge.send_command("configure replace flash:good.cfg force", read_timeout=30)
    assert re.search(r"Total number of passes: \d\s+Rollback Done", shown)
    assert "branch LAN" in edge.send_command("show running-config interface GigabitEthernet3")
