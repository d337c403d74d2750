"""Neighbours of a link: the names that templates have for one thing become one, and the inventory's device is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.adapters.neighbours import COMMANDS, known_as, link_neighbours, proposed
from oob.adapters.tables import Unparsed
from oob.inventory.platform import from_description

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


def test_entries_are_proposed_for_neighbours_that_the_inventory_lacks(tmp_path: Path) -> None:
    links = link_neighbours("cisco_ios", "cdp", IOS_CDP, tmp_path)
    links += link_neighbours("juniper_junos", "lldp", JUNOS, tmp_path)
    expect = {"oob": {"expect": {"hostname": "core1.example.net"}}}
    entry = {"hostname": "192.0.2.2", "platform": "cisco_ios", "data": expect}
    assert proposed(links, frozenset({"edge2"})) == {"core1.example.net": entry}
    assert proposed(links, frozenset({"edge2", "core1"})) == {}
    assert list(proposed(links, frozenset())) == ["core1.example.net", "edge2"]


def test_a_neighbour_that_shows_the_address_of_its_chassis_is_no_device(tmp_path: Path) -> None:
    links = link_neighbours("juniper_junos", "lldp", JUNOS.replace("edge2", ""), tmp_path)
    assert proposed(links, frozenset()) == {}


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("Cisco IOS XR Software, Version 7.3.2[Default]", "cisco_xr"),
        ("Cisco Nexus Operating System (NX-OS) Software", "cisco_nxos"),
        ("Cisco IOS Software [Gibraltar], Catalyst L3 Switch Software (CAT9K_IOSXE)", "cisco_xe"),
        ("cisco WS-C3560-24TS", "cisco_ios"),
        ("Arista Networks EOS version 4.31.2F running on an Arista vEOS", "arista_eos"),
        ("Juniper Networks, Inc. mx204 internet router, kernel JUNOS 21.2R3", "juniper_junos"),
        ("SRLinux-v23.7.1 7220 IXR-D2L", "nokia_srl"),
        ("TiMOS-C-22.10.R1 both/x86_64 Nokia 7750 SR", "nokia_sros"),
        ("Huawei Versatile Routing Platform Software", "huawei_vrp"),
        ("HP Comware Platform Software, Software Version 5.20", "hp_comware"),
        ("Aruba JL658A 6300M CX Switch", "aruba_aoscx"),
        ("MikroTik RouterOS 7.11 CCR2004", "mikrotik_routeros"),
        ("Polycom phone", ""),
    ],
)
def test_a_description_names_its_platform(text: str, platform: str) -> None:
    assert from_description(text) == platform
