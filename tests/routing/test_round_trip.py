"""Any table, printed as a platform prints it, is read back as it was."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oob.errors import RouteError
from oob.routing.normalise import normalise, prefix
from oob.routing.parse import parse
from oob.routing.route import NextHop, Route
from tests.routing.printers import PRINTERS

# What a platform's printer can say: protocols with and without rank, other VRFs, inactive routes.
PROTOCOLS = {
    "cisco_ios": ["connected", "static", "ospf", "bgp", "eigrp", "isis"],
    "juniper_junos": ["connected", "static", "ospf", "bgp", "isis", "aggregate"],
    "cisco_nxos": ["connected", "local", "static", "ospf", "bgp"],
    "cisco_xr": ["connected", "static", "ospf", "bgp", "eigrp", "isis"],
    "arista_eos": ["connected", "static", "ospf", "bgp", "isis", "kernel"],
    "linux": ["connected", "static", "ospf", "bgp", "boot"],
    "frr": ["connected", "static", "ospf", "bgp", "kernel", "isis"],
    "frr-json": ["connected", "static", "ospf", "bgp", "kernel", "isis"],
}
INTERFACES = {
    "cisco_ios": ["GigabitEthernet0/0/1", "Port-channel202", "Serial0/1/0:0", "Tunnel7"],
    "juniper_junos": ["ge-0/0/0.0", "xe-0/1/0.200", "irb.50", "lo0.0"],
    "cisco_nxos": ["Eth1/1", "Po7", "Vlan1220"],
    "cisco_xr": ["GigabitEthernet0/0/0/3", "Bundle-Ether10.200", "MgmtEth0/RP0/CPU0/0"],
    "arista_eos": ["Ethernet1", "Ethernet49/1", "Vlan20", "Port-Channel7"],
    "linux": ["eth0", "br-lan", "wg0.7"],
    "frr": ["eth0", "br-lan", "wg0.7"],
    "frr-json": ["eth0", "br-lan", "wg0.7"],
}

# Who prints no rank for connected routes, of both families or of IPv4, and who prints only active routes.
UNRANKED = {"frr", "frr-json", "cisco_xr"}
UNRANKED_4 = {"cisco_ios", "arista_eos"}
ALWAYS_ACTIVE = {"cisco_ios", "cisco_xr", "arista_eos"}


def networks(bits: int) -> st.SearchStrategy[str]:
    """Give prefixes of all lengths, as oob writes them."""

    def written(pair: tuple[int, int]) -> str:
        number, length = pair
        packed = (number >> (bits - length) << (bits - length)).to_bytes(bits // 8, "big")
        return prefix(str(ip_address(packed)), str(length))

    return st.tuples(st.integers(0, 2**bits - 1), st.integers(0, bits)).map(written)


@st.composite
def routes(draw: st.DrawFn, platform: str) -> Route:
    is_6 = draw(st.booleans())
    protocol = draw(st.sampled_from(PROTOCOLS[platform]))
    interfaces = st.sampled_from(INTERFACES[platform])
    addresses = st.sampled_from(["2001:db8::1", "fe80::a8bb:1"] if is_6 else ["10.255.0.1", "192.0.2.7", "10.0.0.9"])
    vrf = (
        draw(st.sampled_from(["default", "RED"])) if platform != "linux" else draw(st.sampled_from(["default", "100"]))
    )
    if protocol == "connected":
        hops = [NextHop("", draw(interfaces))]
    else:
        hops = draw(
            st.lists(st.builds(NextHop, addresses, interfaces, *[st.just("")] * 3), min_size=1, max_size=3, unique=True)
        )
    preference, metric = draw(st.integers(0, 255)), draw(st.integers(0, 2**32 - 1))
    active = draw(st.booleans())
    rank: tuple[int | None, int | None] = (preference, metric)
    if platform == "linux":
        rank = (None, draw(st.none() | st.integers(1, 2**32 - 1)))
    elif protocol == "connected" and (platform in UNRANKED or (platform in UNRANKED_4 and not is_6)):
        rank = (None, None)
    elif platform == "juniper_junos":
        rank = (preference, draw(st.none() | st.just(metric)))
    place = draw(networks(128 if is_6 else 32))
    return Route(vrf, place, protocol, tuple(sorted(hops)), *rank, platform in ALWAYS_ACTIVE or active)


def tables(platform: str, size: int) -> st.SearchStrategy[list[Route]]:
    return st.lists(routes(platform), max_size=size, unique_by=lambda route: (route.vrf, route.prefix))


@pytest.mark.parametrize("platform", PRINTERS)
def test_what_is_printed_is_read_back(platform: str) -> None:
    @settings(deadline=None, max_examples=40)
    @given(tables(platform, 8))
    def check(table: list[Route]) -> None:
        text = PRINTERS[platform](table)
        found = parse(platform.removesuffix("-json"), text)
        assert normalise(found.routes) == normalise(table)
        assert not found.reservations

    check()


@pytest.mark.parametrize("platform", PRINTERS)
def test_damage_anywhere_never_ends_in_anything_but_a_route_error(platform: str) -> None:
    # Fuzzing hurts whole samples, and for longer.
    @settings(deadline=None, max_examples=20)
    @given(tables(platform, 4), st.data())
    def check(table: list[Route], data: st.DataObject) -> None:
        text = PRINTERS[platform](table)
        at = data.draw(st.integers(0, len(text)))
        junk = data.draw(st.text(alphabet="\x00\b\r\n\t\x1b[ 0.:/%>*#-aO", max_size=6))
        lenient = data.draw(st.booleans())
        try:
            parse(platform.removesuffix("-json"), text[:at] + junk + text[at + len(junk) // 2 :], lenient=lenient)
        except RouteError as error:
            assert str(error)  # noqa: PT017 - that it says something is the point

    check()
