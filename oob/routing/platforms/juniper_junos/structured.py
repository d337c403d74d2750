"""Junos tables as `| display xml` and `| display json`; one reader, because Junos makes one of the other."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from oob.errors import RouteError
from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, hops
from oob.routing.platforms.juniper_junos.table import (
    ACTIVE,
    FATES,
    HALF,
    SYSTEM,
    Totals,
    destination,
    label_of,
    protocol_of,
    system_of,
    vrf_of,
    within,
)
from oob.routing.route import NextHop, Route

_FATES = frozenset(FATES.lower().split("|"))
_COUNTS = ("destination-count", "total-route-count", "active-route-count", "holddown-route-count", "hidden-route-count")

Node = dict[str, Any]


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    for number, text in capture.documents():
        asked = system_of(capture.take_command(), capture.command_prompt)
        document = _document(number, text)
        answers = _named(document, "route-information")
        if not answers:
            raise RouteError("the document holds no routing tables", line=number, text=text[:60])
        try:
            for system, answer in zip(_systems(document, asked, len(answers)), answers, strict=True):
                found.start_table(number)
                for table in answer.get("route-table", ()):
                    _table(number, text[:60], table, found, system)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            raise RouteError(f"not a routing table of Junos ({error})", line=number, text=text[:60]) from error


def _document(number: int, text: str) -> Node:
    try:
        if text.lstrip().startswith("<"):
            root = ElementTree.fromstring(text)
            return {_tag(root): [_node(root)]}
        document = json.loads(text)
    except (ValueError, RecursionError, ElementTree.ParseError) as error:
        raise RouteError(f"the document is broken ({error})", line=number, text=text[:60]) from error
    if not isinstance(document, dict):
        raise RouteError("not a routing table of Junos", line=number, text=text[:60])
    return document


def _systems(document: Node, asked: str, answers: int) -> list[str]:
    """Return the logical system of each answer: the elements in between name them, else the command does."""
    said = [str(node.get("data", "")) for node in _named(document, "output")]
    names = ["" if match[1] == "default" else match[1] for match in map(SYSTEM.fullmatch, said) if match]
    if names and len(names) != answers:
        raise ValueError(f"{len(names)} logical systems and {answers} answers")
    return names or [asked] * answers


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _node(element: ElementTree.Element) -> Node:
    """Return an XML element in the shape that it has in JSON."""
    node: Node = {}
    for child in element:
        node.setdefault(_tag(child), []).append(_node(child))
    if not node:
        node["data"] = element.text
    return node


def _named(node: Node, name: str) -> list[Node]:
    """Return the elements called *name*; an `rpc-reply` may be around them."""
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
    """Return the text of the first of *names* that is there; `ValueError` if it is there without text."""
    for name in names:
        if node.get(name):
            data = node[name][0].get("data")
            if not isinstance(data, str):
                raise ValueError(f"{name} is empty")
            return data.strip()
    return ""


def _tag_of(node: Node) -> str:
    """Return the active tag; some versions print it empty, or as an empty object, for an inactive one."""
    data = node["active-tag"][0].get("data") if node.get("active-tag") else ""
    return data.strip() if isinstance(data, str) else ""


def _table(number: int, text: str, node: Node, found: ParsedLines, system: str) -> None:
    name = _text(node, "table-name")
    if not name:
        raise ValueError("a table without a name")
    first, halves, unknown = len(found.routes), 0, len(found.nodes)
    for item in node.get("rt", ()):
        destination_text = _text(item, "rt-destination")
        if length := _text(item, "rt-prefix-length"):
            destination_text = f"{destination_text}/{length}"
        for entry in item.get("rt-entry", ()):
            try:
                found.routes.append(_route(name, destination_text, entry, system))
                halves += _tag_of(entry) in HALF
            except (ValueError, LookupError, AttributeError, TypeError) as error:
                reason = f"not a route of Junos ({destination_text}: {error})"
                refused = RouteError(reason, line=number, text=text)
                found.unknown_node(refused, entry, within(system, vrf_of(name)), destination_text)
    found.is_ended = True
    totals = Totals(*(int(_text(node, count)) for count in _COUNTS))
    slack = len(found.nodes) - unknown
    totals.compare(found, number, found.routes[first:], halves=halves, slack=slack)


def _route(table: str, destination_text: str, entry: Node, system: str) -> Route:
    kind = _text(entry, "nh-type").lower()
    found = [_hop(node, system) for node in entry.get("nh", ())]
    if kind in _FATES and not any(found):
        found = [NextHop("", kind)]
    if not found and not (kind == "indirect" or _text(entry, "protocol-name") == "Local"):
        raise ValueError("no next hop")
    metric = _text(entry, "metric", "med")
    return Route(
        within(system, vrf_of(table)),
        destination(table, destination_text),
        protocol_of(_text(entry, "protocol-name")),
        hops(found),
        int(_text(entry, "preference")),
        int(metric) if metric else None,
        _tag_of(entry) in ACTIVE,
    )


def _hop(node: Node, system: str) -> NextHop:
    to = _text(node, "to")
    if table := _text(node, "nh-table"):
        return NextHop("", "", within(system, vrf_of(table)))
    label = label_of(_text(node, "mpls-label")) if node.get("mpls-label") else ""
    return NextHop(address(to) if to else "", _text(node, "via", "nh-local-interface"), label=label)
