"""The derivation of an IOS-XR router's place in the network."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface, ip_interface

from oob.lab.network import Ospf
from oob.lab.network.node import InterfaceAddress
from oob.lab.nos.base import process
from oob.lab.nos.base.area import dotted
from oob.lab.nos.base.bgp import nested_networks, nested_peers
from oob.lab.nos.base.derivation import Derivation
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.xr.language import NAMES


def addresses(line: ConfigLine) -> Iterator[InterfaceAddress]:
    """Give the addresses of an interface's block."""
    for own in line.under("ipv4 address"):
        words = own.text.split()
        yield IPv4Interface(f"{words[2]}/{words[3]}")
    for own in line.under("ipv6 address"):
        if "/" in own.text:
            yield ip_interface(own.text.split()[2])


def is_up(line: ConfigLine) -> bool:
    """Tell whether the configuration lets an interface work."""
    return line.find("shutdown") is None


def vrf_of(line: ConfigLine) -> str:
    """Return the VRF that an interface is in."""
    return line.value("vrf") or ""


def _ospf(root: ConfigLine, line: ConfigLine, head: str) -> Ospf | None:
    name = line.text.split()[1]
    for ospf in root.under(head):
        for area in ospf.under("area"):
            own = area.find(f"interface {name}")
            if own is None:
                continue
            hello, dead = process.timers(own, "")
            return Ospf(
                area=dotted(area.text.split()[1]),
                cost=int(own.value("cost") or area.value("cost") or 1),
                passive=own.find("passive enable") is not None,
                point_to_point=(own.value("network") or area.value("network")) == "point-to-point"
                or name.startswith("Loopback"),
                priority=int(own.value("priority") or 1),
                hello=hello,
                dead=dead,
            )
    return None


def _static_lines(root: ConfigLine) -> Iterator[tuple[str, list[str]]]:
    """Give VRF and words of each static route."""
    for router in root.under("router static"):
        blocks = [("", router), *((line.text.split()[1], line) for line in router.under("vrf"))]
        for vrf, block in blocks:
            for family in block.under("address-family"):
                for line in family.children:
                    yield vrf, line.text.split()


DERIVATION = Derivation(
    names=NAMES,
    static_lines=_static_lines,
    peers=nested_peers,
    networks=nested_networks,
    addresses=addresses,
    vrf_of=vrf_of,
    is_up=lambda root, line: is_up(line),
    ospf=lambda root, line: _ospf(root, line, "router ospf"),
    ospf3=lambda root, line: _ospf(root, line, "router ospfv3"),
    router_id_blocks=("router ospf",),
)
