"""Netmiko operations beyond show and configure, on the virtual IOS router over telnet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from oob.lab.control import Lab

netmiko = pytest.importorskip("netmiko")


@pytest.fixture(scope="module")
def edge(fast_lab: Lab) -> Iterator[Any]:
    """A netmiko connection to edge1."""
    router = fast_lab.router("edge1")
    host, _, port = router.console("telnet").removeprefix("telnet://").rpartition(":")
    connection = netmiko.ConnectHandler(
        device_type="cisco_ios_telnet",
        host=host,
        port=int(port),
        username=router.username,
        password=router.password,
        secret=router.secret,
    )
    # What its users do on a console: netmiko takes a message in the middle of its output for a prompt.
    connection.send_config_set(["no logging console"])
    yield connection
    connection.disconnect()


def test_netmiko_reads_a_large_configuration_whole(edge: Any) -> None:
    shown = edge.send_command("show running-config", read_timeout=30)
    assert len(shown) > 11_000
    assert shown.startswith("Building configuration...")
    assert shown.rstrip().endswith("end")


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
