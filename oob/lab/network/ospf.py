"""OSPF as far as routing tables show it: neighbours, and shortest paths with equal-cost branches.

Areas are joined into one graph (a path through a non-backbone area that real summaries would hide is taken);
a prefix is intra-area where the asking router has an interface in the prefix's area.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, ip_network

from oob.lab.network.node import Address, Interface, InterfaceAddress, Node, Ospf, Prefix, Via
from oob.lab.network.wiring import Wiring, link_local

Instance = tuple[str, str]  # router, VRF


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfNeighbour:
    """A line of the neighbour table: *state* is `FULL` or `2WAY`, *role* `DR`, `BDR`, `DROTHER` or empty."""

    node: str
    router_id: IPv4Address
    address: Address
    interface: str
    area: str
    state: str
    role: str
    priority: int
    dead: int
    version: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfPath:
    """A prefix that OSPF knows a way to; *kind* is `intra`, `inter` or `external`."""

    prefix: Prefix
    kind: str
    metric: int
    vias: frozenset[Via]


@dataclass(frozen=True, slots=True)
class _Edge:
    to: Instance
    cost: int
    via: Via


class OspfDomain:
    """OSPF of one address family over the whole network at one moment."""

    def __init__(self, wiring: Wiring, version: int) -> None:
        self._wiring = wiring
        self._version = version
        self._trees: dict[Instance, dict[Instance, tuple[int, frozenset[Via]]]] = {}

    def neighbours(self, node: Node) -> tuple[OspfNeighbour, ...]:
        """Return the neighbours of *node* on all its interfaces, in the order of its configuration."""
        return tuple(self._neighbours(node))

    def _neighbours(self, node: Node) -> Iterator[OspfNeighbour]:
        for interface, mine in self._speakers(node):
            segment = list(self._heard(node, interface, mine))
            roles = _elect([(node, mine), *((other, theirs) for other, _, theirs, _ in segment)])
            for other, _, theirs, address in segment:
                quiet = not mine.point_to_point and {roles[node.name], roles[other.name]} == {"DROTHER"}
                yield OspfNeighbour(
                    node=other.name,
                    router_id=other.identifier,
                    address=address,
                    interface=interface.name,
                    area=mine.area,
                    state="2WAY" if quiet else "FULL",
                    role="" if mine.point_to_point else roles[other.name],
                    priority=theirs.priority,
                    dead=theirs.dead,
                    version=self._version,
                )

    def paths(self, node: Node, vrf: str) -> tuple[OspfPath, ...]:
        """Return the best path to each prefix inside OSPF that *node* does not itself hold."""
        tree = self._tree((node.name, vrf))
        areas = {mine.area for interface, mine in self._members(node) if interface.vrf == vrf}
        own = {prefix for _, prefix, _ in self._advertised(node, vrf)}
        best: dict[Prefix, tuple[bool, int, frozenset[Via]]] = {}
        for (name, instance), (distance, vias) in tree.items():
            for area, prefix, cost in self._advertised(self._wiring.nodes[name], instance):
                if prefix not in own and vias:
                    _offer(best, prefix, area not in areas, distance + cost, vias)
        return tuple(
            OspfPath(prefix=prefix, kind="inter" if between else "intra", metric=metric, vias=vias)
            for prefix, (between, metric, vias) in best.items()
        )

    def distances(self, node: Node, vrf: str) -> dict[Instance, tuple[int, frozenset[Via]]]:
        """Return every router that *node* reaches through OSPF, with the metric and the first hops."""
        return self._tree((node.name, vrf))

    def _members(self, node: Node) -> Iterator[tuple[Interface, Ospf]]:
        for interface in self._wiring.lines(node):
            settings = interface.ospf if self._version == 4 else interface.ospf3
            if settings and any(own.version == self._version for own in interface.addresses):
                yield interface, settings

    def _speakers(self, node: Node) -> Iterator[tuple[Interface, Ospf]]:
        return ((i, s) for i, s in self._members(node) if not s.passive and not i.loopback)

    def _heard(self, node: Node, interface: Interface, mine: Ospf) -> Iterator[tuple[Node, Interface, Ospf, Address]]:
        for other, there in self._wiring.across(node, interface):
            theirs = there.ospf if self._version == 4 else there.ospf3
            if theirs is None or theirs.passive or not _agree(mine, theirs) or other.identifier == node.identifier:
                continue
            address = self._address_of(other, there, interface)
            if address is not None:
                yield other, there, theirs, address

    def _address_of(self, other: Node, there: Interface, here: Interface) -> Address | None:
        if self._version == 6:
            return link_local(other.name, there)
        subnets = {own.network for own in here.addresses}
        return next((own.ip for own in there.addresses if own.version == 4 and own.network in subnets), None)

    def _advertised(self, node: Node, vrf: str) -> Iterator[tuple[str, Prefix, int]]:
        for interface, settings in self._members(node):
            if interface.vrf == vrf:
                for own in interface.addresses:
                    if own.version == self._version and not own.ip.is_link_local:
                        yield settings.area, _stub(interface, own), settings.cost

    @cached_property
    def _graph(self) -> dict[Instance, list[_Edge]]:
        graph: dict[Instance, list[_Edge]] = defaultdict(list)
        for node in self._wiring.nodes.values():
            for interface, mine in self._speakers(node):
                for other, there, _, address in self._heard(node, interface, mine):
                    via = Via(address=address, interface=interface.name)
                    graph[node.name, interface.vrf].append(_Edge((other.name, there.vrf), mine.cost, via))
        return graph

    def _tree(self, root: Instance) -> dict[Instance, tuple[int, frozenset[Via]]]:
        if root not in self._trees:
            self._trees[root] = _shortest(self._graph, root)
        return self._trees[root]


def _shortest(graph: dict[Instance, list[_Edge]], root: Instance) -> dict[Instance, tuple[int, frozenset[Via]]]:
    best: dict[Instance, tuple[int, frozenset[Via]]] = {root: (0, frozenset())}
    queue: list[tuple[int, Instance]] = [(0, root)]
    done: set[Instance] = set()
    while queue:
        distance, here = heapq.heappop(queue)
        if here in done:
            continue
        done.add(here)
        for edge in graph.get(here, ()):
            vias = frozenset((edge.via,)) if here == root else best[here][1]
            known = best.get(edge.to)
            if known is None or distance + edge.cost < known[0]:
                best[edge.to] = (distance + edge.cost, vias)
                heapq.heappush(queue, (distance + edge.cost, edge.to))
            elif distance + edge.cost == known[0] and edge.to != root:
                best[edge.to] = (known[0], known[1] | vias)
    return best


def _offer(
    best: dict[Prefix, tuple[bool, int, frozenset[Via]]],
    prefix: Prefix,
    between: bool,
    metric: int,
    vias: frozenset[Via],
) -> None:
    known = best.get(prefix)
    if known is None or (between, metric) < known[:2]:
        best[prefix] = (between, metric, vias)
    elif (between, metric) == known[:2]:
        best[prefix] = (between, metric, known[2] | vias)


def _agree(mine: Ospf, theirs: Ospf) -> bool:
    return (mine.area, mine.hello, mine.dead, mine.key) == (theirs.area, theirs.hello, theirs.dead, theirs.key)


def _elect(segment: list[tuple[Node, Ospf]]) -> dict[str, str]:
    able = sorted(
        ((settings.priority, node.identifier, node.name) for node, settings in segment if settings.priority),
        reverse=True,
    )
    roles = {node.name: "DROTHER" for node, _ in segment}
    roles |= {name: role for (_, _, name), role in zip(able, ("DR", "BDR"), strict=False)}
    return roles


def _stub(interface: Interface, own: InterfaceAddress) -> Prefix:
    return ip_network(own.ip) if interface.loopback else own.network
