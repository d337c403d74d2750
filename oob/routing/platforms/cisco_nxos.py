"""Cisco NX-OS: `show ip route [vrf all]`, `show ipv6 route [vrf all]`, each as text or `| json`."""

from __future__ import annotations

import re
from itertools import chain
from socket import AF_INET, inet_pton
from typing import Any

from oob.routing.capture import BARRIER, Capture, guard_length
from oob.routing.document import TableDocument, documents
from oob.routing.found import ParsedLines
from oob.routing.normalise import HOST_BITS, address, hops, prefix
from oob.routing.route import NextHop, Route

COMMAND = r"sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"

_AGE = r"(?:\d+:\d\d:\d\d|(?:\d+[ywdhm]){1,2}|0\.000000|never)"
_WAY = r"([^\s,]+(?:, [A-Za-z][\w./:-]*)?, \[\d+/\d+\])"
# A process may be named by an AS number with a dot: `bgp-64086.59904`.
_SOURCE = rf", {_AGE}, ([a-z][\w.-]*)"

_HOP = rf" {{4}}\*via {_WAY}{_SOURCE}(?:, [^\n()]*)? *\n"

# The tag, or the segment of a VXLAN next hop, which some versions put on a line of its own.
_SEGMENT = r" ?,? ?(?:segid:?|tag) \d"
# The rest of a next hop with a segment, where a narrow terminal broke it in the middle of a word.
_REST = r"[a-z)\d]{0,12}[ :)][^\n]{0,60}?\b(?:tunnelid: 0x|encap: )"

# A route with nothing but best next hops, or else a whole line.
_ROW = re.compile(
    rf"(?:(\d+\.\d+\.\d+\.\d+)/(\d+), ubest/mbest: (\d+)/0(?:, attached)?(?: time)? *\n"
    rf"{_HOP}((?: {{4}}\*via [^\n]*\n)*)(?!(?=[ ,a-z\d])(?: +\*{{0,2}}via|{_SEGMENT}|{_REST}))"
    r"|(.*)\n)"
)
_PREFIX = re.compile(r"([0-9A-Fa-f.:]+)/(\d+), ubest/mbest: (\d+)/\d+((?:, [a-z][a-z-]*(?: \(\w+\))?)*)(?: time)? *")
_NEXT = re.compile(rf" {{3,6}}(\*{{0,2}}) *via {_WAY}{_SOURCE}((?:, ?| )[^\n]*)? *")
_FURTHER = re.compile(_HOP)
_SEGMENT_LINE = re.compile(rf"(?:{_SEGMENT}|{_REST})[^\n]*")
_TARGET = re.compile(
    r"(?:([0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)(?:%([^\s,]+))?(?:, ([A-Za-z][\w./:-]*\w))?|([A-Za-z][\w./:-]*\w))"
    r", \[(\d+)/(\d+)\]"
)
INDENT = tuple(
    (re.compile(rf"^ *{stars}(?=via [^\n,]+, )", re.MULTILINE), f"{stars.replace(chr(92), ''):>5}")
    for stars in (r"\*\*", r"\*", "")
)
_TABLE = re.compile(r'IP(?:v6)? Rout(?:e|ing) Table for VRF "([^"]+)" *')
_LEGEND = re.compile(r"'(?:\*\*?|\[x/y\]|%<string>)' .*")
_NONE = re.compile(r"(?:IPv6 )?Route not found *")

_PROTOCOLS = {
    "direct": "connected", "local": "local", "static": "static", "ospf": "ospf", "ospfv3": "ospf", "bgp": "bgp",
    "eigrp": "eigrp", "isis": "isis", "rip": "rip", "hsrp": "hsrp", "vrrp": "vrrp", "glbp": "glbp", "am": "am",
    "hmm": "hmm", "broadcast": "broadcast", "discard": "discard", "lisp": "lisp", "nat": "nat", "dhcp": "dhcp",
    "icmpv6": "icmpv6", "vpc": "vpc", "otv": "otv", "fabricpath": "fabricpath", "mpls": "mpls", "te": "te",
    "ngoam": "ngoam", "pim": "pim", "anycast": "anycast", "cdp": "cdp",
}  # fmt: skip

_Way = tuple[str, NextHop, int, int]


def _protocol(source: str) -> str:
    return _PROTOCOLS[source.partition("-")[0]]


def _way(way: str, source: str) -> _Way:
    match = _TARGET.fullmatch(way)
    if match is None:
        raise ValueError(f"next hop {way!r}")
    gateway, vrf, interface, alone, preference, metric = match.groups()
    hop = NextHop(address(gateway) if gateway else "", interface or alone or "", vrf or "")
    return _protocol(source), hop, int(preference), int(metric)


class _NxosWays(dict[tuple[str, str], tuple[str, tuple[NextHop, ...], int, int]]):
    """Protocol, next hops, preference and metric by the text of a next hop; most routes share one."""

    def __missing__(self, key: tuple[str, str]) -> tuple[str, tuple[NextHop, ...], int, int]:
        protocol, hop, preference, metric = _way(*key)
        self[key] = found = (protocol, (hop,), preference, metric)
        return found


class _Mixed(Exception):
    """The next hops of one prefix are of several protocols or ranks."""


class _NxosReading:
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.vrf = ""
        # The current prefix: line, prefix, the number of best next hops that it announces, and its flags.
        self.head: tuple[int, str, int, str] | None = None
        self.ways: list[tuple[bool, str, _Way]] = []
        self.best = 0
        # The first route below the last heading: a second legend after it belongs to a lost heading.
        self.first = 0
        found.where = lambda: (self.vrf or "default", "")

    def read(self) -> None:
        """Read all lines: the frequent kind here, everything else in `other`."""
        ways = _NxosWays()
        add, host_bits, from_bytes, make = self.found.routes.append, HOST_BITS, int.from_bytes, tuple.__new__
        number = 0
        for network, length, best, way, source, more, line in chain.from_iterable(self.capture.rows(_ROW)):
            number += 1
            if not network:
                self.guarded(number, line)
                continue
            if self.head:
                self.end_route()
            try:
                if from_bytes(inet_pton(AF_INET, network), "big") & host_bits[length]:
                    raise ValueError(f"{network}/{length} has host bits set")
                protocol, next_hops, preference, metric = ways[way, source]
                if not self.vrf:
                    raise ValueError("no heading names its VRF")
                if more:
                    next_hops = hops((*next_hops, *self.more_hops(ways, source, more, (preference, metric))))
                if best != "1" or more:
                    self.found.total(number, "best next hops", int(best), 1 + more.count("\n"))
                if (more or next_hops[0].vrf) and any(hop.vrf == self.vrf for hop in next_hops):
                    next_hops = hops(hop._replace(vrf="") if hop.vrf == self.vrf else hop for hop in next_hops)
            except _Mixed:
                self.line_by_line(number, 2 + more.count("\n"))
            except (LookupError, ValueError, OSError):
                self.line_by_line(number, 2 + more.count("\n"))
            else:
                add(make(Route, (self.vrf, f"{network}/{length}", protocol, next_hops, preference, metric, True, "")))
            number += 1 + more.count("\n")
        self.end_route()

    @staticmethod
    def more_hops(ways: _NxosWays, source: str, lines: str, rank: tuple[int, int]) -> list[NextHop]:
        """Return the further next hops of a route, if protocol and rank are the same."""
        found = []
        for line in lines.splitlines(keepends=True):
            match = _FURTHER.fullmatch(line)
            if match is None or match[2] != source:
                raise _Mixed
            _, (hop,), *other = ways[match[1], source]
            if tuple(other) != rank:
                raise _Mixed
            found.append(hop)
        return found

    def line_by_line(self, first: int, count: int) -> None:
        """Read *count* lines again, each on its own."""
        for number in range(first, first + count):
            self.guarded(number, self.capture.line(number))
        self.end_route()

    def refuse(self, number: int, reason: str = "no rule recognises this line") -> None:
        """Refuse a line; the next lines do not continue the route before it."""
        self.head, self.ways, self.best = None, [], 0
        self.found.unknown(number, reason)

    def guarded(self, number: int, line: str) -> None:
        self.found.at = number
        try:
            guard_length(line)
            self.other(number, line)
        except (LookupError, ValueError) as error:
            self.refuse(number, f"not a route of NX-OS ({error})")

    def other(self, number: int, line: str) -> None:
        """Read a line on its own."""
        if match := _PREFIX.fullmatch(line):
            self.end_route()
            if not self.vrf:
                raise ValueError("no heading names its VRF")
            self.head = (number, prefix(match[1], match[2]), int(match[3]), match[4])
        elif match := _NEXT.fullmatch(line):
            if self.head is None:
                raise ValueError("a next hop of no route")
            stars, way, source, more = match.groups("")
            is_best = stars == "*" and "(hidden)" not in more and "(backup)" not in more
            self.best += stars == "*"
            self.ways.append((is_best, source, _way(way, source)))
        elif self.head and self.ways and _SEGMENT_LINE.fullmatch(line):
            return
        elif match := _TABLE.fullmatch(line.strip()):
            self.end_route()
            self.vrf = match[1]
            self.found.start_table(number)
            self.first = len(self.found.routes)
        elif line.startswith("'*' ") and (self.head or len(self.found.routes) > self.first):
            self.end_route()
            self.vrf = ""
        elif _LEGEND.fullmatch(line) or _NONE.fullmatch(line):
            self.end_route()
        else:
            self.around(number, line)

    def around(self, number: int, line: str) -> None:
        if not self.capture.is_noise(line):
            raise ValueError("no rule recognises this line")
        # Below a segment on a line of its own, a blank line may stand before the next next hop.
        is_due = self.head is not None and 0 < self.best < self.head[2]
        if line == BARRIER or (not line.strip() and not is_due):
            self.end_route()
        if command := self.capture.take_command():
            self.end_route()
            self.vrf = ""
            self.found.start_table(number)
            if "json" in command.rpartition("|")[2]:
                raise ValueError("the command asks for JSON, and none follows")

    def end_route(self) -> None:
        """Make routes of the lines read so far: one per protocol, active or not."""
        head, self.head = self.head, None
        ways, self.ways = self.ways, []
        best, self.best = self.best, 0
        if head is None:
            return
        number, place, announced, flags = head
        self.found.total(number, "best next hops", announced, best)
        grouped: dict[tuple[bool, str, int, int], list[NextHop]] = {}
        lowest = min((way[3] for is_best, _, way in ways if is_best), default=0)
        for is_best, source, (_, hop, preference, metric) in ways:
            if is_best and ", all-best" in flags and metric != lowest:
                # Members of different metric share the traffic of one route.
                hop, metric = hop._replace(share=f"metric {metric}"), lowest
            same = grouped.setdefault((is_best, source, preference, metric), [])
            same.append(hop._replace(vrf="") if hop.vrf == self.vrf else hop)
        for (is_best, source, preference, metric), same in grouped.items():
            is_active = is_best and ", pending" not in flags
            self.found.routes.append(
                Route(self.vrf, place, _protocol(source), hops(same), preference, metric, is_active)
            )
        if not ways:
            self.found.unknown(number, "a route without a next hop")


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening == "{":
        found.is_ended = True
        for document in documents(capture):
            try:
                node = document.value()
                document.end()
                node["TABLE_vrf"]
                found.start_table(1)
                _read_json(document, node, found)
            except (LookupError, ValueError, TypeError, AttributeError) as error:
                raise document.broken(f"not a table of NX-OS ({error!r})", 0) from error
    else:
        _NxosReading(capture, found).read()


# --- JSON


def _rows(node: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of a table; NX-OS prints one row as an object and several as an array."""
    table = node.get(f"TABLE_{name}")
    if not table:
        return []
    rows = table[f"ROW_{name}"]
    return [rows] if isinstance(rows, dict) else list(rows)


def _read_json(document: TableDocument, node: dict[str, Any], found: ParsedLines) -> None:
    for vrf in _rows(node, "vrf"):
        for family in _rows(vrf, "addrf"):
            for row in _rows(family, "prefix"):
                name = vrf["vrf-name-out"]
                try:
                    _json_prefix(name, row, found)
                except (LookupError, ValueError, TypeError, AttributeError) as error:
                    found.unknown_node(document.broken(f"not a route of NX-OS ({error!r})", 0), row, name)


def _json_prefix(vrf: str, row: dict[str, Any], found: ParsedLines) -> None:
    grouped: dict[tuple[bool, str, int, int], list[NextHop]] = {}
    best = 0
    for path in _rows(row, "path"):
        is_best = path.get("ubest") == "true"
        best += is_best
        key = (is_best, path["clientname"], int(path["pref"]), int(path["metric"]))
        grouped.setdefault(key, []).append(_json_hop(vrf, path))
    if best != int(row["ucast-nhops"]) or not grouped:
        raise ValueError(f"{row['ipprefix']}: {row['ucast-nhops']} best next hops announced but {best} printed")
    network, _, length = row["ipprefix"].partition("/")
    for (is_best, source, preference, metric), same in grouped.items():
        route = Route(vrf, prefix(network, length), _protocol(source), hops(same), preference, metric, is_best)
        found.routes.append(route)


def _json_hop(vrf: str, path: dict[str, Any]) -> NextHop:
    gateway, _, other = path.get("ipnexthop", "").partition("%")
    other = other or path.get("nexthop-vrf", "")
    hop = NextHop(address(gateway) if gateway else "", path.get("ifname", ""), "" if other == vrf else other)
    if not any(hop):
        raise ValueError("a next hop without address and interface")
    return hop
