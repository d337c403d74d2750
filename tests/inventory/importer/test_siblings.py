"""Forms of files that other tools take, each read as the tool does, or refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oob.errors import InventoryError
from oob.inventory.platform import platform
from tests.inventory.importer.reading import read, summary

# --- containerlab: what a node inherits; srl-labs/containerlab, docs/manual/topo-def-file.md and tests/01-smoke
TOPOLOGIES = {
    "defaults: {group: 10}\n  groups: {10: {kind: vr-sros}}\n  nodes: {n1: {}}": {"clab-l-n1": "nokia_sros"},
    "defaults: {group: g, kind: srl}\n  groups: {h: {kind: ceos}}\n  nodes: {n1: {}}": {"clab-l-n1": "nokia_srl"},
    "defaults: {group: g}\n  groups: {g: {kind: srl}, h: {kind: ceos}}\n  nodes: {n1: {group: h}}": {
        "clab-l-n1": "arista_eos"
    },
    "defaults: {group: g}\n  groups: {g: {kind: srl}}\n  nodes: {n1: {kind: ceos}, n2: }": {
        "clab-l-n1": "arista_eos",
        "clab-l-n2": "nokia_srl",
    },
    "groups: {g: {image: frrouting/frr, kind: linux}}\n  nodes: {n1: {group: g}}": {"clab-l-n1": "frr"},
    "defaults: {group: g}\n  groups: {g: {kind: linux}}\n  nodes: {n1: {image: quay.io/frrouting/frr}}": {
        "clab-l-n1": "frr"
    },
    "kinds: {srl: {group: h}}\n  defaults: {kind: srl}\n  groups: {h: {image: x}}\n  nodes: {2: {}}": {
        "clab-l-2": "nokia_srl"
    },
    "defaults: {group: g}\n  groups: {g: {kind: bridge}}\n  nodes: {br: {}, n1: {kind: vr-vmx}}": {
        "clab-l-n1": "juniper_junos"
    },
}


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_a_node_of_containerlab_inherits_its_kind(tmp_path: Path, topology: str) -> None:
    (tmp_path / "l.clab.yml").write_text(f"name: l\ntopology:\n  {topology}\n")
    found = read(tmp_path / "l.clab.yml", "containerlab")
    assert {device.name: device.platform for device in found.devices} == TOPOLOGIES[topology]


# --- router.db without `config` beside it: Oxidized, docs/Sources.md, and issues about its columns
LINES: dict[str, tuple[str, str] | str] = {
    "r1:ios:192.0.2.2": ("cisco_ios", "192.0.2.2"),
    "r1:192.0.2.2:ios": ("cisco_ios", "192.0.2.2"),
    "r1:192.0.2.2": ("", "192.0.2.2"),
    "r1:2001:db8::2": ("", "2001:db8::2"),
    "r1:192.0.2.2/24:junos": ("juniper_junos", "192.0.2.2"),
    "r1:junos:192.0.2.2:ops:pw": ("juniper_junos", "192.0.2.2"),
    "r1:192.0.2.2:eos:ops:pw:en": ("arista_eos", "192.0.2.2"),
    "192.0.2.2:ios": ("cisco_ios", "192.0.2.2"),
    "192.0.2.2:ios:192.0.2.3": ("cisco_ios", "192.0.2.3"),
    "r1:ios:ops:pw:192.0.2.2": "192.0.2.2 would be a password",
    "r1:ios:ops:192.0.2.2": "192.0.2.2 would be a password",
    "r1;192.0.2.2;ios": "has no colon",
    "r1:192.0.2.2:ios:ops:pw:en:oslo": "has 7 columns",
}


@pytest.mark.parametrize("line", LINES)
def test_an_address_in_a_router_db_is_never_lost(tmp_path: Path, line: str) -> None:
    (tmp_path / "router.db").write_text(f"{line}\n")
    wanted = LINES[line]
    if isinstance(wanted, str):
        with pytest.raises(InventoryError, match=wanted):
            read(tmp_path / "router.db", "oxidized")
    else:
        ((_, found),) = summary(read(tmp_path / "router.db", "oxidized")).items()
        assert found[:2] == wanted


# --- answers of NetBox: its REST API and GraphQL documentation
def device(name: str, site: str = "a", **other: Any) -> dict[str, Any]:
    return {"id": 1, "name": name, "site": {"slug": site}, "primary_ip": {"address": "192.0.2.1/24"}, **other}


DOCUMENTS: list[tuple[Any, list[str] | str]] = [
    (device("r1", device_type={"model": "x"}), ["r1"]),
    (device("r1"), ["r1"]),
    ([device("r1"), device("r2")], ["r1", "r2"]),
    ({"count": 1, "next": None, "results": [device("r1", role={"slug": "edge"})]}, ["r1"]),
    ({"data": {"device_list": [device("r1")]}}, ["r1"]),
    ({"data": {"device_list": [device("r1"), device("r1", "b"), device("r3", "b")]}}, ["r3"]),
    ({"results": [device("r1"), device("r1", "b"), device("r3", "b")]}, ["r3"]),
    ({"count": 0, "results": []}, []),
    ({"errors": [{"message": "Cannot query field 'x'"}], "data": None}, "NetBox answered: Cannot query field 'x'"),
    ({"detail": "Invalid token"}, "NetBox answered: Invalid token"),
    ({"error": "Page not found", "exception": "Http404"}, "NetBox answered: Page not found"),
    ({"results": {"detail": "Invalid page."}}, "should be a list"),
    ({"results": [{"detail": "Not found."}]}, "is not a device"),
    ({"id": 7, "prefix": "192.0.2.0/24"}, "not a list of devices"),
    ({}, "not a list of devices"),
    (None, "not a list of devices"),
    ("502 Bad Gateway", "should be a mapping|not a list of devices"),
]


@pytest.mark.parametrize(("document", "wanted"), DOCUMENTS)
def test_a_document_of_netbox_is_devices_or_names_its_error(
    tmp_path: Path, document: Any, wanted: list[str] | str
) -> None:
    (tmp_path / "devices.json").write_text(json.dumps(document))
    if isinstance(wanted, str):
        with pytest.raises(InventoryError, match=wanted):
            read(tmp_path / "devices.json", "netbox")
    else:
        assert [each.name for each in read(tmp_path / "devices.json", "netbox").devices] == wanted


# --- names of platforms: Nornir's tutorials, NAPALM, Netmiko, scrapli and Ansible
NAMES = {
    "ios": "cisco_ios", "ios_telnet": "cisco_ios", "cisco_ios_serial": "cisco_ios", "iosxr_netconf": "cisco_xr",
    "cisco_xr_telnet": "cisco_xr", "cisco_iosxr": "cisco_xr", "nxos_ssh": "cisco_nxos", "cisco_nxos_ssh": "cisco_nxos",
    "eos_ssh": "arista_eos", "arista_eos_telnet": "arista_eos", "junos_netconf": "juniper_junos", "vyos_vyos": "vyos",
    "nokia_sros_telnet": "nokia_sros", "huawei_vrpv8": "huawei_vrp", "cumulus_vtysh": "frr", "cumulus_linux": "linux",
    "linux_ssh": "linux", "hp_comware_telnet": "hp_comware", "fortinet.fortios.fortios": "fortinet", "sonic_ssh": "",
    "IOS-XE": "cisco_xe", "ssh": "", "telnet": "",
}  # fmt: skip


def test_names_of_platforms_in_other_tools_are_understood() -> None:
    assert {name: platform(name) for name in NAMES} == NAMES
