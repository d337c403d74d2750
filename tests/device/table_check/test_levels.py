"""A routing table of ten thousand routes on a virtual router, compared with what it was, byte by byte paid for."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, ip_interface

import pytest

from oob.console.console import Console
from oob.device.device import Device
from oob.device.table_check import levels as frugal
from oob.device.table_check.comparison import Comparison, KnownTable
from oob.device.table_check.confidence import ByteLimit, Confidence
from oob.errors import UsageError
from oob.events import Events
from oob.lab.network import Interface, Node, Ospf, Static
from oob.profile.store import load
from oob.routing.rules import VrfPrefix
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport
from tests.lab.nos.ios_desk import SECRET, Desk

LOGIN = Credentials(username="ops", password=SECRET, enable=SECRET)
COUNT = 10_000
NETWORKS = [IPv4Network((0xAC100000 + (n << 8), 24)) for n in range(COUNT)]
MUST_HAVE = tuple(VrfPrefix("default", str(NETWORKS[n])) for n in (0, 5_000, 9_999))
MOVED = NETWORKS[4_321]
ANNOUNCED: dict[int, tuple[int, int]] = {}  # what each desk's neighbours announce: ten thousand take their time


def compare(device: Device, known: KnownTable, wanted: Confidence, budget: ByteLimit) -> Comparison:
    return frugal.compare(device, known, wanted, budget, Events().emit)


def neighbour(name: str, link: str, number: int, networks: list[IPv4Network]) -> Node:
    """Return a router at the other end of *link*, which puts *networks* into OSPF."""
    ospf = Ospf(cost=10, point_to_point=True)
    return Node(
        name=name,
        interfaces=(Interface(name="eth0", addresses=(ip_interface(f"10.0.{number}.2/30"),), link=link, ospf=ospf),),
        statics=tuple(Static(prefix=one, discard=True) for one in networks),
        router_id=IPv4Address(f"10.255.0.{number}"),
        external=("static",),
    )


def announce(desk: Desk, moved: int = 0, lost: int = 0) -> None:
    """Let the first neighbour announce all networks but a *moved* one, which the second has, and *lost* ones."""
    if ANNOUNCED.get(id(desk)) == (moved, lost):
        return
    ANNOUNCED[id(desk)] = (moved, lost)
    one = [network for network in NETWORKS[lost:] if not moved or network != MOVED]
    desk.network.put(neighbour("core1", "edge1-core1-a", 12, one))
    desk.network.put(neighbour("core2", "edge1-core1-b", 13, [MOVED] if moved else []))
    desk.clock.advance(5)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Device, KnownTable]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    announce(desk)
    desk.screen.clear()
    console = Console(DeskTransport(desk.router, desk.clock, desk.screen), load("cisco_ios"), LOGIN)
    console.open()
    device = Device(console)
    text = device.route_text()
    return desk, device, KnownTable(routes=device.routes().routes, text=text, must_have=MUST_HAVE)


@pytest.fixture
def equal(table: tuple[Desk, Device, KnownTable]) -> tuple[Device, KnownTable]:
    announce(table[0])
    return table[1], table[2]


def test_equal_tables_of_ten_thousand_routes_are_verified_with_a_twentieth_of_their_bytes(
    equal: tuple[Device, KnownTable],
) -> None:
    device, known = equal
    before = device.console.stream.bytes_in
    told = compare(device, known, Confidence.CRITICAL_EQUAL, ByteLimit(baud=9600))
    spent = device.console.stream.bytes_in - before

    assert sum(route.protocol == "ospf" for route in known.routes) == COUNT
    assert (told.confidence, told.is_met, told.differs) == (Confidence.CRITICAL_EQUAL, True, False)
    assert told.spent == spent <= 0.05 * len(known.text)
    assert told.next == "the table"
    assert told.next_size >= len(known.text)
    assert told.next_seconds == pytest.approx(told.next_size / 960, abs=0.1)
    assert "next hops, except of prefixes asked for by name" in told.unseen


def test_the_estimate_of_the_whole_table_is_what_it_takes(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    told = compare(device, known, Confidence.TABLE_EQUAL, ByteLimit())
    assert (told.confidence, told.unseen, told.next) == (Confidence.TABLE_EQUAL, (), "")
    assert told.is_met
    assert told.answers[-1].size == pytest.approx(told.table, rel=0.01)


def test_one_next_hop_among_ten_thousand_is_found_in_the_table_and_claimed_equal_nowhere(
    table: tuple[Desk, Device, KnownTable],
) -> None:
    desk, device, known = table
    announce(desk, moved=1)

    lower = compare(device, known, Confidence.CRITICAL_EQUAL, ByteLimit())
    whole = compare(device, known, Confidence.TABLE_EQUAL, ByteLimit())

    assert (lower.confidence, lower.differs) == (Confidence.CRITICAL_EQUAL, False)
    assert "table equal" not in "\n".join(lower.lines())
    assert any("next hops" in text for text in lower.unseen)
    assert whole.differs
    assert not whole.is_met
    assert len(whole.differences) == 1
    assert str(MOVED) in whole.differences[0]
    assert whole.confidence < Confidence.TABLE_EQUAL


def test_a_critical_prefix_that_goes_elsewhere_is_named_without_reading_the_table(
    table: tuple[Desk, Device, KnownTable],
) -> None:
    desk, device, known = table
    announce(desk, moved=1)
    told = compare(
        device,
        replace(known, must_have=(VrfPrefix("default", str(MOVED)),)),
        Confidence.CRITICAL_EQUAL,
        ByteLimit(size=20_000),
    )
    assert (told.confidence, told.differs) == (Confidence.SUMMARY_EQUAL, True)
    assert f"critical prefix {MOVED}: was" in told.differences[0]
    assert told.spent < 3_000


def test_a_lost_critical_prefix_is_not_there(table: tuple[Desk, Device, KnownTable]) -> None:
    desk, device, known = table
    announce(desk, lost=1)
    told = compare(device, known, Confidence.CRITICAL_EQUAL, ByteLimit(size=3_000))
    assert told.differs
    assert told.differences[0] == "ospf (ipv4, vrf default): 10000 routes became 9999"
    assert told.differences[1].endswith("is not there")


def test_only_the_part_that_differs_is_read(table: tuple[Desk, Device, KnownTable]) -> None:
    desk, device, known = table
    announce(desk)
    fewer = tuple(route for route in known.routes if route.protocol != "static")
    told = compare(device, replace(known, routes=fewer, must_have=()), Confidence.TABLE_EQUAL, ByteLimit())
    assert told.differs
    assert [answer.question.asked.value for answer in told.answers] == ["summary", "part"]
    assert any("10.99.0.0/16" in line for line in told.differences)
    assert told.spent < 5_000


def test_a_budget_that_is_too_small_for_the_table_ends_below_it_and_is_kept(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    told = compare(device, known, Confidence.TABLE_EQUAL, ByteLimit(size=20_000))
    assert (told.confidence, told.is_met) == (Confidence.CRITICAL_EQUAL, False)
    assert told.spent <= 20_000
    nothing = compare(device, known, Confidence.TABLE_EQUAL, ByteLimit(size=10))
    assert (nothing.confidence, nothing.spent, nothing.answers) == (Confidence.NOTHING, 0, ())
    assert "the number of routes" in nothing.unseen


def test_a_summary_alone_says_what_the_critical_prefixes_would_take(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    told = compare(device, known, Confidence.SUMMARY_EQUAL, ByteLimit())
    assert (told.confidence, told.is_met) == (Confidence.SUMMARY_EQUAL, True)
    assert told.next == "3 critical prefixes"
    assert told.as_json()["confidence"] == "summary equal"


def test_what_a_summary_does_not_count_is_said(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    told = compare(device, known, Confidence.SUMMARY_EQUAL, ByteLimit())
    assert {"VRFs and families that the baseline does not have"} <= set(told.unseen)


def test_ipv6_is_counted_and_asked_for_by_prefix_too(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    place = VrfPrefix("default", "2001:db8:12::/64")
    told = compare(device, replace(known, must_have=(place,)), Confidence.CRITICAL_EQUAL, ByteLimit())
    assert (told.confidence, told.is_met) == (Confidence.CRITICAL_EQUAL, True), lines(told)
    assert not any("ipv6" in text for text in told.unseen)
    lost = replace(known, must_have=(VrfPrefix("default", "2001:db8:77::/64"),))
    assert compare(device, lost, Confidence.CRITICAL_EQUAL, ByteLimit()).differs


def test_critical_prefixes_that_nobody_named_are_no_level_to_reach(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    with pytest.raises(UsageError, match="names no critical prefixes"):
        compare(device, replace(known, must_have=()), Confidence.CRITICAL_EQUAL, ByteLimit())


def lines(told: Comparison) -> str:
    return "\n".join(told.lines())


def test_the_verdict_is_the_first_line(equal: tuple[Device, KnownTable]) -> None:
    device, known = equal
    told = compare(device, known, Confidence.CRITICAL_EQUAL, ByteLimit())
    assert lines(told).startswith(f"routing table: critical prefixes equal; {told.spent} bytes spent")
    assert f"{told.next_size} bytes, {told.next_size / 960 / 60:.1f} minutes at this speed" in lines(told)
    assert any("less than 0.1 minutes" in line for line in replace(told, next_seconds=0.5).lines())
