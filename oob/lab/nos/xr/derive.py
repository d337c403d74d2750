"""What an IOS-XR configuration amounts to in the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import (
    IPv4Interface,
    IPv6Interface,
    ip_interface,
)

from oob.lab.network import Interface, Node, Ospf
from oob.lab.nos.base import process
from oob.lab.nos.base.area import dotted
from oob.lab.nos.base.bgp import nested_networks, nested_peers
from oob.lab.nos.base.statics import statics
from oob.lab.nos.base.tree import Line
from oob.lab.nos.xr.language import NAMES


def node(name: str, root: Line, cables: Mapping[str, str]) -> Node:
    """Return what *root* makes of the router *name*, whose interfaces are plugged into *cables*."""
    bgp = process.bgp(root)
    return Node(
        name=name,
        interfaces=tuple(_interface(root, line, cables) for line in root.under("interface")),
        statics=tuple(statics(_static_lines(root), NAMES)),
        router_id=process.router_id(root.under("router ospf"), "router-id"),
        external=process.redistributed(root),
        local_as=process.local_as(root),
        peers=tuple(nested_peers(bgp)) if bgp else (),
        announced=tuple(nested_networks(bgp)) if bgp else (),
    )


def addresses(line: Line) -> Iterator[IPv4Interface | IPv6Interface]:
    """Give the addresses of an interface's block."""
    for own in line.under("ipv4 address"):
        words = own.text.split()
        yield IPv4Interface(f"{words[2]}/{words[3]}")
    for own in line.under("ipv6 address"):
        if "/" in own.text:
            yield ip_interface(own.text.split()[2])


def is_up(line: Line) -> bool:
    """Tell whether the configuration lets an interface work."""
    return line.find("shutdown") is None


def vrf_of(line: Line) -> str:
    """Return the VRF that an interface is in."""
    return line.value("vrf") or ""


def _interface(root: Line, line: Line, cables: Mapping[str, str]) -> Interface:
    name = line.text.split()[1]
    return Interface(
        name=name,
        addresses=tuple(addresses(line)),
        vrf=vrf_of(line),
        up=is_up(line),
        link=cables.get(name, ""),
        loopback=name.startswith("Loopback"),
        ospf=_ospf(root, name, "router ospf"),
        ospf3=_ospf(root, name, "router ospfv3"),
    )


def _ospf(root: Line, name: str, head: str) -> Ospf | None:
    for ospf in root.under(head):
        for area in ospf.under("area"):
            own = area.find(f"interface {name}")
            if own is None:
                continue
            hello = int(own.value("hello-interval") or 10)
            return Ospf(
                area=dotted(area.text.split()[1]),
                cost=int(own.value("cost") or area.value("cost") or 1),
                passive=own.find("passive enable") is not None,
                point_to_point=(own.value("network") or area.value("network")) == "point-to-point"
                or name.startswith("Loopback"),
                priority=int(own.value("priority") or 1),
                hello=hello,
                dead=int(own.value("dead-interval") or 4 * hello),
            )
    return None


def _static_lines(root: Line) -> Iterator[tuple[str, list[str]]]:
    """Give VRF and words of each static route."""
    for router in root.under("router static"):
        blocks = [("", router), *((line.text.split()[1], line) for line in router.under("vrf"))]
        for vrf, block in blocks:
            for family in block.under("address-family"):
                for line in family.children:
                    yield vrf, line.text.split()
