"""Routes and tables survive the way to JSON and back."""

from __future__ import annotations

import json

from oob.routing.opaque import OpaqueLine
from oob.routing.route import NextHop, Route
from oob.routing.table import RouteTable, Total

ROUTE = Route("RED", "10.0.0.0/8", "bgp", (NextHop("10.0.0.1", "Gi0/1", "BLUE"),), 20, None, active=False)


def test_a_route_is_the_object_that_the_design_describes() -> None:
    assert ROUTE.as_json() == {
        "vrf": "RED",
        "prefix": "10.0.0.0/8",
        "protocol": "bgp",
        "next_hops": [{"address": "10.0.0.1", "interface": "Gi0/1", "vrf": "BLUE"}],
        "preference": 20,
        "metric": None,
        "active": False,
    }


def test_a_table_comes_back_from_json_as_it_was() -> None:
    table = RouteTable(
        platform="cisco_ios",
        routes=(ROUTE, ROUTE._replace(next_hops=())),
        opaque=(OpaqueLine(3, "x", "why"),),
        totals_checked=4,
        totals_wrong=(Total(1, "subnets", 2, 1),),
    )
    assert RouteTable.from_json(json.loads(json.dumps(table.as_json()))) == table


def test_a_route_reads_as_one_line() -> None:
    assert str(ROUTE) == "10.0.0.0/8 bgp [20/-] via 10.0.0.1 (Gi0/1) in BLUE (not active)"
