"""Routing tables: routes, the readers of each platform, and the difference of two tables. Touches no console."""

from oob.routing.diff import Change, Group, Kind, RouteDiff, diff
from oob.routing.normalise import normalise
from oob.routing.opaque import OpaqueLine
from oob.routing.parse import parse, platforms, read_table
from oob.routing.route import NextHop, Route
from oob.routing.table import RouteTable, Total

__all__ = [
    "Change",
    "Group",
    "Kind",
    "NextHop",
    "OpaqueLine",
    "Route",
    "RouteDiff",
    "RouteTable",
    "Total",
    "diff",
    "normalise",
    "parse",
    "platforms",
    "read_table",
]
