"""Routing tables: candidates of every protocol, next hops resolved, the best per prefix marked active."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_network

from oob.lab.network.node import Address, Node, Prefix, Static, Via
from oob.lab.network.ospf import OspfPath
from oob.lab.network.wiring import Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class RibRoute:
    """One candidate route.

    *vias* are the resolved hops, *configured* the static's or BGP's own next hops before that. *kind* is `intra`,
    `inter` or `external` for OSPF and `ebgp` or `ibgp` for BGP.
    """

    vrf: str
    prefix: Prefix
    protocol: str
    vias: tuple[Via, ...] = ()
    preference: int = 0
    metric: int = 0
    kind: str = ""
    discard: bool = False
    active: bool = False
    configured: tuple[Via, ...] = ()
    as_path: tuple[int, ...] = ()
    peer: Address | None = None
    local_preference: int = 100


class RoutingTable:
    """The active routes of one router, for longest-match look-ups."""

    def __init__(self, routes: Iterable[RibRoute]) -> None:
        self._lengths: dict[tuple[str, int], dict[int, dict[int, RibRoute]]] = {}
        for route in routes:
            if route.active:
                by_length = self._lengths.setdefault((route.vrf, route.prefix.version), {})
                by_length.setdefault(route.prefix.prefixlen, {})[int(route.prefix.network_address)] = route

    def lookup(self, address: Address, vrf: str) -> RibRoute | None:
        """Return the most specific active route for *address*."""
        by_length = self._lengths.get((vrf, address.version), {})
        for length in sorted(by_length, reverse=True):
            mask = ~((1 << (address.max_prefixlen - length)) - 1)
            found = by_length[length].get(int(address) & mask)
            if found is not None:
                return found
        return None


def connected(node: Node, wiring: Wiring) -> Iterator[RibRoute]:
    """Give the connected subnets and own addresses of the lines that are up."""
    for interface in wiring.lines(node):
        via = (Via(interface=interface.name),)
        for own in interface.addresses:
            yield RibRoute(
                vrf=interface.vrf,
                prefix=own.network,
                protocol="connected",
                vias=via,
                preference=node.distances["connected"],
            )
            if own.network.prefixlen < own.max_prefixlen:
                yield RibRoute(
                    vrf=interface.vrf,
                    prefix=ip_network(own.ip),
                    protocol="local",
                    vias=via,
                    preference=node.distances["local"],
                )


def from_ospf(node: Node, vrf: str, path: OspfPath) -> RibRoute:
    """Make the route of an OSPF path."""
    return RibRoute(
        vrf=vrf,
        prefix=path.prefix,
        protocol="ospf",
        vias=ordered(path.vias),
        preference=node.distances["ospf_external" if path.kind == "external" else "ospf"],
        metric=path.metric,
        kind=path.kind,
    )


def statics(node: Node, wiring: Wiring, table: RoutingTable) -> Iterator[RibRoute]:
    """Give the static routes whose next hop can be reached through *table*."""
    for static in node.statics:
        vias = _static_vias(node, wiring, table, static)
        if vias or static.discard:
            yield RibRoute(
                vrf=static.vrf,
                prefix=static.prefix,
                protocol="static",
                vias=ordered(vias),
                preference=node.distances["static"] if static.preference is None else static.preference,
                metric=static.metric,
                discard=static.discard,
                configured=static.vias,
            )


def _static_vias(node: Node, wiring: Wiring, table: RoutingTable, static: Static) -> set[Via]:
    vias: set[Via] = set()
    for via in static.vias:
        if via.interface:
            vias |= {via} if wiring.is_up(node.name, via.interface) else set()
        elif via.address is not None:
            vias |= set(resolve(table, via.address, static.vrf, within=static.prefix, direct=not static.resolve))
    return vias


def resolve(
    table: RoutingTable, address: Address, vrf: str, *, within: Prefix | None = None, direct: bool = False
) -> tuple[Via, ...]:
    """Return the hops that lead to *address*: over a connected subnet, or with *direct* off over other routes.

    A route never resolves through itself (*within*).
    """
    route = table.lookup(address, vrf)
    if route is None or route.protocol == "local" or (route.protocol == "static" and route.prefix == within):
        return ()
    if route.protocol == "connected":
        return tuple(Via(address=address, interface=via.interface) for via in route.vias)
    return () if direct else route.vias


def select(routes: Iterable[RibRoute]) -> tuple[RibRoute, ...]:
    """Mark the best candidate of each prefix active, and sort by VRF, family and prefix, the active one first."""
    groups: dict[tuple[str, Prefix], list[RibRoute]] = defaultdict(list)
    for route in routes:
        groups[route.vrf, route.prefix].append(route)
    chosen: list[RibRoute] = []
    for key in sorted(groups, key=lambda k: (k[0], k[1].version, int(k[1].network_address), k[1].prefixlen)):
        candidates = _merge(sorted(groups[key], key=_rank))
        chosen.append(replace(candidates[0], active=True))
        chosen += (replace(candidate, active=False) for candidate in candidates[1:])
    return tuple(chosen)


def _merge(candidates: list[RibRoute]) -> list[RibRoute]:
    """Join static routes of equal preference and two interfaces on one subnet into one route with several hops."""
    merged: list[RibRoute] = []
    for route in candidates:
        last = merged[-1] if merged else None
        if last and route.protocol in ("static", "connected") and _rank(last) == _rank(route):
            merged[-1] = replace(
                last, vias=ordered({*last.vias, *route.vias}), configured=(*last.configured, *route.configured)
            )
        else:
            merged.append(route)
    return merged


def _rank(route: RibRoute) -> tuple[object, ...]:
    order = {"connected": 0, "local": 1, "static": 2, "ospf": 3, "bgp": 4}
    kind = {"": 0, "intra": 0, "inter": 1, "external": 2, "ebgp": 0, "ibgp": 1}
    bgp = (-route.local_preference, len(route.as_path)) if route.protocol == "bgp" else (0, 0)
    peer = (route.peer.version, int(route.peer)) if route.peer is not None else (0, 0)
    return (route.preference, order[route.protocol], *bgp, kind[route.kind], route.metric, *peer)


def ordered(vias: Iterable[Via]) -> tuple[Via, ...]:
    """Sort next hops as routers print them: by address, then by interface."""
    return tuple(sorted(vias, key=_via_key))


def _via_key(via: Via) -> tuple[int, int, str]:
    address = via.address if via.address is not None else IPv4Address(0)
    return (address.version, int(address), via.interface)
