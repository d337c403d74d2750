"""The derivation of an IOS router's place in the network: interfaces, routes and peers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv6Interface,
    ip_network,
)

from oob.lab.network import Ospf
from oob.lab.network.node import InterfaceAddress, Prefix
from oob.lab.nos.base import process
from oob.lab.nos.base.area import dotted
from oob.lab.nos.base.bgp import flat_peers
from oob.lab.nos.base.derivation import Derivation
from oob.lab.nos.base.statics import flat_lines
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios.language import NAMES

_BANDWIDTH = {"FastEthernet": 100, "Tunnel": 1, "Serial": 1.544, "Loopback": 8000, "TenGigabitEthernet": 10_000}


def _is_up(root: ConfigLine, line: ConfigLine) -> bool:
    """Tell whether an interface and its parent are not shut down."""
    parent = root.find(f"interface {line.text.split()[1].partition('.')[0]}")
    return not line.find("shutdown") and not (parent is not None and parent.find("shutdown"))


def _vrf_of(line: ConfigLine) -> str:
    return line.value("vrf forwarding") or ""


def _link(line: ConfigLine, name: str, cables: Mapping[str, str]) -> str:
    base, dot, number = name.partition(".")
    cable = cables.get(base, "")
    vlan = (line.value("encapsulation dot1Q") or number).split()[0] if dot else ""
    return f"{cable}.{vlan}" if cable and dot else cable


def _addresses(line: ConfigLine) -> Iterator[InterfaceAddress]:
    for own in line.under("ip address"):
        words = own.text.split()
        if len(words) > 3:
            yield IPv4Interface(f"{words[2]}/{words[3]}")
    for own in line.under("ipv6 address"):
        if "/" in own.text:
            yield IPv6Interface(own.text.split()[2])


def primary(line: ConfigLine) -> IPv4Interface | None:
    """Return the IPv4 address of an interface's block."""
    return next((own for own in _addresses(line) if isinstance(own, IPv4Interface)), None)


def _ospf(root: ConfigLine, line: ConfigLine) -> Ospf | None:
    name = line.text.split()[1]
    for ospf in root.under("router ospf"):
        number, _, rest = ospf.text.removeprefix("router ospf ").partition(" ")
        if rest.removeprefix("vrf ") != _vrf_of(line):
            continue
        area = _area(ospf, line, number)
        if area is not None:
            hello, dead = process.timers(line)
            return Ospf(
                area=area,
                cost=_cost(ospf, line, "ip ospf cost"),
                passive=process.is_passive(ospf, name),
                point_to_point=line.value("ip ospf network") == "point-to-point" or name.startswith("Loopback"),
                key=_key(line),
                priority=int(line.value("ip ospf priority") or 1),
                hello=hello,
                dead=dead,
            )
    return None


def _ospf3(root: ConfigLine, line: ConfigLine) -> Ospf | None:
    words = (line.value("ipv6 ospf") or "").split()
    if len(words) < 3:
        return None
    ospf = root.find(f"ipv6 router ospf {words[0]}")
    name = line.text.split()[1]
    passive = ospf is not None and process.is_passive(ospf, name)
    return Ospf(area=dotted(words[2]), cost=_cost(ospf, line, "ipv6 ospf cost"), passive=passive)


def _area(ospf: ConfigLine, line: ConfigLine, number: str) -> str | None:
    own = re.match(rf"{number} area (\S+)", line.value("ip ospf") or "")
    for child in line.under("ip ospf"):
        own = own or re.fullmatch(rf"ip ospf {number} area (\S+)", child.text)
    if own:
        return dotted(own[1])
    address = primary(line)
    for network in ospf.under("network") if address else ():
        words = network.text.split()
        if len(words) >= 5 and address and _wildcard(address.ip, words[1], words[2]):
            return dotted(words[4])
    return None


def _wildcard(address: IPv4Address, prefix: str, wildcard: str) -> bool:
    care = ~int(IPv4Address(wildcard)) & 0xFFFFFFFF
    return int(address) & care == int(IPv4Address(prefix)) & care


def _cost(ospf: ConfigLine | None, line: ConfigLine, head: str) -> int:
    if own := line.value(head):
        return int(own)
    kind = NAMES.split(line.text.split()[1])[0]
    configured = line.value("bandwidth")
    megabits = int(configured) / 1000 if configured else _BANDWIDTH.get(kind, 1000)
    reference = int((ospf.value("auto-cost reference-bandwidth") if ospf else None) or 100)
    return max(1, min(65535, int(reference / megabits)))


def _key(line: ConfigLine) -> str:
    if line.find("ip ospf authentication message-digest") is None:
        return ""
    return (line.value("ip ospf message-digest-key") or "").split(" ")[-1]


def _announced(bgp: ConfigLine) -> Iterator[tuple[str, Prefix]]:
    for block in (bgp, *bgp.under("address-family")):
        for line in block.under("network"):
            words = line.text.split()
            yield "", ip_network(f"{words[1]}/{words[3]}" if len(words) > 3 else words[1])


DERIVATION = Derivation(
    names=NAMES,
    static_lines=flat_lines,
    peers=flat_peers,
    networks=_announced,
    addresses=_addresses,
    vrf_of=_vrf_of,
    is_up=_is_up,
    ospf=_ospf,
    ospf3=_ospf3,
    link=_link,
    loopbacks=("Loopback", "Null"),
    router_id_heads=("router-id", "bgp router-id"),
)
