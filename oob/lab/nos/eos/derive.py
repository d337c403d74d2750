"""The derivation of an EOS router's place in the network."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv4Network, ip_network

from oob.lab.network import DISTANCES, Ospf
from oob.lab.network.node import InterfaceAddress
from oob.lab.nos.base import process
from oob.lab.nos.base.area import dotted
from oob.lab.nos.base.bgp import flat_peers
from oob.lab.nos.base.derivation import Derivation
from oob.lab.nos.base.statics import flat_lines
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.eos.language import NAMES

COST = 10  # of OSPF on any interface, until told otherwise


def _addresses(line: ConfigLine) -> Iterator[InterfaceAddress]:
    """Give the addresses that an interface uses: none on a switched port."""
    return process.addresses(line) if is_routed(line) else iter(())


def is_routed(line: ConfigLine) -> bool:
    """Tell whether an interface takes addresses."""
    return not line.text.startswith(("interface Ethernet", "interface Port-")) or line.find("no switchport") is not None


def vrf_of(line: ConfigLine) -> str:
    """Return the VRF that an interface is in."""
    return (line.value("vrf") or "").removeprefix("forwarding ")


def _ospf(root: ConfigLine, line: ConfigLine) -> Ospf | None:
    name, vrf = line.text.split()[1], vrf_of(line)
    for ospf in root.under("router ospf"):
        if ospf.text.partition(" vrf ")[2] != vrf:
            continue
        area = line.value("ip ospf area") or _area(ospf, line)
        if area:
            hello, dead = process.timers(line)
            return Ospf(
                area=dotted(area),
                cost=int(line.value("ip ospf cost") or COST),
                passive=process.is_passive(ospf, name),
                point_to_point=line.value("ip ospf network") == "point-to-point" or name.startswith("Loopback"),
                priority=int(line.value("ip ospf priority") or 1),
                hello=hello,
                dead=dead,
            )
    return None


def _ospf3(root: ConfigLine, line: ConfigLine) -> Ospf | None:
    words = (line.value("ipv6 ospf") or "").split()
    return Ospf(area=dotted(words[2]), cost=COST) if len(words) == 3 else None


def _area(ospf: ConfigLine, line: ConfigLine) -> str:
    mine = [address for address in _addresses(line) if isinstance(address, IPv4Interface)]
    for own in ospf.under("network"):
        words = own.text.split()
        network = ip_network(words[1] if "/" in words[1] else f"{words[1]}/{words[2]}", strict=False)
        if isinstance(network, IPv4Network) and any(address.ip in network for address in mine):
            return words[-1]
    return ""


DERIVATION = Derivation(
    names=NAMES,
    static_lines=flat_lines,
    peers=flat_peers,
    networks=lambda bgp: (("", ip_network(line.text.split()[1])) for line in bgp.under("network")),
    addresses=_addresses,
    vrf_of=vrf_of,
    is_up=lambda root, line: line.find("shutdown") is None,
    ospf=_ospf,
    ospf3=_ospf3,
    distances={**DISTANCES, "ebgp": 200, "ibgp": 200},
)
