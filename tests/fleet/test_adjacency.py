"""Neighbours from baselines: whose address a next hop is, and what cannot be told."""

from __future__ import annotations

from oob.fleet.adjacency import MOST, witnesses
from oob.routing.route import NextHop, Route


def own(address: str) -> Route:
    return Route(vrf="default", prefix=f"{address}/32", protocol="local", next_hops=(NextHop(interface="Gi1"),))


def via(prefix: str, address: str, *, active: bool = True) -> Route:
    return Route(vrf="default", prefix=prefix, protocol="ospf", next_hops=(NextHop(address=address),), active=active)


def test_a_neighbour_is_the_device_whose_address_is_a_next_hop() -> None:
    tables = {"a": (own("10.0.0.1"), via("10.9.0.0/16", "10.0.0.2")), "b": (own("10.0.0.2"),)}

    (found,) = witnesses(tables, {})

    assert (found.device, found.neighbour, found.prefix) == ("b", "a", "10.9.0.0/16")
    assert found.addresses == {"10.0.0.2"}


def test_an_address_of_two_devices_is_that_of_the_same_site_or_of_none() -> None:
    tables = {"a": (via("10.9.0.0/16", "10.0.0.2"),), "b": (own("10.0.0.2"),), "c": (own("10.0.0.2"),)}

    assert [one.device for one in witnesses(tables, {"a": "north", "b": "south", "c": "north"})] == ["c"]
    assert witnesses(tables, {}) == ()


def test_few_routes_are_asked_for_and_none_that_is_not_active() -> None:
    routes = tuple(via(f"10.{number}.0.0/16", "10.0.0.2") for number in range(9))
    tables = {
        "a": (*routes, via("10.0.0.0/8", "10.0.0.3", active=False)),
        "b": (own("10.0.0.2"),),
        "c": (own("10.0.0.3"),),
    }

    found = witnesses(tables, {})

    assert len(found) == MOST
    assert {one.device for one in found} == {"b"}


def test_a_link_local_next_hop_is_no_proof_of_a_neighbour() -> None:
    local = Route(vrf="default", prefix="fe80::1/128", protocol="local", next_hops=(NextHop(interface="Gi1"),))

    assert witnesses({"a": (via("2001:db8::/32", "fe80::1"),), "b": (local,)}, {}) == ()
