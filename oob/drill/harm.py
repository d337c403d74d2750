"""The breaking change for an unknown router, taken from its own configuration.

The first change removes the static routes, the second the routing protocols and one interface with an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from oob.backup.catalogue import Catalogue
from oob.drill.part import RouterPart
from oob.errors import UsageError
from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home

Lines = tuple[str, ...]

# Interfaces that carry management, or nothing that could be missed.
_NOT_BROKEN = re.compile(r"(?i)(?:loopback|lo\d|mgmt|management|null|tunnel|nve|fxp|em\d|me\d|irb|vme|dsc)")
_JUNOS_PROTOCOLS = ("bgp", "isis", "ospf", "ospf3", "rip")


def _like_ios(text: str) -> tuple[Lines, Lines]:
    sections = tuple(_sections(text))
    statics = tuple(f"no {head}" for head, _ in sections if head.startswith("ip route "))
    routing = tuple(f"no {head}" for head, _ in sections if re.match(r"router (?:bgp|eigrp|isis|ospf|rip)\b", head))
    return statics, (*routing, *_shut(sections, r"ip address \d"))


def _xr(text: str) -> tuple[Lines, Lines]:
    sections = tuple(_sections(text))
    heads = [head for head, _ in sections]
    routing = tuple(f"no {head}" for head in heads if re.match(r"router (?:bgp|isis|ospf|rip)\b", head))
    statics = ("no router static", "commit") if "router static" in heads else ()
    return statics, (*routing, *_shut(sections, r"ipv4 address \d"), "commit")


def _junos(text: str) -> tuple[Lines, Lines]:
    lines = text.splitlines()
    protocols = [name for name in _JUNOS_PROTOCOLS if any(line.startswith(f"set protocols {name} ") for line in lines)]
    has_statics = any(line.startswith("set routing-options static ") for line in lines)
    statics = ("delete routing-options static", "commit") if has_statics else ()
    addressed = (re.match(r"set (interfaces \S+ unit \d+ family inet) address", line) for line in lines)
    units = [found[1] for found in addressed if found and not _NOT_BROKEN.match(found[1].split()[1])]
    routing = (*(f"delete protocols {name}" for name in protocols), *(f"delete {unit}" for unit in units[:1]))
    return statics, (*routing, "commit")


_HARM: Mapping[str, tuple[Lines, Callable[[str], tuple[Lines, Lines]]]] = MappingProxyType(
    {
        "arista_eos": (("configure checkpoint save",), _like_ios),
        "cisco_ios": (("write memory",), _like_ios),
        "cisco_xe": (("write memory",), _like_ios),
        "cisco_nxos": (("checkpoint",), _like_ios),
        "cisco_xr": ((), _xr),
        "juniper_junos": ((), _junos),
    }
)
PLATFORMS = tuple(_HARM)


def part(platform: str, configuration: str, name: str) -> RouterPart:
    """Return the breaking commands for router *name*; raises UsageError when its configuration has no routing."""
    keep, found = _HARM[platform]
    first, second = found(configuration)
    breaks = () if second == ("commit",) else second
    if not first and not breaks:
        raise UsageError(f"{name}: it has no route, no routing protocol and no addressed interface to break")
    return RouterPart(keep=keep, feature=first if breaks else (), breaks=breaks or first)


def part_of(device: InventoryDevice, home: Home) -> RouterPart:
    """Return the breaking commands for *device*, made from its baseline in *home*."""
    baseline = Catalogue(home.backups).baseline(device.name)
    return part(device.platform, baseline.configuration_set or baseline.configuration, device.name)


def _sections(text: str) -> Iterator[tuple[str, Lines]]:
    """Yield each line without indent, with the indented lines below it."""
    head, body = "", []
    for line in text.splitlines():
        if line[:1].isspace():
            body.append(line.strip())
            continue
        if head:
            yield head, tuple(body)
        head, body = line.rstrip(), []
    if head:
        yield head, tuple(body)


def _shut(sections: tuple[tuple[str, Lines], ...], address: str) -> Lines:
    """Return the commands that shut down the first interface with an address."""
    for head, body in sections:
        kind, _, name = head.partition(" ")
        is_up = "shutdown" not in body and any(re.match(address, line) for line in body)
        if kind == "interface" and is_up and not _NOT_BROKEN.match(name):
            return (head, " shutdown")
    return ()
