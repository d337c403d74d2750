"""The network at one moment: tables and neighbours, each computed once when first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from oob.lab.network import rib
from oob.lab.network.bgp import BgpMesh, BgpNeighbour
from oob.lab.network.node import Node, Prefix, Via
from oob.lab.network.ospf import OspfDomain, OspfNeighbour, OspfPath
from oob.lab.network.rib import RibRoute, RoutingTable
from oob.lab.network.wiring import Wiring


class NetworkView:
    """The state of the network that follows from *nodes* while the links in *cut* are down."""

    def __init__(self, nodes: Mapping[str, Node], cut: frozenset[str]) -> None:
        self.nodes = nodes
        self.wiring = Wiring(nodes, cut)
        self._ospf = {version: OspfDomain(self.wiring, version) for version in (4, 6)}
        self._ribs: dict[str, tuple[RibRoute, ...]] = {}
        self._tables: dict[str, RoutingTable] = {}
        self._interiors: dict[str, tuple[RibRoute, ...]] = {}
        self._owns: dict[str, tuple[RibRoute, ...]] = {}

    def rib(self, name: str) -> tuple[RibRoute, ...]:
        """Return all candidate routes of a router; none while the router is off."""
        if name not in self.nodes:
            return ()
        if name not in self._ribs:
            node = self.nodes[name]
            learned = self._mesh.routes(node) if node.peers else ()
            self._ribs[name] = rib.select((*self._interior(name), *learned))
        return self._ribs[name]

    def table(self, name: str) -> RoutingTable:
        """Return the active routes of a router, to look addresses up in."""
        if name not in self._tables:
            self._tables[name] = RoutingTable(self.rib(name))
        return self._tables[name]

    def ospf_neighbours(self, name: str, version: int) -> tuple[OspfNeighbour, ...]:
        """Return the OSPF neighbours of a router."""
        return self._ospf[version].neighbours(self.nodes[name]) if name in self.nodes else ()

    def bgp_neighbours(self, name: str) -> tuple[BgpNeighbour, ...]:
        """Return the BGP neighbours of a router."""
        node = self.nodes.get(name)
        return self._mesh.neighbours(node) if node is not None and node.peers else ()

    def across(self, name: str, interface: str) -> tuple[tuple[str, str], ...]:
        """Return who is at the other end of an interface."""
        node = self.nodes.get(name)
        mine = next((own for own in node.interfaces if own.name == interface), None) if node else None
        if node is None or mine is None:
            return ()
        return tuple((other.name, there.name) for other, there in self.wiring.across(node, mine))

    @cached_property
    def _mesh(self) -> BgpMesh:
        speakers = {name: node for name, node in self.nodes.items() if node.peers}
        return BgpMesh(speakers, {name: RoutingTable(rib.select(self._interior(name))) for name in speakers})

    def _interior(self, name: str) -> tuple[RibRoute, ...]:
        """Return everything but BGP. Redistribution needs the redistributing routers' statics first."""
        node = self.nodes[name]
        if name not in self._interiors:
            external = (route for vrf in _vrfs(node) for route in self._external(node, vrf))
            self._interiors[name] = self._with_statics(node, (*self._inside(node), *external))
        return self._interiors[name]

    def _own(self, name: str) -> tuple[RibRoute, ...]:
        """Return the routes that a router has before redistribution."""
        if name not in self._owns:
            node = self.nodes[name]
            self._owns[name] = self._with_statics(node, tuple(self._inside(node)))
        return self._owns[name]

    def _inside(self, node: Node) -> Iterator[RibRoute]:
        yield from rib.connected(node, self.wiring)
        for vrf in _vrfs(node):
            for domain in self._ospf.values():
                yield from (rib.from_ospf(node, vrf, path) for path in domain.paths(node, vrf))

    def _with_statics(self, node: Node, routes: tuple[RibRoute, ...]) -> tuple[RibRoute, ...]:
        """Add statics until no more of them find their next hop (one may lie behind another)."""
        found: tuple[RibRoute, ...] = ()
        for _ in range(len(node.statics) + 1):
            more = tuple(rib.statics(node, self.wiring, RoutingTable(rib.select((*routes, *found)))))
            if more == found:
                break
            found = more
        return (*routes, *found)

    def _external(self, node: Node, vrf: str) -> Iterator[RibRoute]:
        if not any(there.external for there in self.nodes.values()):
            return
        best: dict[Prefix, tuple[int, int, set[Via]]] = {}
        mine = {route.prefix for route in self._own(node.name) if route.vrf == vrf and route.protocol != "local"}
        for version, domain in self._ospf.items():
            for (name, instance), (distance, vias) in domain.distances(node, vrf).items():
                for prefix in self._redistributed(name, instance, version) if vias else ():
                    if prefix not in mine:
                        _offer(best, prefix, (self.nodes[name].external_metric, distance), vias)
        for prefix, (metric, _, hops) in best.items():
            yield rib.from_ospf(
                node, vrf, OspfPath(prefix=prefix, kind="external", metric=metric, vias=frozenset(hops))
            )

    def _redistributed(self, name: str, vrf: str, version: int) -> Iterator[Prefix]:
        there = self.nodes[name]
        for route in self._own(name) if there.external else ():
            if route.protocol in there.external and route.vrf == vrf and route.prefix.version == version:
                yield route.prefix


def _offer(
    best: dict[Prefix, tuple[int, int, set[Via]]], prefix: Prefix, cost: tuple[int, int], vias: frozenset[Via]
) -> None:
    known = best.get(prefix)
    if known is None or cost < known[:2]:
        best[prefix] = (*cost, set(vias))
    elif cost == known[:2]:
        known[2].update(vias)


def _vrfs(node: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("", *(interface.vrf for interface in node.interfaces))))
