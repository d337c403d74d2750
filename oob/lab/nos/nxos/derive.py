"""The derivation of an NX-OS switch's place in the network."""

from __future__ import annotations

from collections.abc import Iterator

from oob.lab.network import Ospf
from oob.lab.network.node import InterfaceAddress
from oob.lab.nos.base import process
from oob.lab.nos.base.area import dotted
from oob.lab.nos.base.bgp import nested_networks, nested_peers
from oob.lab.nos.base.derivation import Derivation
from oob.lab.nos.base.tree import ConfigLine, begins
from oob.lab.nos.nxos.language import NAMES

COST = 40  # of OSPF on a gigabit, the reference being 40 Gbit/s
MANAGEMENT = "management"


def _addresses(line: ConfigLine) -> Iterator[InterfaceAddress]:
    """Give the addresses that an interface uses: none on a switched port."""
    return process.addresses(line) if is_routed(line) else iter(())


def is_routed(line: ConfigLine) -> bool:
    """Tell whether an interface takes addresses."""
    return not line.text.startswith(("interface Ethernet", "interface port-")) or line.find("no switchport") is not None


def is_up(line: ConfigLine) -> bool:
    """Tell whether the configuration enables an interface; a routed port needs `no shutdown`."""
    if line.text.startswith(("interface loopback", "interface mgmt")) or not is_routed(line):
        return line.find("shutdown") is None
    return line.find("no shutdown") is not None


def vrf_of(line: ConfigLine) -> str:
    """Return the VRF that an interface is in."""
    return MANAGEMENT if line.text.startswith("interface mgmt") else line.value("vrf member") or ""


def _ospf(root: ConfigLine, line: ConfigLine) -> Ospf | None:
    words = (line.value("ip router ospf") or "").split()
    ospf = root.find(f"router ospf {words[0]}") if words else None
    if ospf is None:
        return None
    name = line.text.split()[1]
    hello, dead = process.timers(line)
    passive = ospf.find("passive-interface default") is not None
    if line.find("ip ospf passive-interface") or line.find("no ip ospf passive-interface"):
        passive = line.find("ip ospf passive-interface") is not None
    return Ospf(
        area=dotted(words[2]),
        cost=int(line.value("ip ospf cost") or (1 if name.startswith("loopback") else COST)),
        passive=passive,
        point_to_point=line.value("ip ospf network") == "point-to-point" or name.startswith("loopback"),
        hello=hello,
        dead=dead,
    )


def _ospf3(root: ConfigLine, line: ConfigLine) -> Ospf | None:
    words = (line.value("ipv6 router ospfv3") or "").split()
    if not words or root.find(f"router ospfv3 {words[0]}") is None:
        return None
    return Ospf(area=dotted(words[2]), cost=COST)


def _static_lines(root: ConfigLine) -> Iterator[tuple[str, list[str]]]:
    """Give VRF and words of each static route."""
    for vrf, block in (("", root), *((line.text.split()[2], line) for line in root.under("vrf context"))):
        for line in block.children:
            if begins(line.text, "ip route") or begins(line.text, "ipv6 route"):
                yield vrf, line.text.split()[2:]


DERIVATION = Derivation(
    names=NAMES,
    static_lines=_static_lines,
    peers=nested_peers,
    networks=nested_networks,
    addresses=_addresses,
    vrf_of=vrf_of,
    is_up=lambda root, line: is_up(line),
    ospf=_ospf,
    ospf3=_ospf3,
    loopbacks=("loopback",),
    connected="direct",
)
