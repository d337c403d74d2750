"""Unrecognised lines are kept as text with their VRF; none hides a change, a truncated route or another VRF."""

from __future__ import annotations

import pytest

from oob.errors import RouteError
from oob.routing.diff import diff
from oob.routing.opaque import OpaqueLine, shape
from oob.routing.parse import parse, read_table
from oob.routing.rules import IgnoreRule, VrfPrefix
from oob.routing.table import RouteTable

IOS = """edge1#show ip route
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP

Gateway of last resort is not set

      10.0.0.0/8 is variably subnetted, 13 subnets, 2 masks
C        10.0.0.0/24 is directly connected, GigabitEthernet0/1
S        10.1.0.0/16 [1/0] via 10.0.0.2
O        10.2.0.0/16 [110/20] via 10.0.0.2, 1d18h, GigabitEthernet0/1
                     [110/20] via 10.0.0.3, 1d18h, GigabitEthernet0/1
{unknown}edge1#
"""
UNKNOWN = "".join(f"Z9       10.{n}.0.0/16 [33/{n}] over 10.0.0.2, {{age}}, 7 hits, Gi0/1\n" for n in range(20, 30))


def ios(age: str = "1d02h", change: tuple[str, str] = ("", "")) -> str:
    return IOS.replace("{unknown}", UNKNOWN.replace("{age}", age)).replace(*change)


def test_a_table_with_ten_unknown_lines_is_a_baseline_and_equal_to_itself_a_day_later() -> None:
    before, after = read_table("cisco_ios", ios()), read_table("cisco_ios", ios("2d02h").replace("7 hits", "9 hits"))
    assert (len(before.routes), before.lines_as_text) == (3, 10)
    found = diff(before, after)
    assert found.is_equal
    assert found.level == "table equal; 10 lines compared as text"


@pytest.mark.parametrize(
    "change", [("[33/24]", "[33/25]"), ("10.24.0.0/16 [33/24] over 10.0.0.2", "10.24.0.0/16 gone")]
)
def test_an_opaque_line_that_differs_is_named_and_nothing_is_proven(change: tuple[str, str]) -> None:
    found = diff(read_table("cisco_ios", ios()), read_table("cisco_ios", ios(change=change)))
    assert not found.is_equal
    assert found.level == ""
    assert [line.partition("line ")[2][:5] for line in found.lines()[:2]] == ["lost:", "gaine"]
    assert "10.24.0.0/16" in found.lines()[0]


def test_a_strict_reading_still_refuses_the_first_unknown_line() -> None:
    with pytest.raises(RouteError, match="line 11"):
        parse("cisco_ios", ios())


def test_announced_totals_count_opaque_lines_and_no_line_more() -> None:
    text = ios().replace("13 subnets", "14 subnets")
    with pytest.raises(RouteError, match="14 subnets announced but 3 printed"):
        read_table("cisco_ios", text)


ROUTE_WITH_UNKNOWN_CONTINUATION = {
    "cisco_ios": "S        10.1.0.0/16 [1/0] via 10.0.0.2\n                     [1/0] over 10.0.0.9\n",
    "cisco_xr": "S    10.1.0.0/16 [1/0] via 10.0.0.2, 1d02h\n                 [1/0] over 10.0.0.9\n",
    "arista_eos": " S        10.1.0.0/16 [1/0] via 10.0.0.2, Ethernet1\n                            over 10.0.0.9\n",
    "frr": "S>* 10.1.0.0/16 [1/0] via 10.0.0.2, eth0, 00:01:02\n  *                     over 10.0.0.9, 00:01:02\n",
    "linux": "10.1.0.0/16 proto static \n\tnexthop via 10.0.0.2 dev eth0 \n\tnexthop over 10.0.0.9 dev eth1 \n",
    "cisco_nxos": (
        'IP Route Table for VRF "default"\n'
        "10.1.0.0/16, ubest/mbest: 2/0\n    *via 10.0.0.2, [1/0], 1d02h, static\n"
        "    *over 10.0.0.9, [1/0], 1d02h, static\n"
    ),
    "juniper_junos": (
        "inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n\n"
        "10.1.0.0/16        *[Static/5] 1d 02:03:04\n                    >  to 10.0.0.2 via ge-0/0/0.0\n"
        "                    >  over 10.0.0.9\n"
    ),
    "fortinet": "S       10.1.0.0/16 [10/0] via 10.0.0.2, port1\n                     [10/0] over 10.0.0.9\n",
}


@pytest.mark.parametrize("platform", ROUTE_WITH_UNKNOWN_CONTINUATION)
@pytest.mark.parametrize("message", ["", "*Nov 30 08:14:02: %SYS-5-CONFIG_I: Configured from console by console\n"])
def test_a_route_with_an_unknown_continuation_is_opaque_as_a_whole(platform: str, message: str) -> None:
    lines = ROUTE_WITH_UNKNOWN_CONTINUATION[platform].splitlines(keepends=True)
    table = parse(platform, "".join([*lines[:-1], message, lines[-1]]), lenient=True)
    assert table.routes == ()
    text = "\n".join(line.text for line in table.opaque)
    assert "10.1.0.0/16" in text
    assert "10.0.0.9" in text


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_xr", "arista_eos", "fortinet"])
def test_the_next_hops_of_an_unknown_route_do_not_join_the_route_above(platform: str) -> None:
    known, more = ROUTE_WITH_UNKNOWN_CONTINUATION[platform].splitlines(keepends=True)
    more = more.replace("over 10.0.0.9", "via 10.0.0.9" + (", 1d02h" if platform == "cisco_xr" else ""))
    table = parse(platform, f"{known}?? {known.strip()}\n{more}", lenient=True)
    assert [hop.address for route in table.routes for hop in route.next_hops] == ["10.0.0.2"]
    assert table.lines_as_text == 2


def test_routes_below_an_unknown_heading_are_not_taken_for_the_vrf_above() -> None:
    text = (
        "VRF: RED\n\n S        10.1.0.0/16 [1/0] via 10.0.0.2, Ethernet1\n\n"
        "~~ VRF BLUE ~~\n S        10.9.0.0/16 [1/0] via 10.0.0.2, Ethernet1\n"
    )
    table = parse("arista_eos", text, lenient=True)
    assert [(route.vrf, route.prefix) for route in table.routes] == [("RED", "10.1.0.0/16")]
    assert "10.9.0.0/16" in table.opaque[0].text


def test_an_opaque_line_keeps_its_vrf() -> None:
    text = "VRF: RED\n\n S        10.1.0.0/16 [1/0] via 10.0.0.2, Ethernet1\n Z        10.9.0.0/16 somewhere\n"
    red = parse("arista_eos", text, lenient=True)
    blue = parse("arista_eos", text.replace("RED", "BLUE"), lenient=True)
    assert red.opaque[0].vrf == "RED"
    assert [line.vrf for line in (*diff(red, blue).text_lost, *diff(red, blue).text_gained)] == ["RED", "BLUE"]


@pytest.mark.parametrize(
    "answer", ["% Invalid input detected at '^' marker.\n", "Error: Unrecognized command found\n", "?\n"]
)
def test_the_answer_to_a_refused_command_is_never_a_baseline(answer: str) -> None:
    with pytest.raises(RouteError):
        read_table("cisco_ios", answer)


def test_a_refused_command_beside_a_table_is_an_error_too() -> None:
    with pytest.raises(RouteError, match="no rule"):
        read_table("cisco_ios", "S     10.1.0.0/16 [1/0] via 10.0.0.2\n% Invalid input detected at '^' marker.\n")


def test_a_critical_prefix_in_a_line_that_both_tables_have_is_said_and_not_missed() -> None:
    table = read_table("cisco_ios", ios())
    found = diff(table, table, must_have=[VrfPrefix("default", "10.24.0.0/16"), VrfPrefix("default", "10.99.0.0/16")])
    assert found.must_have_missing == (("default", "10.99.0.0/16"),)
    assert "critical prefix 10.24.0.0/16 stands in a line compared as text" in found.reservations


def test_ignore_rules_of_prefixes_cover_opaque_lines() -> None:
    change = ("[33/24]", "[33/25]")
    before, after = read_table("cisco_ios", ios()), read_table("cisco_ios", ios(change=change))
    assert diff(before, after, ignore=[IgnoreRule.parse("10.24.0.0/16")]).is_equal
    assert not diff(before, after, ignore=[IgnoreRule.parse("10.25.0.0/16")]).is_equal
    assert not diff(before, after, ignore=[IgnoreRule.parse("ospf")]).is_equal


def test_an_entry_of_a_document_that_is_not_a_route_is_opaque_without_its_age() -> None:
    text = '[{"dst":"10.1.0.0/16","gateway":"10.0.0.2","dev":"eth0","flags":[]},{"odd":1,"uptime":"%s"}]'
    before, after = (parse("linux", text % age, lenient=True) for age in ("00:00:01", "00:00:02"))
    assert (len(before.routes), before.lines_as_text) == (1, 1)
    assert diff(before, after).level == "table equal; 1 lines compared as text"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("via x, 1d02h", "via x, 3w4d"),
        ("via x, 00:01:02", "via x, 1d02h03m"),
        ("age 86371sec", "age 12sec"),
        ("Feb 21 08:55:55", "Mar  2 00:00:01"),
        ("12 packets, 99 bytes", "1 packets, 0 bytes"),
        ("use 5 refcnt 12 nhid 33", "use 6 refcnt 9 nhid 34"),
        ("opaque_ptr 0x7BE623EA95A8", "opaque_ptr 0x7BE623EA0000"),
    ],
)
def test_ages_dates_counters_and_allocated_numbers_have_one_shape(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[110/20]", "[110/30]"),
        ("10.1.0.0/16", "10.1.0.0/17"),
        ("2001:10:20:30::1", "2001:10:20:31::1"),
        ("00:00:5e:00:53:01", "00:00:5e:00:53:02"),
        ("tag 100", "tag 200"),
        ("Vlan10", "Vlan20"),
    ],
)
def test_values_that_say_where_packets_go_keep_their_shape(one: str, other: str) -> None:
    assert shape(one) != shape(other)


def test_an_opaque_line_is_read_from_its_own_json() -> None:
    line = OpaqueLine(3, "Z 10.1.0.0/16\n  via", "no rule", "RED", "ipv6")
    assert OpaqueLine.from_json(line.as_json()) == line
    table = RouteTable(platform="linux", routes=(), opaque=(line,))
    assert RouteTable.from_json(table.as_json()) == table


def test_a_route_whose_next_hop_is_not_recognised_is_kept_as_text_whole() -> None:
    text = (
        "Route Table (Router: Base)\n192.0.2.1/32 Local Local 00h04m37s 0\nsystem 0\n"
        "203.0.113.0/24 Remote OSPF 00h04m37s 10\n       10.0.0.9                     20\nNo. of Routes: 2\n"
    )
    table = parse("nokia_sros", text, lenient=True)
    assert [line.text for line in table.opaque] == ["192.0.2.1/32 Local Local 00h04m37s 0", "system 0"]
    assert [route.prefix for route in table.routes] == ["203.0.113.0/24"]


def test_a_prefix_of_aoscx_without_a_known_next_hop_is_kept_as_text() -> None:
    text = (
        "10.1.0.0/16, vrf default\nover something\n10.2.0.0/16, vrf default\n        via  192.0.2.2,  [1/0],  static\n"
    )
    table = parse("aruba_aoscx", text, lenient=True)
    assert [line.text for line in table.opaque] == ["10.1.0.0/16, vrf default", "over something"]
    assert [route.prefix for route in table.routes] == ["10.2.0.0/16"]
