"""Which devices are adjacent, and by which routes of one the other can be seen to work: from their baselines. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_interface

from oob.routing.route import Route

OWN = frozenset({"local", "connected", "direct"})
MOST = 4  # routes through one device that a neighbour is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteWitness:
    """A route of *neighbour* to *prefix*, whose baseline has the *addresses* of *device* as next hops."""

    device: str
    neighbour: str
    vrf: str
    prefix: str
    addresses: frozenset[str]


def witnesses(tables: Mapping[str, tuple[Route, ...]], sites: Mapping[str, str]) -> tuple[RouteWitness, ...]:
    """Return the routes by which devices can be seen from their neighbours, few for each pair.

    An address that several devices have counts as that of the same site; where that leaves more than one, as none. A
    link-local address tells nothing: it may be on any link.
    """
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for name, routes in tables.items():
        for address in _own(routes):
            owners[address].add(name)
    found: list[RouteWitness] = []
    for neighbour, routes in tables.items():
        by_device: defaultdict[str, list[RouteWitness]] = defaultdict(list)
        for route in routes:
            for device, addresses in _through(route, neighbour, owners, sites).items():
                by_device[device].append(
                    RouteWitness(
                        device=device,
                        neighbour=neighbour,
                        vrf=route.vrf,
                        prefix=route.prefix,
                        addresses=frozenset(addresses),
                    )
                )
        for known in by_device.values():
            found += sorted(known, key=lambda one: (one.vrf, one.prefix))[:MOST]
    return tuple(found)


def _own(routes: tuple[Route, ...]) -> set[str]:
    """Return the addresses of a device: its host routes to itself."""
    found = set()
    for route in routes:
        interface = ip_interface(route.prefix)
        is_host = interface.network.prefixlen == interface.max_prefixlen
        if route.protocol in OWN and is_host and not interface.is_link_local:
            found.add(str(interface.ip))
    return found


def _through(
    route: Route, neighbour: str, owners: Mapping[str, set[str]], sites: Mapping[str, str]
) -> dict[str, set[str]]:
    """Return the other devices that *route* of *neighbour* leads through, each with its addresses."""
    found: dict[str, set[str]] = {}
    if not route.active or not route.serves_all:
        return found
    for hop in route.next_hops:
        names = owners.get(hop.address, set()) - {neighbour}
        near = {name for name in names if sites.get(name, "") == sites.get(neighbour, "")} or names
        if len(near) == 1:
            found.setdefault(next(iter(near)), set()).add(hop.address)
    return found
