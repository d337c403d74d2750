"""The routes that Junos lists besides those of its protocols: link-local addresses and the groups OSPF listens to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from oob.lab.network import Interface, RibRoute, Via, link_local

_GROUPS = {4: ip_network("224.0.0.5/32"), 6: ip_network("ff02::5/128")}
_LINK = ip_network("fe80::/64")


def own_routes(router: str, interfaces: Iterable[Interface]) -> Iterator[RibRoute]:
    """Give fe80::/64 once for each of *interfaces* that speaks IPv6, the first one active, and their own addresses."""
    seen: set[str] = set()
    for interface in interfaces:
        address = link_local(router, interface)
        if address is None:
            continue
        via = (Via(interface=interface.name),)
        first = interface.vrf not in seen
        seen.add(interface.vrf)
        if not interface.loopback:
            yield RibRoute(vrf=interface.vrf, prefix=_LINK, protocol="connected", vias=via, active=first)
        own = ip_network(address)
        yield RibRoute(vrf=interface.vrf, prefix=own, protocol="local", vias=via, active=True)


def group_routes(interfaces: Iterable[Interface]) -> Iterator[RibRoute]:
    """Give the OSPF group once for each instance that has OSPF on one of *interfaces*."""
    four = {(own.vrf, 4) for own in interfaces if own.ospf}
    six = {(own.vrf, 6) for own in interfaces if own.ospf3}
    for vrf, version in sorted(four | six):
        yield RibRoute(vrf=vrf, prefix=_GROUPS[version], protocol="ospf", preference=10, metric=1, active=True)
