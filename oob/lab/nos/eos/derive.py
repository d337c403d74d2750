"""What an EOS configuration amounts to in the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, ip_interface, ip_network

from oob.lab.network import DISTANCES, Interface, Node, Ospf
from oob.lab.nos.base import process
from oob.lab.nos.base.area import dotted
from oob.lab.nos.base.bgp import flat_peers
from oob.lab.nos.base.statics import flat_lines, statics
from oob.lab.nos.base.tree import Line
from oob.lab.nos.eos.language import NAMES

COST = 10  # of OSPF on any interface, until told otherwise
_DISTANCES = {**DISTANCES, "ebgp": 200, "ibgp": 200}


def node(name: str, root: Line, cables: Mapping[str, str]) -> Node:
    """Return what *root* makes of the router *name*, whose interfaces are plugged into *cables*."""
    bgp = process.bgp(root)
    return Node(
        name=name,
        interfaces=tuple(_interface(root, line, cables) for line in root.under("interface")),
        statics=tuple(statics(flat_lines(root), NAMES)),
        router_id=process.router_id(root.under("router ospf") + root.under("router bgp"), "router-id"),
        external=process.redistributed(root),
        local_as=process.local_as(root),
        peers=tuple(flat_peers(bgp)) if bgp else (),
        announced=tuple(("", ip_network(line.text.split()[1])) for line in bgp.under("network")) if bgp else (),
        distances=_DISTANCES,
    )


def addresses(line: Line) -> Iterator[IPv4Interface | IPv6Interface]:
    """Give the addresses of an interface's block."""
    for own in (*line.under("ip address"), *line.under("ipv6 address")):
        if "/" in own.text:
            yield ip_interface(own.text.split()[2])


def is_routed(line: Line) -> bool:
    """Tell whether an interface takes addresses."""
    return not line.text.startswith(("interface Ethernet", "interface Port-")) or line.find("no switchport") is not None


def vrf_of(line: Line) -> str:
    """Return the VRF that an interface is in."""
    return (line.value("vrf") or "").removeprefix("forwarding ")


def _interface(root: Line, line: Line, cables: Mapping[str, str]) -> Interface:
    name = line.text.split()[1]
    own = tuple(addresses(line)) if is_routed(line) else ()
    return Interface(
        name=name,
        addresses=own,
        vrf=vrf_of(line),
        up=line.find("shutdown") is None,
        link=cables.get(name, ""),
        loopback=name.startswith("Loopback"),
        ospf=_ospf(root, line, own),
        ospf3=_ospf3(line),
    )


def _ospf(root: Line, line: Line, own: tuple[IPv4Interface | IPv6Interface, ...]) -> Ospf | None:
    name, vrf = line.text.split()[1], vrf_of(line)
    for ospf in root.under("router ospf"):
        if ospf.text.partition(" vrf ")[2] != vrf:
            continue
        area = line.value("ip ospf area") or _area(ospf, own)
        if area:
            hello = int(line.value("ip ospf hello-interval") or 10)
            return Ospf(
                area=dotted(area),
                cost=int(line.value("ip ospf cost") or COST),
                passive=process.is_passive(ospf, name),
                point_to_point=line.value("ip ospf network") == "point-to-point" or name.startswith("Loopback"),
                priority=int(line.value("ip ospf priority") or 1),
                hello=hello,
                dead=int(line.value("ip ospf dead-interval") or 4 * hello),
            )
    return None


def _ospf3(line: Line) -> Ospf | None:
    words = (line.value("ipv6 ospf") or "").split()
    return Ospf(area=dotted(words[2]), cost=COST) if len(words) == 3 else None


def _area(ospf: Line, own: tuple[IPv4Interface | IPv6Interface, ...]) -> str:
    mine = [address for address in own if isinstance(address, IPv4Interface)]
    for line in ospf.under("network"):
        words = line.text.split()
        network = ip_network(words[1] if "/" in words[1] else f"{words[1]}/{words[2]}", strict=False)
        if isinstance(network, IPv4Network) and any(address.ip in network for address in mine):
            return words[-1]
    return ""
