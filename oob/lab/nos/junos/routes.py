"""`show route`: the tables as rows, and rows as text, terse text, JSON and XML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any
from xml.sax.saxutils import escape

from oob.lab.network import RibRoute, Via
from oob.lab.network.node import Prefix
from oob.lab.nos.junos.schema import RefusedStatement, padded

NAMES = {"connected": "Direct", "local": "Local", "static": "Static", "ospf": "OSPF", "bgp": "BGP"}
LETTERS = {"connected": "D", "local": "L", "static": "S", "ospf": "O", "bgp": "B"}
LEGEND = "+ = Active Route, - = Last Active, * = Both\n"
_WORDS = ("active-path", "all", "brief", "detail", "exact", "extensive", "protocol", "table", "terse")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEntry:
    """A route and the seconds since it came."""

    route: RibRoute
    age: int


@dataclass(slots=True, kw_only=True)
class RouteListing:
    """One routing table by its Junos name: all entries for the counts, and those that were asked for."""

    name: str
    entries: list[RouteEntry] = field(default_factory=list)
    shown: list[RouteEntry] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Destinations, routes, active routes."""
        prefixes = {entry.route.prefix for entry in self.entries}
        return len(prefixes), len(self.entries), sum(entry.route.active for entry in self.entries)


@dataclass(slots=True, kw_only=True)
class Wish:
    """The routes and the style that a `show route` line requests."""

    style: str = "brief"
    table: str = ""
    protocol: str = ""
    prefix: Prefix | None = None
    longest: bool = False
    exact: bool = False
    active: bool = False


def wish(words: list[str]) -> Wish:
    """Parse the words after `show route`."""
    made = Wish()
    index = 0
    while index < len(words):
        word = words[index]
        near = [name for name in _WORDS if name.startswith(word)]
        name = word if word in _WORDS else near[0] if len(near) == 1 else ""
        if name in ("table", "protocol"):
            if index + 1 >= len(words):
                raise RefusedStatement(index + 1, "syntax error, expecting <command>.")
            setattr(made, name, words[index + 1])
            index += 1
        elif name in ("brief", "terse", "detail", "extensive"):
            made.style = "terse" if name == "terse" else "brief"
        elif name in ("exact", "active-path"):
            made.exact, made.active = made.exact or name == "exact", made.active or name == "active-path"
        elif name != "all":
            made.prefix, made.longest = _destination(word, index)
        index += 1
    return made


def _destination(word: str, index: int) -> tuple[Prefix, bool]:
    try:
        return ip_network(padded(word), strict=False), "/" not in word
    except ValueError:
        raise RefusedStatement(index, "syntax error, expecting <command>.") from None


def tables(routes: Iterable[RibRoute], age: Callable[[RibRoute], int], asked: Wish) -> list[RouteListing]:
    """Sort routes into tables and pick those that *asked* names."""
    found: dict[str, RouteListing] = {}
    for route in routes:
        family = "inet.0" if route.prefix.version == 4 else "inet6.0"
        name = f"{route.vrf}.{family}" if route.vrf else family
        found.setdefault(name, RouteListing(name=name)).entries.append(RouteEntry(route=route, age=age(route)))
    for table in found.values():
        table.entries.sort(key=lambda e: (int(e.route.prefix.network_address), e.route.prefix.prefixlen))
    ordered = sorted(found.values(), key=lambda t: (t.name.endswith("inet6.0"), t.name.count("."), t.name))
    for table in ordered:
        table.shown = _picked(table.entries, asked)
    return [t for t in ordered if t.shown and asked.table in ("", t.name)]


def protocol(route: RibRoute) -> str:
    """Return the name Junos gives the protocol of a route."""
    return "OSPF3" if route.protocol == "ospf" and route.prefix.version == 6 else NAMES[route.protocol]


def _picked(entries: list[RouteEntry], asked: Wish) -> list[RouteEntry]:
    kept = [e for e in entries if not asked.protocol or protocol(e.route).lower() == asked.protocol.lower()]
    kept = [e for e in kept if e.route.active or not asked.active]
    if asked.prefix is None:
        return kept
    wanted = asked.prefix
    same = [e for e in kept if e.route.prefix.version == wanted.version]
    if asked.exact:
        return [e for e in same if e.route.prefix == wanted]
    if not asked.longest:
        return [e for e in same if _inside(e.route.prefix, wanted)]
    best = max((e.route.prefix.prefixlen for e in same if _inside(wanted, e.route.prefix)), default=-1)
    return [e for e in same if e.route.prefix.prefixlen == best and _inside(wanted, e.route.prefix)]


def _inside(inner: Prefix, outer: Prefix) -> bool:
    masked = int(inner.network_address) & int(outer.netmask)
    return inner.prefixlen >= outer.prefixlen and masked == int(outer.network_address)


# --- text


def text(found: list[RouteListing], style: str) -> str:
    """Return the tables as Junos prints them."""
    lines = _terse if style == "terse" else _brief
    return "".join(f"\n{header(table)}{LEGEND}\n{''.join(lines(table))}" for table in found)


def header(table: RouteListing) -> str:
    """Return the line of counts above a table."""
    destinations, routes, active = table.counts
    return f"{table.name}: {destinations} destinations, {routes} routes ({active} active, 0 holddown, 0 hidden)\n"


def _brief(table: RouteListing) -> Iterator[str]:
    before = None
    for entry in table.shown:
        route = entry.route
        prefix = str(route.prefix) if route.prefix != before else ""
        before = route.prefix
        gap = f"\n{' ' * 19}" if len(prefix) > 18 else " " * (19 - len(prefix))
        mark = "*" if route.active else " "
        yield f"{prefix}{gap}{mark}[{protocol(route)}/{route.preference}] {', '.join(_facts(entry))}\n"
        if route.protocol == "bgp":
            path = " ".join(str(number) for number in route.as_path)
            yield f"{' ' * 22}AS path: {path}{' ' if path else ''}I, validation-state: unverified\n"
        yield from (f"{' ' * 20}{line}\n" for line in _hops(route))


def _facts(entry: RouteEntry) -> Iterator[str]:
    route = entry.route
    yield age(entry.age)
    if route.protocol == "ospf" or (route.protocol == "static" and route.metric):
        yield f"metric {route.metric}"
    if route.kind == "external":
        yield "tag 0"
    if route.protocol == "bgp":
        yield f"localpref {route.local_preference}"
        if route.kind == "ibgp":
            yield f"from {route.peer}"


def _hops(route: RibRoute) -> Iterator[str]:
    if route.discard:
        yield "   Discard"
    elif route.protocol == "local":
        yield f"   Local via {route.vias[0].interface}"
    elif not route.vias:
        yield "   MultiRecv"
    else:
        for index, via in enumerate(route.vias):
            yield f"{'>' if index == 0 else ' '}  {_hop(via)}"


def _hop(via: Via) -> str:
    return f"to {via.address} via {via.interface}" if via.address is not None else f"via {via.interface}"


def _terse(table: RouteListing) -> Iterator[str]:
    yield "A V Destination        P Prf   Metric 1   Metric 2  Next hop        AS path\n"
    before = None
    for entry in table.shown:
        route = entry.route
        prefix = str(route.prefix) if route.prefix != before else ""
        before = route.prefix
        metric = str(route.metric) if route.protocol == "ospf" else ""
        path = (" ".join(map(str, route.as_path)) + " I").strip() if route.protocol == "bgp" else ""
        hops = [str(via.address or via.interface) for via in route.vias] or [
            "Discard" if route.discard else "MultiRecv"
        ]
        mark = "*" if route.active else " "
        start = f"{mark} ? {prefix:<18} {LETTERS[route.protocol]} {route.preference:>3} {metric:>10}"
        for index, hop in enumerate(hops):
            lead = start if index == 0 else " " * len(start)
            mark = ">" if index == 0 and (route.vias and route.protocol != "local") else " "
            yield f"{lead}{'':>12}{mark}{hop:<15} {path if index == 0 else ''}".rstrip() + "\n"


def age(seconds: int) -> str:
    """Return an age as Junos writes it: `00:01:02`, `1d 00:01:02`, `5w2d 00:01:02`."""
    days, rest = divmod(seconds, 86400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    weeks, days = divmod(days, 7)
    lead = f"{weeks}w{days}d " if weeks else f"{days}d " if days else ""
    return lead + clock


def summary(found: list[RouteListing], local_as: int, router_id: str) -> str:
    """Return `show route summary`."""
    lines = [f"Autonomous system number: {local_as}\n"] if local_as else []
    lines.append(f"Router ID: {router_id}\n")
    for table in found:
        lines.append("\n" + header(table))
        by_protocol: dict[str, list[RouteEntry]] = {}
        for entry in table.entries:
            by_protocol.setdefault(protocol(entry.route), []).append(entry)
        for name in ("Direct", "Local", "OSPF", "OSPF3", "BGP", "Static"):
            members = by_protocol.get(name, [])
            if members:
                active = sum(entry.route.active for entry in members)
                lines.append(f"{name:>20}:{len(members):>7} routes,{active:>7} active\n")
    return "".join(lines)


# --- structures


def structure(found: list[RouteListing], version: str, *, full: bool = False) -> dict[str, Any]:
    """Return the tables as the document that JSON and XML are made of; *full*: in the style `detail`."""
    xmlns = f"http://xml.juniper.net/junos/{version}/junos-routing"
    return {
        "route-information": [{"attributes": {"xmlns": xmlns}, "route-table": [_table(table, full) for table in found]}]
    }


def _table(table: RouteListing, full: bool) -> dict[str, Any]:
    destinations, routes, active = table.counts
    prefixes = list(dict.fromkeys(entry.route.prefix for entry in table.shown))
    return {
        "comment": "keepalive",
        "table-name": _data(table.name),
        "destination-count": _data(destinations),
        "total-route-count": _data(routes),
        "active-route-count": _data(active),
        "holddown-route-count": _data(0),
        "hidden-route-count": _data(0),
        "rt": [
            {
                "attributes": {"junos:style": "detail" if full else "brief"},
                **_destination_of(prefix, full),
                "rt-entry": [_entry(entry, full) for entry in table.shown if entry.route.prefix == prefix],
            }
            for prefix in prefixes
        ],
    }


def _destination_of(prefix: Prefix, full: bool) -> dict[str, Any]:
    if not full:
        return {"rt-destination": _data(prefix)}
    return {"rt-destination": _data(prefix.network_address), "rt-prefix-length": _data(prefix.prefixlen)}


def _entry(entry: RouteEntry, full: bool) -> dict[str, Any]:
    route = entry.route
    made: dict[str, Any] = {"active-tag": _data("*" if route.active else " ")}
    if route.active:
        made |= {"current-active": [{"data": [None]}], "last-active": [{"data": [None]}]}
    made |= {"protocol-name": _data(protocol(route)), "preference": _data(route.preference)}
    made["age"] = [{"data": age(entry.age), "attributes": {"junos:seconds": str(entry.age)}}]
    if route.protocol == "ospf":
        made["metric"] = _data(route.metric)
    if route.protocol == "bgp":
        made["local-preference"] = _data(route.local_preference)
        made["as-path"] = _data(" ".join(map(str, route.as_path)) + " I")
        if full:
            made["peer-id"] = _data(route.peer)
    if not route.vias:
        return made | {"nh-type": _data("Discard" if route.discard else "MultiRecv")}
    if route.protocol == "local":
        return made | {"nh-type": _data("Local"), "nh": [{"nh-local-interface": _data(route.vias[0].interface)}]}
    return made | {"nh": [_next_hop(via, index) for index, via in enumerate(route.vias)]}


def _next_hop(via: Via, index: int) -> dict[str, Any]:
    made: dict[str, Any] = {"selected-next-hop": [{"data": [None]}]} if index == 0 else {}
    if via.address is not None:
        made["to"] = _data(via.address)
    return made | {"via": _data(via.interface)}


def _data(value: object) -> list[dict[str, Any]]:
    return [{"data": str(value)}]


def as_json(document: dict[str, Any]) -> str:
    """Return the document as `| display json` prints it."""
    cleaned = json.loads(json.dumps(document))
    for table in cleaned["route-information"][0]["route-table"]:
        table.pop("comment")
    return json.dumps(cleaned, indent=4) + "\n"


def as_xml(document: dict[str, Any], version: str) -> str:
    """Return the document as `| display xml` prints it."""
    body = elements(document, 1)
    tail = "    <cli>\n        <banner></banner>\n    </cli>\n"
    return f'<rpc-reply xmlns:junos="http://xml.juniper.net/junos/{version}/junos">\n{body}{tail}</rpc-reply>\n'


def elements(document: dict[str, Any], depth: int = 0) -> str:
    """Return the document in XML, without what stands around a reply."""
    return "".join(_elements(name, items, depth) for name, items in document.items())


def _elements(name: str, items: Any, depth: int) -> str:
    if name == "comment":
        return f"{'    ' * depth}<!-- {items} -->\n"
    return "".join(_element(name, item, depth) for item in items)


def _element(name: str, item: dict[str, Any], depth: int) -> str:
    indent = "    " * depth
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in item.get("attributes", {}).items())
    if "data" in item:
        if item["data"] == [None]:
            return f"{indent}<{name}/>\n"
        return f"{indent}<{name}{attributes}>{escape(item['data'])}</{name}>\n"
    inside = "".join(_elements(key, value, depth + 1) for key, value in item.items() if key != "attributes")
    return f"{indent}<{name}{attributes}>\n{inside}{indent}</{name}>\n"
