"""What selects a route belongs to its key, what shares or labels its packets to its next hops."""

from __future__ import annotations

import json

import pytest

from oob.errors import RouteError
from oob.routing.change import Kind
from oob.routing.diff import diff
from oob.routing.parse import parse
from oob.routing.rules import VrfPrefix
from oob.routing.table import RouteTable

PLAIN = "10.1.0.0/16 via 10.0.0.2 dev eth0 proto static \n"
SELECTED = {
    "from": "default from 2001:db8:aaaa::/56 via fe80::1 dev eth1 proto static metric 1024 pref medium\n",
    "tos": "default tos 0x10 via 192.0.2.1 dev eth1 proto static \n",
    "iif": "default via fe80::1 dev eth1 proto static metric 1024 iif eth2 pref medium\n",
}


@pytest.mark.parametrize("word", SELECTED)
def test_a_route_for_some_packets_is_not_a_route_for_all(word: str) -> None:
    table = parse("linux", SELECTED[word] + PLAIN)
    assert table.routes[0].selector.startswith(f"{word} ")
    prefix = table.routes[0].prefix
    assert diff(table, table, must_have=[VrfPrefix("default", prefix)]).must_have_missing == (("default", prefix),)
    document = table.as_json()
    assert [row["prefix"] for row in document["routes"]] == ["10.1.0.0/16"]
    assert RouteTable.from_json(document).routes[::-1] == table.routes


def test_another_source_prefix_is_another_route() -> None:
    before = parse("linux", SELECTED["from"])
    after = parse("linux", SELECTED["from"].replace("aaaa", "bbbb"))
    assert [change.kind for change in diff(before, after).changes] == [Kind.LOST, Kind.GAINED]


def test_text_and_json_of_a_selected_route_are_equal() -> None:
    node = {
        "dst": "default", "from": "2001:db8:aaaa::/56", "gateway": "fe80::1", "dev": "eth1", "protocol": "static",
        "metric": 1024, "flags": [], "pref": "medium",
    }  # fmt: skip
    assert parse("linux", json.dumps([node])).routes == parse("linux", SELECTED["from"]).routes


def test_weights_belong_to_a_route_where_its_members_differ_in_them() -> None:
    text = "default \n\tnexthop via 10.0.0.1 dev eth0 weight {} \n\tnexthop via 10.0.0.2 dev eth1 weight {} \n"
    even, double, uneven = (parse("linux", text.format(*pair)) for pair in ((1, 1), (2, 2), (100, 1)))
    assert even.routes == double.routes
    found = diff(even, uneven)
    assert [change.kind for change in found.changes] == [Kind.SHARE]
    assert "weight 100" in found.lines()[0]


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("linux", "10.1.0.0/16  encap mpls  100 via inet 10.0.0.2 dev eth0 proto static \n"),
        ("frr", "S>* 10.1.0.0/16 [1/0] via 10.0.0.2, eth0, label 100, weight 1, 00:01:02\n"),
        ("arista_eos", " S        10.1.0.0/16 [1/0] via 10.0.0.2, Ethernet1, label 100\n"),
        (
            "juniper_junos",
            "inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n\n"
            "10.1.0.0/16        *[LDP/9] 1d 02:03:04, metric 1\n"
            "                    > to 10.0.0.2 via ge-0/0/0.0, Push 100\n",
        ),
    ],
)
def test_a_changed_label_is_a_change_that_names_both(platform: str, text: str) -> None:
    found = diff(parse(platform, text), parse(platform, text.replace("100", "200")))
    assert [change.kind for change in found.changes] == [Kind.LABEL]
    assert "100" in found.lines()[0]
    assert "200" in found.lines()[0]


def test_a_next_hop_that_nhrp_overrides_is_marked_and_its_coming_and_going_is_no_change() -> None:
    plain = "D   %    10.3.0.0/24 [90/28288000] via 172.16.0.1, 00:00:21, Tunnel0\n"
    override = f"{plain}                     [NHO][90/255] via 172.16.0.3, 00:00:06, Tunnel0\n"
    before, after = parse("cisco_ios", plain), parse("cisco_ios", override)
    assert [hop.address for hop in after.routes[0].next_hops] == ["172.16.0.1", "172.16.0.3"]
    found = diff(before, after)
    assert found.is_equal
    assert "NHRP" in found.reservations[0]
    moved = parse("cisco_ios", override.replace("172.16.0.1", "172.16.0.9"))
    assert not diff(before, moved).is_equal


IOS = "Codes: L - local, C - connected, S - static\n\nS     10.1.0.0/16 [1/0] via 10.0.0.{}\n"


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (
            "linux",
            "r1# ip route\n10.1.0.0/16 via 10.0.0.{one} dev eth0 \n"
            "r1# ip route\n10.1.0.0/16 via 10.0.0.{two} dev eth0 \nr1# ",
        ),
        ("cisco_ios", f"r1#show ip route\n{IOS.format('{one}')}r1#show ip route\n{IOS.format('{two}')}r1#"),
        (
            "fortinet",
            "F (R1) # get router info routing-table all\nRouting table for VRF=0\n"
            "S       10.1.0.0/16 [10/0] via 10.0.0.{one}, p1\n\n"
            "F (R1) # get router info routing-table all\nRouting table for VRF=0\n"
            "S       10.2.0.0/16 [10/0] via 10.0.0.{two}, p1\n\nF (R1) # ",
        ),
        (
            "juniper_junos",
            "".join(
                "inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n\n"
                "10.1.0.0/16        *[Static/5] 1d 02:03:04\n"
                f"                    >  to 10.0.0.{{{n}}} via ge-0/0/0.0\n\n"
                for n in ("one", "two")
            ),
        ),
    ],
)
def test_two_different_tables_of_one_vrf_are_never_joined(platform: str, text: str) -> None:
    for lenient in (False, True):
        with pytest.raises(RouteError, match=r"second"):
            parse(platform, text.replace("{one}", "1").replace("{two}", "2"), lenient=lenient)


VDOM = "Routing table for VRF=0\nS       10.{}.0.0/16 [10/0] via 10.0.0.{}, p1\n\n"


@pytest.mark.parametrize(
    ("first", "way", "second"),
    [
        ("F (R1) # ", "", "F (R1) # sudo R2 "),
        ("F (global) # sudo R1 ", "", "F (global) # sudo R2 "),
        ("F (R1) # ", "F (R1) # next\n\nF (vdom) # edit R2\ncurrent vf=R2:2\n\n", "F (R2) # "),
    ],
)
def test_the_tables_of_two_vdoms_stand_apart(first: str, way: str, second: str) -> None:
    ask = "get router info routing-table all\n"
    end = f"{second.partition(' # ')[0]} # "
    text = f"{first}{ask}{VDOM.format(1, 1)}{way}{second}{ask}{VDOM.format(1, 2)}{end}"
    table = parse("fortinet", text)
    assert [(route.vrf, route.selector) for route in table.routes] == [("default", "vdom R1"), ("default", "vdom R2")]
    assert not any(route.serves_all for route in table.routes)
    twice = f"{first}{ask}{VDOM.format(1, 1)}{text}"
    assert parse("fortinet", twice).routes == table.routes
    with pytest.raises(RouteError, match="second"):
        parse("fortinet", f"{first}{ask}{VDOM.format(1, 9)}{text}")
    assert parse("fortinet", f"F (R1) # {ask}{VDOM.format(1, 1)}F (R1) # ").routes[0].serves_all


def test_a_logical_system_is_part_of_the_key_in_every_form() -> None:
    head = "inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n\n"
    route = "10.1.0.0/16        *[Static/5] 1d 02:03:04\n                    >  to 10.0.0.1 via ge-0/0/0.0\n\n"
    entry = (
        "<route-table><table-name>inet.0</table-name><destination-count>1</destination-count>"
        "<total-route-count>1</total-route-count><active-route-count>1</active-route-count>"
        "<holddown-route-count>0</holddown-route-count><hidden-route-count>0</hidden-route-count>"
        "<rt><rt-destination>10.1.0.0/16</rt-destination><rt-entry><active-tag>*</active-tag>"
        "<protocol-name>Static</protocol-name><preference>5</preference><nh><to>10.0.0.1</to><via>ge-0/0/0.0</via></nh>"
        "</rt-entry></rt></route-table>"
    )
    one = "<output>logical-system: {}</output><route-information>" + entry + "</route-information>"
    texts = {
        "user@r1> show route logical-system R1\n" + head + route + "user@r1> ": ["R1/default"],
        "user@r1:R1> show route\n" + head + route + "user@r1:R1> ": ["R1/default"],
        "user@r1> show route logical-system default\n" + head + route + "user@r1> ": ["default"],
        f"<rpc-reply>{one.format('default')}{one.format('R1')}</rpc-reply>\n": ["default", "R1/default"],
    }
    for text, vrfs in texts.items():
        assert [each.vrf for each in parse("juniper_junos", text).routes] == vrfs
    with pytest.raises(RouteError, match="2 logical systems and 1 answers"):
        parse("juniper_junos", f"<rpc-reply><output>logical-system: R2</output>{one.format('R1')}</rpc-reply>\n")


def test_the_same_table_printed_twice_counts_once() -> None:
    text = f"r1#show ip route\n{IOS.format(2)}r1#show ip route\n{IOS.format(2)}r1#"
    assert len(parse("cisco_ios", text).routes) == 1


def test_a_route_for_some_packets_answers_no_question_for_its_prefix() -> None:
    selected, plain = parse("linux", SELECTED["tos"] + "default via 192.0.2.9 dev eth1 metric 5 \n").routes
    assert (selected.active, selected.serves_all) == (True, False)
    assert plain.serves_all
