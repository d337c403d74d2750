"""Differences are found, named, grouped so that a person can read them, and can be applied."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oob.errors import UsageError
from oob.routing.change import Kind
from oob.routing.diff import diff
from oob.routing.normalise import normalise
from oob.routing.opaque import OpaqueLine
from oob.routing.route import NextHop, Route
from oob.routing.rules import IgnoreRule, VrfPrefix
from oob.routing.table import RouteTable


def table(*routes: Route) -> RouteTable:
    return RouteTable(platform="cisco_ios", routes=routes)


def ospf(prefix: str, *hops: NextHop, vrf: str = "default", metric: int = 20) -> Route:
    return Route(vrf, prefix, "ospf", hops, 110, metric)


A = NextHop("10.0.0.1", "Gi0/1")
B = NextHop("10.0.1.1", "Gi0/2")
C = NextHop("10.0.2.1", "Gi0/3")


def kinds(before: RouteTable, after: RouteTable) -> list[Kind]:
    return [change.kind for change in diff(before, after).changes]


def test_equal_tables_have_no_difference_in_whatever_order_they_were_printed() -> None:
    routes = (ospf("10.1.0.0/24", A), ospf("10.2.0.0/24", A, B))
    found = diff(table(*routes), table(*reversed(routes)))
    assert found.is_equal
    assert found.lines() == ()


def test_a_missing_and_an_added_route() -> None:
    assert kinds(table(ospf("10.1.0.0/24", A)), table(ospf("10.2.0.0/24", A))) == [Kind.LOST, Kind.GAINED]


def test_another_next_hop() -> None:
    assert kinds(table(ospf("10.1.0.0/24", A)), table(ospf("10.1.0.0/24", B))) == [Kind.NEXT_HOP]


def test_a_member_of_an_ecmp_route_lost_and_gained() -> None:
    both, one = table(ospf("10.1.0.0/24", A, B)), table(ospf("10.1.0.0/24", B))
    assert kinds(both, one) == [Kind.MEMBER_LOST]
    assert kinds(one, both) == [Kind.MEMBER_GAINED]


def test_another_protocol_or_preference_comes_before_another_next_hop() -> None:
    static = Route("default", "10.1.0.0/24", "static", (B,), 1, 0)
    assert kinds(table(ospf("10.1.0.0/24", A)), table(static)) == [Kind.PROTOCOL]
    assert kinds(table(static), table(static._replace(preference=250))) == [Kind.PROTOCOL]


def test_a_metric_and_an_activity_that_changed() -> None:
    route = ospf("10.1.0.0/24", A)
    assert kinds(table(route), table(route._replace(metric=21))) == [Kind.METRIC]
    assert kinds(table(route), table(route._replace(active=False))) == [Kind.ACTIVE]


def test_the_same_prefix_in_two_vrfs_is_two_routes() -> None:
    red, blue = ospf("10.1.0.0/24", A, vrf="RED"), ospf("10.1.0.0/24", A, vrf="BLUE")
    found = diff(table(red, blue), table(blue))
    assert [(change.kind, change.route.vrf) for change in found.changes] == [(Kind.LOST, "RED")]


def test_a_backup_route_is_compared_with_the_backup_and_not_with_the_best() -> None:
    best = ospf("10.1.0.0/24", A)
    backup = Route("default", "10.1.0.0/24", "static", (B,), 250, 0, active=False)
    assert kinds(table(best, backup), table(best)) == [Kind.LOST]
    assert kinds(table(best, backup), table(backup)) == [Kind.LOST]


def test_twenty_thousand_differences_read_as_three_lines() -> None:
    kept = [ospf(f"10.200.{n}.0/24", B) for n in range(50)]
    through_a = [ospf(f"10.{n >> 8}.{n & 255}.0/24", A) for n in range(12_000)]
    shared = [ospf(f"11.{n >> 8}.{n & 255}.0/24", B, C) for n in range(7_000)]
    bgp = [Route("RED", f"12.{n >> 8}.{n & 255}.0/24", "bgp", (B,), 20, 0) for n in range(1_000)]
    red = Route("RED", "13.0.0.0/8", "connected", (B,))
    before = table(*kept, *through_a, *shared, *bgp, red)
    after = table(*kept, *(route._replace(next_hops=(B,)) for route in shared), red)
    lines = diff(before, after).lines()
    assert len(lines) == 3
    assert "interface Gi0/1 lost: 12000 lost" in lines[0]
    assert "interface Gi0/3 lost: 7000 ECMP member lost" in lines[1]
    assert "vrf RED: protocol bgp lost: 1000 lost" in lines[2]


def test_a_neighbour_that_is_gone_is_the_cause_while_its_interface_lives() -> None:
    other = NextHop("10.0.0.9", "Gi0/1")
    before = table(ospf("10.1.0.0/24", A), ospf("10.2.0.0/24", A), ospf("10.3.0.0/24", other))
    found = diff(before, table(ospf("10.3.0.0/24", other)))
    assert [group.cause for group in found.groups] == ["neighbour 10.0.0.1 lost"]


def test_a_vrf_without_routes_is_one_line() -> None:
    red = [ospf(f"10.{n}.0.0/16", A, vrf="RED") for n in range(9)]
    found = diff(table(ospf("10.1.0.0/24", A), *red), table(ospf("10.1.0.0/24", A)))
    assert found.lines() == (
        "vrf RED: no routes left: 9 lost, first 10.0.0.0/16 lost, was ospf [110/20] via 10.0.0.1 (Gi0/1)",
    )


def test_ignore_rules_take_changes_out_and_say_so() -> None:
    before = table(ospf("10.1.0.0/24", A), ospf("10.2.5.0/24", A), Route("RED", "0.0.0.0/0", "bgp", (C,)))
    rules = [IgnoreRule.parse(text) for text in ("10.2.0.0/16", "vrf=RED bgp", "kind=added ospf")]
    found = diff(before, table(ospf("10.9.0.0/24", B)), ignore=rules)
    assert [change.route.prefix for change in found.changes] == ["10.1.0.0/24"]
    assert found.ignored == 3
    assert "3 changes were ignored by rule" in found.reservations
    rules = [IgnoreRule(interface="Gi0/1"), IgnoreRule(interface="Gi0/3")]
    assert diff(before, table(), ignore=rules).is_equal


@pytest.mark.parametrize("rule", ["", "10.0.0.1/8", "colour=red", "kind=nothing", "vrf=", "ospf bgp"])
def test_an_ignore_rule_without_sense_is_refused(rule: str) -> None:
    with pytest.raises(UsageError):
        IgnoreRule.parse(rule)


def test_prefixes_that_must_be_there_are_asked_for_in_the_second_table() -> None:
    after = table(
        ospf("10.1.0.0/24", A), ospf("10.2.0.0/24", A)._replace(active=False), ospf("0.0.0.0/0", A, vrf="RED")
    )
    wanted = ["10.1.0.0/24", "10.2.0.0/24", "RED:0.0.0.0/0", "RED:::/0"]
    found = diff(after, after, must_have=map(VrfPrefix.parse, wanted))
    assert [str(place) for place in found.must_have_missing] == ["10.2.0.0/24", "RED:::/0"]
    assert not found.is_equal
    with pytest.raises(UsageError):
        VrfPrefix.parse("10.0.0.300/8")


def test_a_verdict_from_a_lenient_reading_says_so() -> None:
    lenient = RouteTable(platform="cisco_ios", routes=(), opaque=(OpaqueLine(7, "?", "no rule"),))
    assert diff(table(), lenient).lines() == (
        "unrecognised line gained: vrf default: '?'",
        "note: after: 1 lines were not recognised and are compared as text",
    )


def test_a_difference_is_json() -> None:
    document = json.loads(json.dumps(diff(table(ospf("10.1.0.0/24", A)), table()).as_json()))
    assert document["equal"] is False
    assert document["counts"] == {"lost": 1}
    assert document["changes"][0]["before"]["prefix"] == "10.1.0.0/24"
    assert document["groups"][0]["prefixes"] == ["10.1.0.0/24"]


HOPS = st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=3, unique=True).map(lambda hops: tuple(sorted(hops)))
ROUTES = st.lists(
    st.builds(
        Route,
        st.sampled_from(["default", "RED"]),
        st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "2001:db8::/32"]),
        st.sampled_from(["ospf", "bgp", "static"]),
        HOPS,
        st.sampled_from([None, 1, 110]),
        st.sampled_from([None, 0, 20]),
        st.booleans(),
    ),
    max_size=12,
    unique=True,
)


@settings(deadline=None, max_examples=100)
@given(ROUTES, ROUTES)
def test_a_difference_applied_to_the_first_table_gives_the_second(before: list[Route], after: list[Route]) -> None:
    found = diff(table(*before), table(*after))
    assert found.apply(before) == normalise(after)
    assert found.is_equal == (set(before) == set(after))
    assert sum(len(group.changes) for group in found.groups) == len(found.changes)


def test_the_time_of_a_difference_grows_with_the_tables_and_not_faster() -> None:
    def seconds(size: int) -> float:
        before = table(*(ospf(f"10.{n >> 8 & 255}.{n & 255}.{n >> 16}/32", A) for n in range(size)))
        after = table(*(route._replace(next_hops=(B,)) for route in before.routes))
        start = time.process_time()
        assert len(diff(before, after).changes) == size
        return time.process_time() - start

    assert seconds(40_000) < 40 * max(seconds(4_000), 0.005)
