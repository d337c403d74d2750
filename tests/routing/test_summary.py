"""Summaries of devices are read as numbers, and say the same as the table they sum up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oob.errors import RouteError, UsageError
from oob.routing.parse import parse
from oob.routing.route import NextHop, Route
from oob.routing.summary import Summary, SummaryPlace, can_sum_up, digests, parse_summary, summarise
from tests.routing.samples import FOLDER, read

SAMPLES = sorted((FOLDER.parent / "routing-summary").glob("*.txt"))
A = NextHop("10.0.0.1", "Gi0/1")


def numbers(summary: Summary, vrf: str = "default", family: str = "ipv4") -> dict[str, int]:
    return {place.protocol: n for place, n in summary.counts.items() if (place.vrf, place.family) == (vrf, family)}


@pytest.mark.parametrize(
    ("platform", "default", "other"),
    [
        ("cisco_ios", {"connected": 5, "static": 2, "ospf": 6, "bgp": 3}, ("RED", {"connected": 2, "bgp": 3})),
        ("juniper_junos", {"connected": 4, "ospf": 3, "bgp": 1, "static": 4}, ("RED", {"bgp": 1, "connected": 1})),
        ("cisco_xr", {"connected": 4, "static": 2, "ospf": 2, "bgp": 2}, ("VRF10", {"connected": 1, "bgp": 1})),
        ("cisco_nxos", {"connected": 4, "static": 2, "ospf": 5, "bgp": 2}, ("RED", {"bgp": 2})),
        ("arista_eos", {"connected": 2, "static": 2, "ospf": 3, "bgp": 2, "isis": 1}, ("RED", {})),
        (
            "frr",
            {"kernel": 9, "connected": 4, "static": 12, "ospf": 9, "bgp": 3},
            ("RED", {"connected": 1, "static": 3, "bgp": 3}),
        ),
    ],
)
def test_a_summary_is_read_as_numbers(
    platform: str, default: dict[str, int], other: tuple[str, dict[str, int]]
) -> None:
    summary = parse_summary(platform, read(FOLDER.parent / "routing-summary" / f"{platform}.txt"))
    assert numbers(summary) == default
    assert numbers(summary, other[0]) == other[1]
    assert Summary.from_json(json.loads(json.dumps(summary.as_json()))) == summary


@pytest.mark.parametrize(
    ("platform", "vrf", "expected"),
    [
        ("cisco_ios", "default", {"connected": 3, "static": 2, "ospf": 2, "bgp": 2}),
        ("cisco_ios", "RED", {"connected": 9, "static": 1, "bgp": 4, "isis": 14}),
        ("cisco_xr", "default", {"connected": 2, "ospf": 1}),
        ("cisco_nxos", "default", {"connected": 2, "ospf": 2}),
        ("arista_eos", "default", {"connected": 1, "static": 1, "ospf": 1, "bgp": 1}),
    ],
)
def test_ipv6_is_summed_up_in_forms_of_its_own(platform: str, vrf: str, expected: dict[str, int]) -> None:
    summary = parse_summary(platform, read(FOLDER.parent / "routing-summary" / f"{platform}.txt"))
    assert numbers(summary, vrf, "ipv6") == expected


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_line_cut_out_of_a_summary_is_refused_or_changes_no_number(path: Path) -> None:
    lines = read(path).splitlines(keepends=True)
    whole = parse_summary(path.stem, "".join(lines)).counts.items()
    for number, line in enumerate(lines):
        # What stands below no command of its own is taken for the command above.
        if "# show " in line or "#show " in line or "> show " in line:
            continue
        try:
            rest = parse_summary(path.stem, "".join(lines[:number] + lines[number + 1 :])).counts.items()
        except RouteError:
            continue
        assert whole == rest, line


def test_a_real_summary_says_what_the_real_table_has() -> None:
    table = parse("frr", read(FOLDER / "frr" / "all-vrfs.txt"))
    said = parse_summary("frr", read(FOLDER.parent / "routing-summary" / "frr.txt"))
    counted = Summary(
        counts={place: n for place, n in summarise(table.routes, "frr").counts.items() if place.family == "ipv4"}
    )
    assert counted.differences(said) == {}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_number_that_is_lost_is_missed_in_the_sum(path: Path) -> None:
    text = read(path)
    line = next(line for line in text.splitlines(keepends=True) if line.strip().lower().startswith(("bgp", "ibgp")))
    with pytest.raises(RouteError):
        parse_summary(path.stem, text.replace(line, "", 1))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_line_that_no_rule_understands_is_refused_with_its_number(path: Path) -> None:
    lines = read(path).splitlines(keepends=True)
    lines.insert(3, "~~~ garbage ~~~\n")
    with pytest.raises(RouteError) as refused:
        parse_summary(path.stem, "".join(lines))
    assert refused.value.line == 4


def test_platforms_without_summaries_say_so() -> None:
    assert can_sum_up("cisco_xe")
    assert not can_sum_up("linux")
    with pytest.raises(UsageError):
        parse_summary("linux", "1\n")


def test_what_is_counted_are_active_routes_of_ip_by_vrf_family_and_protocol() -> None:
    routes = [
        Route("default", "10.0.0.0/8", "ospf", (A,)),
        Route("default", "10.0.0.1/32", "local", (A,)),
        Route("default", "10.1.0.0/16", "ospf", (A,), active=False),
        Route("RED", "2001:db8::/32", "bgp", (A,)),
        Route("mpls.0", "299776", "ldp", (A,)),
    ]
    assert summarise(routes).counts == {
        SummaryPlace("default", "ipv4", "ospf"): 1,
        SummaryPlace("default", "ipv4", "connected"): 1,
        SummaryPlace("RED", "ipv6", "bgp"): 1,
    }


def test_a_digest_knows_routes_but_not_their_order() -> None:
    routes = [Route("default", f"10.{n}.0.0/16", "ospf", (A,), 110, 20) for n in range(9)]
    before = digests(routes)
    assert digests(reversed(routes)) == before
    changed = [*routes[1:], routes[0]._replace(metric=21)]
    assert digests(changed).keys() == before.keys()
    assert digests(changed) != before


def test_an_answer_without_its_prompts_is_of_the_vrf_and_family_that_its_command_asked_for() -> None:
    answer = (
        "IPv6 Routing Table Summary - 3 entries\n  1 local, 1 connected, 1 static\n  Number of prefixes:\n    /64: 3"
    )
    summary = parse_summary("cisco_ios", answer, "show ipv6 route vrf RED summary")
    assert {(place.vrf, place.family) for place in summary.counts} == {("RED", "ipv6")}
    assert sum(summary.counts.values()) == 3
