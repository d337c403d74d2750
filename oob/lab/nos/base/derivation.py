"""A router's place in the network, derived from its configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from oob.lab.network import DISTANCES, Interface, Node, Ospf, Peer
from oob.lab.network.node import InterfaceAddress, Prefix
from oob.lab.nos.base import process
from oob.lab.nos.base.language import InterfaceNames
from oob.lab.nos.base.statics import statics
from oob.lab.nos.base.tree import ConfigLine


def cable(line: ConfigLine, name: str, cables: Mapping[str, str]) -> str:
    """Return the link that the interface *name* is plugged into."""
    return cables.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """Derives a node; the fields read the parts that each platform writes in its own way."""

    names: InterfaceNames
    static_lines: Callable[[ConfigLine], Iterable[tuple[str, list[str]]]]
    peers: Callable[[ConfigLine], Iterable[Peer]]
    networks: Callable[[ConfigLine], Iterable[tuple[str, Prefix]]]
    addresses: Callable[[ConfigLine], Iterable[InterfaceAddress]]
    vrf_of: Callable[[ConfigLine], str]
    is_up: Callable[[ConfigLine, ConfigLine], bool]
    ospf: Callable[[ConfigLine, ConfigLine], Ospf | None]
    ospf3: Callable[[ConfigLine, ConfigLine], Ospf | None]
    link: Callable[[ConfigLine, str, Mapping[str, str]], str] = cable
    loopbacks: tuple[str, ...] = ("Loopback",)
    router_id_blocks: tuple[str, ...] = ("router ospf", "router bgp")
    router_id_heads: tuple[str, ...] = ("router-id",)
    connected: str = "connected"
    distances: Mapping[str, int] = field(default_factory=lambda: DISTANCES)

    def node(self, name: str, root: ConfigLine, cables: Mapping[str, str]) -> Node:
        """Return the node of the router *name*, whose interfaces are plugged into *cables*."""
        bgp = process.bgp(root)
        blocks = [block for head in self.router_id_blocks for block in root.under(head)]
        return Node(
            name=name,
            interfaces=tuple(self._interface(root, line, cables) for line in root.under("interface")),
            statics=tuple(statics(self.static_lines(root), self.names)),
            router_id=process.router_id(blocks, *self.router_id_heads),
            external=process.redistributed(root, connected=self.connected),
            local_as=process.local_as(root),
            peers=tuple(self.peers(bgp)) if bgp else (),
            announced=tuple(self.networks(bgp)) if bgp else (),
            distances=self.distances,
        )

    def _interface(self, root: ConfigLine, line: ConfigLine, cables: Mapping[str, str]) -> Interface:
        name = line.text.split()[1]
        return Interface(
            name=name,
            addresses=tuple(self.addresses(line)),
            vrf=self.vrf_of(line),
            up=self.is_up(root, line),
            link=self.link(line, name, cables),
            loopback=name.startswith(self.loopbacks),
            ospf=self.ospf(root, line),
            ospf3=self.ospf3(root, line),
        )
