"""The links that interfaces share, and the state of each interface."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Interface

from oob.lab.network.node import Address, Interface, InterfaceAddress, Node


class Wiring:
    """The cabling of one moment. A link of two ends is a cable, of more ends a switch (which stays up by itself)."""

    def __init__(self, nodes: Mapping[str, Node], cut: frozenset[str]) -> None:
        self.nodes = nodes
        self._cut = cut
        self._ends: dict[str, list[tuple[Node, Interface]]] = defaultdict(list)
        for node in nodes.values():
            for interface in node.interfaces:
                if interface.link:
                    self._ends[interface.link].append((node, interface))
        self._up = {
            (node.name, interface.name): self._has_line(node, interface)
            for node in nodes.values()
            for interface in node.interfaces
        }

    def _has_line(self, node: Node, interface: Interface) -> bool:
        if not interface.up:
            return False
        if interface.loopback:
            return True
        if not interface.link or interface.link in self._cut:
            return False
        ends = self._ends[interface.link]
        owners = {other.name for other, _ in ends}
        if len(owners) > 2:
            return True
        return any(other.name != node.name and there.up for other, there in ends)

    def is_up(self, node: str, interface: str) -> bool:
        """Tell whether *interface* carries packets."""
        return self._up.get((node, interface), False)

    def lines(self, node: Node) -> Iterator[Interface]:
        """Give the interfaces of *node* that carry packets."""
        return (interface for interface in node.interfaces if self._up[node.name, interface.name])

    def across(self, node: Node, interface: Interface) -> Iterator[tuple[Node, Interface]]:
        """Give every other interface that hears what *interface* sends."""
        if interface.link and self.is_up(node.name, interface.name):
            for other, there in self._ends[interface.link]:
                if other.name != node.name and self.is_up(other.name, there.name):
                    yield other, there

    def holder(self, node: Node, interface: Interface, address: Address) -> tuple[Node, Interface] | None:
        """Find who answers for *address* on the link of *interface* (what ARP or neighbour discovery would)."""
        for other, there in self.across(node, interface):
            owned = {own.ip for own in there.addresses}
            if address in owned or address == link_local(other.name, there):
                return other, there
        return None


def link_local(node: str, interface: Interface) -> IPv6Address | None:
    """Return the fe80:: address of *interface*, always the same one; None without IPv6 on it."""
    v6 = [own for own in interface.addresses if isinstance(own, IPv6Interface)]
    if not v6:
        return None
    given = [own.ip for own in v6 if own.ip.is_link_local]
    if given:
        return given[0]
    digest = sha256(f"{node} {interface.name}".encode()).digest()
    middle = bytes((0x02, digest[0], digest[1], 0xFF, 0xFE, digest[2], digest[3], digest[4]))
    return IPv6Address(b"\xfe\x80" + bytes(6) + middle)


def owned_address(interface: Interface, other: Address) -> InterfaceAddress | None:
    """Return the address of *interface* whose subnet holds *other*."""
    return next((own for own in interface.addresses if other in own.network), None)
