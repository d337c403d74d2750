"""LLDP and CDP neighbours, by ntc-templates: for discovery and topology; nothing is decided on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oob.adapters.tables import Row, rows
from oob.inventory.platform import from_description

# The commands whose outputs have a template with the neighbour's port, by protocol.
_CISCO = {"lldp": "show lldp neighbors detail", "cdp": "show cdp neighbors detail"}
COMMANDS: Mapping[str, Mapping[str, str]] = {
    "cisco_ios": _CISCO,
    "cisco_xe": _CISCO,
    "cisco_nxos": _CISCO,
    "cisco_xr": _CISCO,
    "arista_eos": {"lldp": "show lldp neighbors detail"},
    "juniper_junos": {"lldp": "show lldp neighbors"},
    "aruba_aoscx": {"lldp": "show lldp neighbor-info detail"},
    "huawei_vrp": {"lldp": "display lldp neighbor"},
    "hp_comware": {"lldp": "display lldp neighbor-information verbose"},
    "paloalto_panos": {"lldp": "show lldp neighbors all"},
}
# The names that templates have for one thing; the first that is not empty counts.
_COLUMNS = {
    "local": ("local_interface",),
    "name": ("neighbor_name", "neighbor", "chassis_id"),
    "interface": ("neighbor_interface", "neighbor_port_id", "neighbor_port_description"),
    "address": ("mgmt_address", "management_ip", "interface_ip"),
    "platform": ("platform", "neighbor_description", "system_description"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNeighbour:
    """The other end of a link, as it announces itself: *name*, *interface* and *address*."""

    protocol: str
    local: str
    name: str
    interface: str
    address: str
    platform: str


def link_neighbours(platform: str, protocol: str, text: str, own: Path) -> list[LinkNeighbour]:
    """Return the neighbours in *text*, what *platform* prints to its command of *protocol*.

    Templates in the folder *own* come first. Raises Unparsed where no template reads it.
    """
    found = rows("cisco_ios" if platform == "cisco_xe" else platform, COMMANDS[platform][protocol], text, own)
    # Some platforms list each port, also those without a neighbour.
    return [each for row in found if (each := _neighbour(protocol, row)).name]


def _neighbour(protocol: str, row: Row) -> LinkNeighbour:
    values = {
        name: next(filter(None, (_text(row.get(column)) for column in columns)), "")
        for name, columns in _COLUMNS.items()
    }
    return LinkNeighbour(protocol=protocol, **values)


def _text(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value or ""
    return " ".join(str(first).split())


def proposed(links: Iterable[LinkNeighbour], devices: frozenset[str]) -> dict[str, dict[str, Any]]:
    """Return entries for the neighbours that no device of the inventory is, with what they say of themselves."""
    entries: dict[str, dict[str, Any]] = {}
    for link in links:
        name = link.name.partition("(")[0].strip()
        if known_as(link.name, devices) or not is_name(name):
            continue
        entry = entries.setdefault(name, {})
        said = {"hostname": link.address, "platform": from_description(link.platform)}
        entry.update({key: value for key, value in said.items() if value and key not in entry})
        entry["data"] = {"oob": {"expect": {"hostname": name}}}
    return entries


def is_name(text: str) -> bool:
    """Tell whether a neighbour calls itself by a name: an address of its chassis is none."""
    return re.fullmatch(r"(?![\dA-Fa-f]{2,4}(?:[:.-][\dA-Fa-f]{2,4})+$)[A-Za-z0-9][\w.-]*", text) is not None


def known_as(name: str, devices: frozenset[str]) -> str:
    """Return the device of the inventory that a neighbour calls itself, also with a domain or serial; "" for none."""
    bare = name.partition("(")[0].strip()
    return next((each for each in (bare, bare.partition(".")[0]) if each in devices), "")
