"""Routing tables: what a route is, how a platform prints it, and how two tables differ. Touches no console."""

from oob.routing.diff import Change, Group, Kind, RouteDiff, diff
from oob.routing.normalise import normalise
from oob.routing.parse import parse, platforms
from oob.routing.route import NextHop, Route
from oob.routing.table import RouteTable, Total, Unparsed

__all__ = [
    "Change",
    "Group",
    "Kind",
    "NextHop",
    "Route",
    "RouteDiff",
    "RouteTable",
    "Total",
    "Unparsed",
    "diff",
    "normalise",
    "parse",
    "platforms",
]
