"""Junos tables as `| display xml` and `| display json` give them; one reader, because Junos makes one of the other."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from oob.errors import RouteError
from oob.routing.capture import Capture
from oob.routing.found import Found
from oob.routing.normalise import address, hops
from oob.routing.platforms.juniper_junos.table import FATES, Totals, destination, protocol_of, vrf_of
from oob.routing.route import NextHop, Route

_FATES = frozenset(FATES.lower().split("|"))
_COUNTS = ("destination-count", "total-route-count", "active-route-count", "holddown-route-count", "hidden-route-count")

Node = dict[str, Any]


def read(capture: Capture, found: Found) -> None:
    """Put the routes of *capture* into *found*."""
    for number, text in capture.documents():
        tables = _named(_document(number, text), "route-information")
        if not tables:
            raise RouteError("the document holds no routing tables", line=number, text=text[:60])
        try:
            for table in (table for information in tables for table in information.get("route-table", ())):
                _table(number, table, found)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            raise RouteError(f"no routing table of Junos ({error})", line=number, text=text[:60]) from error


def _document(number: int, text: str) -> Node:
    try:
        if text.lstrip().startswith("<"):
            root = ElementTree.fromstring(text)
            return {_tag(root): [_node(root)]}
        document = json.loads(text)
    except (ValueError, RecursionError, ElementTree.ParseError) as error:
        raise RouteError(f"the document is broken ({error})", line=number, text=text[:60]) from error
    if not isinstance(document, dict):
        raise RouteError("no routing table of Junos", line=number, text=text[:60])
    return document


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _node(element: ElementTree.Element) -> Node:
    """Give an XML element the shape that Junos gives it in JSON."""
    node: Node = {}
    for child in element:
        node.setdefault(_tag(child), []).append(_node(child))
    if not node:
        node["data"] = element.text
    return node


def _named(node: Node, name: str) -> list[Node]:
    """Give the elements called *name*, which an `rpc-reply` may stand around."""
    if name in node:
        return list(node[name])
    return [
        inner
        for outer in node.values()
        if isinstance(outer, list)
        for each in outer
        if isinstance(each, dict)
        for inner in _named(each, name)
    ]


def _text(node: Node, *names: str) -> str:
    """Give the text of the first of *names* that is there; `ValueError` if it is there without text."""
    for name in names:
        if node.get(name):
            data = node[name][0].get("data")
            if not isinstance(data, str):
                raise ValueError(f"{name} is empty")
            return data.strip()
    return ""


def _table(number: int, node: Node, found: Found) -> None:
    name = _text(node, "table-name")
    if not name:
        raise ValueError("a table without a name")
    first = len(found.routes)
    for item in node.get("rt", ()):
        destination_text = _text(item, "rt-destination")
        if length := _text(item, "rt-prefix-length"):
            destination_text = f"{destination_text}/{length}"
        for entry in item.get("rt-entry", ()):
            try:
                found.routes.append(_route(name, destination_text, entry))
            except (ValueError, LookupError) as error:
                raise ValueError(f"{destination_text}: {error}") from error
    found.is_ended = True
    Totals(*(int(_text(node, count)) for count in _COUNTS)).compare(found, number, found.routes[first:])


def _route(table: str, destination_text: str, entry: Node) -> Route:
    kind = _text(entry, "nh-type").lower()
    found = [_hop(node) for node in entry.get("nh", ())]
    if kind in _FATES and not any(found):
        found = [NextHop("", kind)]
    if not found and not (kind == "indirect" or _text(entry, "protocol-name") == "Local"):
        raise ValueError("no next hop")
    metric = _text(entry, "metric", "med")
    return Route(
        vrf_of(table),
        destination(table, destination_text),
        protocol_of(_text(entry, "protocol-name")),
        hops(found),
        int(_text(entry, "preference")),
        int(metric) if metric else None,
        _text(entry, "active-tag") in ("*", "+"),
    )


def _hop(node: Node) -> NextHop:
    to = _text(node, "to")
    if table := _text(node, "nh-table"):
        return NextHop("", "", vrf_of(table))
    return NextHop(address(to) if to else "", _text(node, "via", "nh-local-interface"))
