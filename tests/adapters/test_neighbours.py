"""Neighbours of a link: the names that templates have for one thing become one, and the inventory's device is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.adapters.neighbours import COMMANDS, known_as, link_neighbours
from oob.adapters.tables import Unparsed

IOS_CDP = """\
-------------------------
Device ID: core1.example.net
Entry address(es):
  IP address: 192.0.2.2
Platform: cisco C9300-24T,  Capabilities: Router Switch IGMP
Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): TenGigabitEthernet1/1/4
Holdtime : 152 sec

Version :
Cisco IOS Software, Version 17.9.4

advertisement version: 2

Total cdp entries displayed : 1
"""
JUNOS = """\
Local Interface    Parent Interface    Chassis Id          Port info          System Name
ge-0/0/1           -                   00:00:5e:00:53:01   ge-0/0/7           edge2
"""


def test_cdp_of_ios_and_lldp_of_junos_tell_the_other_end_of_a_link(tmp_path: Path) -> None:
    (ios,) = link_neighbours("cisco_xe", "cdp", IOS_CDP, tmp_path)
    assert (ios.local, ios.name, ios.interface, ios.address) == (
        "GigabitEthernet1/0/1", "core1.example.net", "TenGigabitEthernet1/1/4", "192.0.2.2",
    )  # fmt: skip
    (junos,) = link_neighbours("juniper_junos", "lldp", JUNOS, tmp_path)
    assert (junos.local, junos.name, junos.interface, junos.address) == ("ge-0/0/1", "edge2", "ge-0/0/7", "")


def test_an_output_without_neighbours_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(Unparsed):
        link_neighbours("cisco_ios", "cdp", "% CDP is not enabled\n", tmp_path)


@pytest.mark.parametrize(
    ("name", "device"),
    [("core1", "core1"), ("core1.example.net", "core1"), ("core1(FOX1234)", "core1"), ("phone", "")],
)
def test_a_neighbour_is_known_by_its_name_with_a_domain_or_serial_too(name: str, device: str) -> None:
    assert known_as(name, frozenset({"core1"})) == device


def test_every_platform_has_a_profile_whose_console_can_ask() -> None:
    from oob.profile.store import load

    for platform, commands in COMMANDS.items():
        assert load(platform).console
        assert all(commands.values())
