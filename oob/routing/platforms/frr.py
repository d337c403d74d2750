"""FRRouting: `show ip route [vrf all]`, `show ipv6 route [vrf all]`, each as text or `json`; of version 7 and newer."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from oob.routing.capture import Capture, guard_length
from oob.routing.codes import legend
from oob.routing.document import Document, documents
from oob.routing.found import Found
from oob.routing.normalise import address, hops, prefix
from oob.routing.route import NextHop, Route

COMMAND = r"(?:do )?sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"

_AGE = r"(?:\d+:\d\d:\d\d|\d+[ywd]\d+[wdh](?:\d+[hm])?|never)"
_INTERFACE = r"[A-Za-z0-9_](?:[\w./:@-]*\w)?"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"

# A route with its first next hop, or one more next hop, or else the whole line.
_ROW = re.compile(
    r"(?:(?:([A-Za-z~])([> ])([*rqtob ]) ([0-9A-Fa-f.:]+)/(\d+) (?:\[(\d+)/(\d+)\] )?(?=[vui])"
    r"|(  [*rqtob ] {3,80})(?=via |is |unreach))"
    rf"([^\n]{{0,300}}?)(?:, {_AGE})? {{0,80}}\n|.*\n)"
)
_VIA = re.compile(
    rf"via (?:inet6 )?({_ADDRESS})(?:, ({_INTERFACE}))?(?: \(vrf ([\w.:-]+)\))?"
    r"( inactive)?( onlink)?( \(recursive\))?( \(recursive is [^)]*\))?(?:, (?:.*))?"
)
_CONNECTED = re.compile(
    rf"is directly connected, ({_INTERFACE})(?: \(vrf ([\w.:-]+)\))?( inactive)?(?: onlink)?(?:, (?:.*))?"
)
_FATE = re.compile(r"unreachable \((blackhole|ICMP unreachable|ICMP admin-prohibited)\)( inactive)?(?:, (?:.*))?")
_FATES = {"blackhole": "blackhole", "ICMP unreachable": "unreachable", "ICMP admin-prohibited": "prohibit"}

_VRF = re.compile(r"VRF ([\w.:-]+)(?: table \d+)?: *")
_TABLE = re.compile(r"Table (\d+): *")
_LEGEND = re.compile(legend(r"[A-Za-z~>*+]") + r"|IPv[46] (?:unicast|multicast) VRF [\w.:-]+:? *")
_IPV4_VRF = re.compile(r"IPv[46] (?:unicast|multicast) VRF ([\w.:-]+): *")
_ALL_VRFS = re.compile(r" (?:vrf|table) +all\b")

_PROTOCOLS = {
    "K": "kernel", "C": "connected", "L": "local", "S": "static", "R": "rip", "O": "ospf", "I": "isis", "B": "bgp",
    "E": "eigrp", "N": "nhrp", "T": "table", "v": "vnc", "V": "vnc", "A": "babel", "D": "sharp", "F": "pbr",
    "f": "openfabric", "t": "table-direct", "P": "pim",
}  # fmt: skip
_JSON_FATES = {
    "blackhole": "blackhole",
    "reject": "unreachable",
    "adminProhibited": "prohibit",
    "admin-prohibited": "prohibit",
}
_HopCache = dict[tuple[Any, ...], tuple[NextHop, ...]]

_NAMES = {"ospf6": "ospf", "ripng": "rip", "vnc-direct": "vnc", "table": "table", "direct": "connected"}


def read(capture: Capture, found: Found) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening in ("{", "["):
        found.is_ended = True
        for document in documents(capture):
            while not document.is_spent:
                _read_json(document, found)
    else:
        _Text(capture, found).read()


# --- JSON


def _read_json(document: Document, found: Found) -> None:
    """Read one object: of prefixes, or (newer versions, all VRFs) of VRFs that are objects of prefixes."""
    hop_cache: _HopCache = {}
    for _ in document.members():
        if document.is_at("{"):
            for _ in document.members():
                _json_prefix(document, found, hop_cache)
        else:
            _json_prefix(document, found, hop_cache)


def _json_prefix(document: Document, found: Found, hop_cache: _HopCache) -> None:
    entries = document.value()
    try:
        for entry in entries:
            found.routes.append(_json_route(entry, hop_cache))
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise document.broken(f"no route of FRR ({error!r})") from error


def _json_route(entry: dict[str, Any], hop_cache: _HopCache) -> Route:
    protocol = entry["protocol"]
    protocol = _NAMES.get(protocol, protocol)
    network, _, length = entry["prefix"].partition("/")
    is_plain = protocol in ("connected", "local")
    table = entry["table"]
    vrf = entry["vrfName"]
    is_installed = "installed" in entry
    # What zebra says in words it says in bits as well; where they differ, a line was lost.
    status = entry["internalStatus"]
    if (is_installed, "failed" in entry, "queued" in entry) != (bool(status & 16), bool(status & 32), bool(status & 8)):
        raise ValueError("status and flags contradict each other")
    if ("selected" in entry) != ("destSelected" in entry):
        raise ValueError("selected by half")
    next_hops, is_usable = _json_hops(entry["nexthops"], vrf, hop_cache)
    return Route(
        vrf if table in (254, 255) or vrf != "default" else str(table),
        prefix(network, length),
        protocol,
        next_hops,
        None if is_plain else entry["distance"],
        None if is_plain else entry["metric"],
        "selected" in entry and is_installed and is_usable,
    )


def _json_hops(nodes: list[dict[str, Any]], vrf: str, hop_cache: _HopCache) -> tuple[tuple[NextHop, ...], bool]:
    if len(nodes) > 1:
        usable = [node for node in nodes if "active" in node]
        return hops(_json_hop(node, vrf) for node in usable or nodes), bool(usable)
    key = (*nodes[0].values(), *nodes[0], vrf)
    if key not in hop_cache:
        hop_cache[key] = (_json_hop(nodes[0], vrf),)
    return hop_cache[key], "active" in nodes[0]


def _json_hop(node: dict[str, Any], vrf: str) -> NextHop:
    if ("active" in node) != (node["flags"] & 1) or ("interfaceName" in node) != ("interfaceIndex" in node):
        raise ValueError("a next hop that contradicts itself")
    if "unreachable" in node:
        fates = [fate for word, fate in _JSON_FATES.items() if word in node]
        return NextHop("", fates[0])
    ip = node.get("ip", "")
    if ("afi" if ip else "directlyConnected") not in node:
        raise ValueError("a next hop that contradicts itself")
    other = node.get("vrf", vrf)
    return NextHop(address(ip) if ip else "", node.get("interfaceName", ""), "" if other == vrf else other)


# --- text


class _Text:
    """Where in the text the reader is."""

    def __init__(self, capture: Capture, found: Found) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        # The route being read, without next hops; usable and unusable next hops so far; whether the FIB has it.
        self.route: Route | None = None
        self.usable: list[NextHop] = []
        self.unusable: list[NextHop] = []
        self.backup: list[NextHop] = []
        self.is_installed = False
        # Whether the next hop read last is one that others have to resolve.
        self.is_recursive = False
        self.column = 0
        self.cache: dict[str, tuple[NextHop, bool]] = {}
        # Routes are read only below a heading, once there was or has to be one; an empty line ends what is below.
        self.is_nameless = False
        self.has_headings = False
        self.first = 0

    def read(self) -> None:
        """Read every line."""
        number = 0
        rows = chain.from_iterable(self.capture.rows(_ROW))
        for number, (code, best, state, network, length, preference, metric, more, rest) in enumerate(rows, 1):
            try:
                if code:
                    self.end_route()
                    protocol = _PROTOCOLS[code]
                    if self.is_nameless:
                        raise ValueError("no heading says which VRF it is of")
                    first, second = (int(preference), int(metric)) if preference else (None, None)
                    network = prefix(network, length)
                    self.route = Route(self.vrf, network, protocol, (), first, second, best == ">")
                    self.hop(rest, state)
                    self.column = -1
                elif more:
                    self.more(number, more, rest)
                else:
                    self.other(number)
            except (LookupError, ValueError) as error:
                self.refuse(number, f"no route of FRR ({error})")
        try:
            self.end_route()
        except (LookupError, ValueError) as error:
            self.refuse(number, f"no route of FRR ({error})")

    def refuse(self, number: int, reason: str = "no rule understands this line") -> None:
        self.route, self.usable, self.unusable, self.backup = None, [], [], []
        self.is_installed = self.is_recursive = False
        self.found.unknown(number, reason)

    def more(self, number: int, indent: str, rest: str) -> None:
        """Read a further next hop, which has to stand below the first one."""
        if self.route is None:
            return self.refuse(number)
        if self.column < 0:
            first = re.search(r"(?:via|is|unreachable) ", self.capture.line(number - 1))
            self.column = first.start() if first else 0
        if self.is_recursive and len(indent) == self.column:
            return self.refuse(number - 1, "a recursive next hop without those that resolve it")
        # The FIB mark of a recursive route is two columns in, as are the next hops that resolve it.
        if len(indent) not in (self.column, self.column + 2):
            return self.refuse(number, "a next hop that does not stand below the one it continues")
        return self.hop(rest, indent[2])

    def hop(self, text: str, state: str) -> None:
        guard_length(text)
        if text not in self.cache:
            self.cache[text] = self.new_hop(text)
        hop, is_usable = self.cache[text]
        self.is_recursive = " (recursive)" in text
        if hop.vrf == self.vrf:
            hop = hop._replace(vrf="")
        if state == "b":
            self.backup.append(hop)
        else:
            (self.usable if is_usable else self.unusable).append(hop)
        self.is_installed = self.is_installed or state == "*"

    @staticmethod
    def new_hop(text: str) -> tuple[NextHop, bool]:
        if match := _VIA.fullmatch(text):
            return NextHop(address(match[1]), match[2] or "", match[3] or ""), not match[4]
        if match := _CONNECTED.fullmatch(text):
            return NextHop("", match[1], match[2] or ""), not match[3]
        if match := _FATE.fullmatch(text):
            return NextHop("", _FATES[match[1]]), not match[2]
        raise ValueError(f"next hop {text!r}")

    def end_route(self) -> None:
        route, self.route = self.route, None
        if route is None:
            return
        usable, unusable, backup, is_installed = self.usable, self.unusable, self.backup, self.is_installed
        self.usable, self.unusable, self.backup, self.is_installed = [], [], [], False
        is_recursive, self.is_recursive = self.is_recursive, False
        if is_recursive or (route.active and is_installed and not usable):
            raise ValueError(f"{route.prefix} above lacks the next hop that it is said to be installed with")
        if len(usable) > 1 and any(hop.interface in _FATES.values() for hop in usable):
            raise ValueError(f"{route.prefix} above is thrown away and has a next hop")
        active = route.active and is_installed
        self.found.routes.append(route._replace(next_hops=hops(usable or unusable), active=active))
        if backup:
            self.found.routes.append(route._replace(next_hops=hops(backup), active=False))

    def other(self, number: int) -> None:
        line = self.capture.line(number)
        guard_length(line)
        if not line.strip():
            self.end_route()
            self.is_nameless = self.is_nameless or len(self.found.routes) > self.first
        elif self.capture.is_noise(line):
            if command := self.capture.take_command():
                self.start(_asked_vrf(command), is_heading=False)
                self.is_nameless = self.has_headings = bool(_ALL_VRFS.search(command))
                if command.endswith(" json"):
                    self.refuse(number, "the command asks for JSON, and none follows")
        elif match := _VRF.fullmatch(line) or _IPV4_VRF.fullmatch(line) or _TABLE.fullmatch(line):
            if not self.has_headings and len(self.found.routes) > self.first:
                self.refuse(number, "the routes above have no heading that says which VRF they are of")
            self.start(match[1], is_heading=True)
        elif _LEGEND.fullmatch(line):
            self.end_route()
            if line.startswith("Codes:"):
                self.is_nameless = self.has_headings
                self.first = len(self.found.routes)
        else:
            self.refuse(number)

    def start(self, vrf: str, *, is_heading: bool) -> None:
        self.end_route()
        self.vrf = vrf
        self.is_nameless = False
        self.has_headings = is_heading
        self.first = len(self.found.routes)


def _asked_vrf(command: str) -> str:
    """Give the VRF or table that a command asks for; `vrf all` names each in its output."""
    match = re.search(r" (vrf|table) +(\S+)", command)
    if match is None:
        return "default"
    return "default" if match[2] in ("all", "254", "json") else match[2]
