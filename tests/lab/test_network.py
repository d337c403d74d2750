"""The network model: tables and pings follow from everyone's configuration."""

from __future__ import annotations

import time
from dataclasses import replace
from ipaddress import IPv4Address, ip_address, ip_interface, ip_network

import pytest

from oob.lab.network import Interface, Network, Node, Ospf, Peer, RibRoute, Static, Via, host

OSPF = Ospf(point_to_point=True)


def port(
    name: str, address: str, link: str = "", *, ospf: Ospf | None = OSPF, vrf: str = "", up: bool = True
) -> Interface:
    return Interface(name=name, addresses=(ip_interface(address),), link=link, ospf=ospf, vrf=vrf, up=up)


def loopback(address: str) -> Interface:
    return Interface(name="lo", addresses=(ip_interface(address),), loopback=True, ospf=Ospf(cost=0))


def triangle() -> Network:
    """a, b and c in a ring, every cable of cost 1."""
    network = Network()
    network.put(
        Node(
            name="a",
            interfaces=(loopback("10.255.0.1/32"), port("ab", "10.0.1.1/30", "ab"), port("ac", "10.0.2.1/30", "ac")),
        )
    )
    network.put(
        Node(
            name="b",
            interfaces=(loopback("10.255.0.2/32"), port("ba", "10.0.1.2/30", "ab"), port("bc", "10.0.3.1/30", "bc")),
        )
    )
    network.put(
        Node(
            name="c",
            interfaces=(loopback("10.255.0.3/32"), port("ca", "10.0.2.2/30", "ac"), port("cb", "10.0.3.2/30", "bc")),
        )
    )
    return network


def route(network: Network, router: str, prefix: str, vrf: str = "") -> RibRoute | None:
    wanted = (vrf, ip_network(prefix))
    return next((r for r in network.rib(router) if (r.vrf, r.prefix) == wanted and r.active), None)


def hops(found: RibRoute | None) -> list[tuple[str, str]]:
    assert found is not None
    return [(str(via.address or ""), via.interface) for via in found.vias]


def change(network: Network, router: str, name: str, **settings: object) -> None:
    node = network.view.nodes[router]
    changed = tuple(
        replace(own, **settings) if own.name == name else own  # type: ignore[arg-type]  # any field of Interface
        for own in node.interfaces
    )
    network.put(replace(node, interfaces=changed))


def test_a_loopback_is_learned_over_the_shortest_path() -> None:
    found = route(triangle(), "a", "10.255.0.2/32")
    assert hops(found) == [("10.0.1.2", "ab")]
    assert found is not None
    assert (found.protocol, found.kind, found.metric, found.preference) == ("ospf", "intra", 1, 110)


def test_paths_of_equal_cost_are_all_used() -> None:
    assert hops(route(triangle(), "a", "10.0.3.0/30")) == [("10.0.1.2", "ab"), ("10.0.2.2", "ac")]


def test_breaking_ospf_on_one_router_changes_the_table_of_another() -> None:
    network = triangle()
    change(network, "b", "ba", ospf=None)
    assert hops(route(network, "a", "10.255.0.2/32")) == [("10.0.2.2", "ac")]
    assert [n.node for n in network.ospf_neighbours("a")] == ["c"]


@pytest.mark.parametrize(
    "broken",
    [Ospf(area="0.0.0.9"), Ospf(key="other"), Ospf(hello=5), Ospf(passive=True)],
    ids=["area", "key", "hello", "passive"],
)
def test_two_ends_that_disagree_do_not_become_neighbours(broken: Ospf) -> None:
    network = triangle()
    change(network, "b", "ba", ospf=broken)
    assert [n.node for n in network.ospf_neighbours("a")] == ["c"]


def test_a_wrong_address_ends_the_neighbourship() -> None:
    network = triangle()
    change(network, "b", "ba", addresses=(ip_interface("10.0.9.2/30"),))
    assert [n.node for n in network.ospf_neighbours("a")] == ["c"]


def test_shutting_one_end_of_a_cable_takes_the_line_of_the_other_down() -> None:
    network = triangle()
    change(network, "b", "ba", up=False)
    assert not network.is_up("a", "ab")
    assert route(network, "a", "10.0.1.0/30") is None


def test_a_cut_cable_is_back_when_mended() -> None:
    network = triangle()
    before = network.rib("a")
    network.cut("ab")
    assert route(network, "a", "10.0.1.0/30") is None
    network.mend("ab")
    assert network.rib("a") == before


def test_a_router_that_is_off_is_gone_from_all_tables() -> None:
    network = triangle()
    network.remove("b")
    assert route(network, "a", "10.255.0.2/32") is None
    assert network.rib("b") == ()
    assert not network.reachable("b", ip_address("10.255.0.1"))


def test_a_link_of_three_elects_a_designated_router() -> None:
    network = Network()
    for number in (1, 2, 3):
        settings = Ospf(priority=0) if number == 3 else Ospf()
        network.put(Node(name=f"r{number}", interfaces=(port("lan", f"10.0.0.{number}/24", "lan", ospf=settings),)))
    assert [(n.node, n.role, n.state) for n in network.ospf_neighbours("r3")] == [
        ("r1", "BDR", "FULL"),
        ("r2", "DR", "FULL"),
    ]


def test_a_static_route_finds_its_next_hop_behind_another_route() -> None:
    network = triangle()
    node = network.view.nodes["a"]
    static = Static(prefix=ip_network("192.0.2.0/24"), vias=(Via(address=ip_address("10.255.0.2")),))
    network.put(replace(node, statics=(static,)))
    assert hops(route(network, "a", "192.0.2.0/24")) == [("10.0.1.2", "ab")]
    network.put(replace(node, statics=(replace(static, resolve=False),)))
    assert route(network, "a", "192.0.2.0/24") is None


def test_a_static_route_does_not_resolve_through_itself() -> None:
    network = Network()
    static = Static(prefix=ip_network("10.0.0.0/8"), vias=(Via(address=ip_address("10.1.1.1")),))
    network.put(Node(name="a", statics=(static,)))
    assert network.rib("a") == ()


def test_a_floating_static_waits_until_ospf_loses_the_prefix() -> None:
    network = triangle()
    node = network.view.nodes["a"]
    backup = Static(prefix=ip_network("10.255.0.2/32"), vias=(Via(address=ip_address("10.0.2.2")),), preference=250)
    network.put(replace(node, statics=(backup,)))
    first = route(network, "a", "10.255.0.2/32")
    assert first is not None
    assert first.protocol == "ospf"
    network.remove("b")
    second = route(network, "a", "10.255.0.2/32")
    assert second is not None
    assert (second.protocol, second.preference) == ("static", 250)


def test_a_static_put_into_ospf_is_external_elsewhere() -> None:
    network = triangle()
    node = network.view.nodes["b"]
    default = Static(prefix=ip_network("0.0.0.0/0"), discard=True)
    network.put(replace(node, statics=(default,), external=("static",)))
    found = route(network, "a", "0.0.0.0/0")
    assert found is not None
    assert (found.kind, found.metric, hops(found)) == ("external", 20, [("10.0.1.2", "ab")])


def test_vrfs_do_not_see_each_other() -> None:
    network = Network()
    network.put(
        Node(name="a", interfaces=(port("x", "10.0.0.1/24", "x", vrf="RED"), port("y", "10.0.0.1/24", "y", vrf="BLUE")))
    )
    network.put(host("h", link="x", address=ip_interface("10.0.0.9/24")))
    network.put(host("g", link="y", address=ip_interface("10.0.0.8/24")))
    assert network.reachable("a", ip_address("10.0.0.9"), "RED")
    assert not network.reachable("a", ip_address("10.0.0.9"), "BLUE")
    assert not network.reachable("a", ip_address("10.0.0.9"))


def test_a_ping_needs_the_way_back_too() -> None:
    network = triangle()
    target = ip_address("172.16.0.9")
    network.put(host("server", link="lan", address=ip_interface("172.16.0.9/24"), gateway=ip_address("172.16.0.1")))
    node = network.view.nodes["b"]
    network.put(
        replace(node, interfaces=(*node.interfaces, port("lan", "172.16.0.1/24", "lan", ospf=Ospf(passive=True))))
    )
    assert network.reachable("a", target)
    assert network.trace("a", target).hops == (ip_address("10.0.1.2"), target)
    network.put(host("server", link="lan", address=ip_interface("172.16.0.9/24")))
    trace = network.trace("a", target)
    assert (trace.answered, trace.lost_at, trace.reason) == (False, "server", "no return path")


def test_a_loop_of_statics_ends() -> None:
    network = Network()
    everything = ip_network("0.0.0.0/0")
    for name, mine, other in (("a", "10.0.0.1", "10.0.0.2"), ("b", "10.0.0.2", "10.0.0.1")):
        way = Static(prefix=everything, vias=(Via(address=ip_address(other)),))
        network.put(Node(name=name, interfaces=(port("p", f"{mine}/30", "ab", ospf=None),), statics=(way,)))
    assert network.trace("a", ip_address("8.8.8.8")).reason == "loop"


def test_ospf3_uses_link_local_next_hops() -> None:
    network = Network()
    for number, name in ((1, "a"), (2, "b")):
        cable = Interface(
            name="p", addresses=(ip_interface(f"2001:db8::{number}/64"),), link="ab", ospf3=Ospf(point_to_point=True)
        )
        inner = Interface(
            name="lo", addresses=(ip_interface(f"2001:db8:ff::{number}/128"),), loopback=True, ospf3=Ospf(cost=0)
        )
        network.put(Node(name=name, interfaces=(cable, inner), router_id=IPv4Address(number)))
    found = route(network, "a", "2001:db8:ff::2/128")
    assert found is not None
    assert found.vias[0].address is not None
    assert found.vias[0].address.is_link_local
    assert network.reachable("a", ip_address("2001:db8:ff::2"))


def bgp_line() -> Network:
    """as 1 - as 2 - as 3 in a row; the first announces 198.51.100.0/24."""
    network = Network()
    network.put(
        Node(
            name="a",
            interfaces=(port("ab", "10.0.1.1/30", "ab", ospf=None),),
            statics=(Static(prefix=ip_network("198.51.100.0/24"), discard=True),),
            local_as=65001,
            peers=(Peer(address=ip_address("10.0.1.2"), remote_as=65002),),
            announced=(("", ip_network("198.51.100.0/24")),),
        )
    )
    network.put(
        Node(
            name="b",
            interfaces=(port("ba", "10.0.1.2/30", "ab", ospf=None), port("bc", "10.0.2.1/30", "bc", ospf=None)),
            local_as=65002,
            peers=(
                Peer(address=ip_address("10.0.1.1"), remote_as=65001),
                Peer(address=ip_address("10.0.2.2"), remote_as=65003),
            ),
        )
    )
    network.put(
        Node(
            name="c",
            interfaces=(port("cb", "10.0.2.2/30", "bc", ospf=None),),
            local_as=65003,
            peers=(Peer(address=ip_address("10.0.2.1"), remote_as=65002),),
        )
    )
    return network


def test_an_announcement_travels_and_grows_its_path() -> None:
    network = bgp_line()
    found = route(network, "c", "198.51.100.0/24")
    assert found is not None
    assert (found.as_path, found.kind, hops(found)) == ((65002, 65001), "ebgp", [("10.0.2.1", "cb")])
    assert [(n.state, n.prefixes) for n in network.bgp_neighbours("b")] == [("Established", 1), ("Established", 0)]


def test_a_session_that_only_one_end_wants_is_active() -> None:
    network = bgp_line()
    network.put(replace(network.view.nodes["a"], peers=()))
    assert [n.state for n in network.bgp_neighbours("b")] == ["Active", "Established"]
    assert route(network, "c", "198.51.100.0/24") is None


def test_the_table_is_computed_again_only_after_a_change() -> None:
    network = triangle()
    before = network.generation
    first = network.rib("a")
    network.put(network.view.nodes["a"])
    assert network.generation == before
    assert network.rib("a") is first


def test_watchers_hear_of_changes() -> None:
    network = triangle()
    heard: list[int] = []
    network.watch(lambda: heard.append(network.generation))
    change(network, "b", "ba", up=False)
    assert heard == [network.generation]


def ring(count: int) -> Network:
    """Return a ring of so many routers."""
    network = Network()
    for n in range(count):
        left = port("left", f"10.0.{(n - 1) % count}.2/30", f"l{(n - 1) % count}")
        right = port("right", f"10.0.{n}.1/30", f"l{n}")
        network.put(Node(name=f"r{n}", interfaces=(loopback(f"10.255.0.{n}/32"), left, right)))
    return network


def test_twice_as_many_routers_take_no_more_than_their_share_of_time() -> None:
    taken = {}
    for count in (40, 80):
        network = ring(count)
        started = time.process_time()
        assert len({r.prefix for r in network.rib("r7")}) == count + count + 2
        taken[count] = time.process_time() - started
        assert network.reachable("r7", ip_address("10.255.0.30"))
    assert taken[80] < 12 * taken[40]  # each router computes the paths to all others: four times, and noise
