"""FRRouting: `show ip route [vrf all]`, `show ipv6 route [vrf all]`, each as text or `json`.

SONiC and Cumulus print its tables, too.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from oob.routing.capture import BARRIER, Capture, guard_length
from oob.routing.codes import LEGEND
from oob.routing.document import TableDocument, documents
from oob.routing.found import ParsedLines, Repeated
from oob.routing.normalise import address, hops, prefix
from oob.routing.route import NextHop, Route

COMMAND = (
    r"(?:sudo )?(?:vtysh -c [\"']?(?:do )?|do )?sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"
    r"|(?:sudo )?net show route(?: .*)?"
)

_AGE = r"(?:\d+:\d\d:\d\d|\d+[ywd]\d+[wdh](?:\d+[dhm])?|never)"
_INTERFACE = r"[A-Za-z0-9_](?:[\w./:@-]*\w)?"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"

# A route with its first next hop, or one more next hop, or else the whole line.
_ROW = re.compile(
    r"(?:(?:([A-Za-z~])([> ])([*rqto# ]|b(?= )|) {0,4}([0-9A-Fa-f.:]+)/(\d+) (?:\[(\d+)/(\d+)\] )?(?=[vui])"
    r"|(  [*rqtob# ] {3,80})(?=via |is |unreach))"
    rf"([^\n]{{0,300}}?)(?:,? {_AGE})? {{0,80}}\n|.*\n)"
)
_VIA = re.compile(
    rf"via (?:inet6 )?({_ADDRESS})(?:, (?!inactive)({_INTERFACE}))?(?: \(vrf ([\w.:-]+)\))?"
    r"(,? inactive)?( onlink)?( \(recursive\))?( \(recursive is [^)]*\))?(?:, (.*))?"
)
_CONNECTED = re.compile(
    rf"is directly connected, ({_INTERFACE})(?: \(vrf ([\w.:-]+)\))?( inactive)?(?: onlink)?(?:, (.*))?"
)
_LABEL = re.compile(r"(?:^|, )label ([\w/-]+)")
_SEGMENTS = re.compile(r"(?:^|, )seg6 ([0-9A-Fa-f:.,]+)")
_WEIGHT = re.compile(r"(?:^|, )weight (\d+)")
_FATE = re.compile(r"unreachable \((blackhole|ICMP unreachable|ICMP admin-prohibited)\)( inactive)?(?:, (?:.*))?")
_FATES = {"blackhole": "blackhole", "ICMP unreachable": "unreachable", "ICMP admin-prohibited": "prohibit"}

INDENT = (
    (
        re.compile(r"^ *([*rqtob#]?) *(?=via [\dA-Fa-f]|is directly connected|unreachable \()", re.MULTILINE),
        r"  \1    ",
    ),
)

_VRF = re.compile(r"(?:IPv[46] (?:unicast|multicast) )?VRF ([\w.:-]+)(?: table (\d+))?: *")
_TABLE = re.compile(r"Table (\d+): *")
# The last of these is the line below the heading that Cumulus prints in front of each table.
_AROUND = re.compile(r"IPv[46] (?:unicast|multicast) VRF [\w.:-]+:? *|=+ *")
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


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening in ("{", "["):
        found.is_ended = True
        for document in documents(capture):
            found.start_table(1)
            asked = capture.take_command()
            while not document.is_spent:
                _read_json(document, found, asked)
    else:
        _FrrText(capture, found).read()


# --- JSON


def _read_json(document: TableDocument, found: ParsedLines, command: str) -> None:
    """Read one object: of prefixes, or (newer versions, all VRFs) of VRFs that are objects of prefixes."""
    hop_cache: _HopCache = {}
    asked = "" if _ALL_VRFS.search(command) else _asked_vrf(command)
    for key in document.members():
        if document.is_at("{"):
            for place in document.members():
                _json_prefix(document, found, key, place, hop_cache)
        else:
            _json_prefix(document, found, asked, key, hop_cache)


def _json_prefix(document: TableDocument, found: ParsedLines, vrf: str, place: str, hop_cache: _HopCache) -> None:
    entries = document.value()
    if not isinstance(entries, list):
        entries = [entries]
    for entry in entries:
        try:
            # Versions before 6 name the prefix only once, for all its routes.
            entry.setdefault("prefix", place)
            found.routes.append(_json_route(entry, vrf, hop_cache))
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            found.unknown_node(document.broken(f"not a route of FRR ({error!r})"), entry, vrf or "default")


def _json_route(entry: dict[str, Any], vrf: str, hop_cache: _HopCache) -> Route:
    protocol = entry["protocol"]
    protocol = _NAMES.get(protocol, protocol)
    network, _, length = entry["prefix"].partition("/")
    is_plain = protocol in ("connected", "local")
    if "internalStatus" in entry:
        vrf, is_installed = entry.get("vrfName") or vrf, "installed" in entry
        if not vrf:
            raise ValueError("no key names the VRF")
        _check_status(entry, is_installed)
    else:
        vrf, is_installed = _old_place(entry, vrf)
    next_hops, is_usable = _json_hops(entry["nexthops"], vrf, hop_cache)
    table = entry.get("table", 254)
    return Route(
        vrf if table in (254, 255) or vrf != "default" else str(table),
        prefix(network, length),
        protocol,
        next_hops,
        None if is_plain else entry["distance"],
        None if is_plain else entry["metric"],
        "selected" in entry and is_installed and is_usable,
    )


def _old_place(entry: dict[str, Any], asked: str) -> tuple[str, bool]:
    """Return the VRF of a route, and whether the FIB has it; *asked* is the VRF of the command.

    Versions before 7, and Cumulus, name neither VRF nor table, and mark the next hops instead of the route.
    """
    if not asked and "vrfName" not in entry:
        raise ValueError("no key names the VRF")
    return entry.get("vrfName", asked), any(node.get("fib") for node in entry["nexthops"])


def _check_status(entry: dict[str, Any], is_installed: bool) -> None:
    """Raise `ValueError` where the status in words and in bits differ: a line is lost."""
    status = entry["internalStatus"]
    if (is_installed, "failed" in entry, "queued" in entry) != (bool(status & 16), bool(status & 32), bool(status & 8)):
        raise ValueError("status and flags contradict each other")
    if ("selected" in entry) != ("destSelected" in entry):
        raise ValueError("selected and destSelected contradict each other")


def _json_hops(nodes: list[dict[str, Any]], vrf: str, hop_cache: _HopCache) -> tuple[tuple[NextHop, ...], bool]:
    if len(nodes) > 1:
        usable = [node for node in nodes if "active" in node]
        return hops(_json_hop(node, vrf) for node in usable or nodes), bool(usable)
    node = nodes[0]
    key = (*node.values(), *node, vrf)
    try:
        found = hop_cache.get(key)
    except TypeError:
        # Labels and segments are lists.
        return (_json_hop(node, vrf)._replace(share=""),), "active" in node
    if found is None:
        hop_cache[key] = found = (_json_hop(node, vrf)._replace(share=""),)
    return found, "active" in node


def _json_hop(node: dict[str, Any], vrf: str) -> NextHop:
    is_old = "flags" not in node
    if (not is_old and ("active" in node) != (node["flags"] & 1)) or (
        ("interfaceName" in node) != ("interfaceIndex" in node)
    ):
        raise ValueError("a next hop that contradicts itself")
    if "unreachable" in node:
        fates = [fate for word, fate in _JSON_FATES.items() if word in node]
        return NextHop("", fates[0])
    ip = node.get("ip", "")
    if ("afi" if ip else "directlyConnected") not in node:
        raise ValueError("a next hop that contradicts itself")
    other = node.get("vrf", vrf)
    label = "/".join(map(str, node.get("labels", ())))
    segments = node.get("seg6", {})
    if not label and segments:
        label = segments if isinstance(segments, str) else str(segments.get("segs", ""))
    share = f"weight {node['weight']}" if node.get("weight", 1) != 1 else ""
    gateway, interface = address(ip) if ip else "", node.get("interfaceName", "")
    return NextHop(gateway, interface, "" if other == vrf else other, label, share)


# --- text


class _FrrText:
    """The reading of one text."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        # The current route without next hops, its usable and unusable next hops, and whether the FIB has it.
        self.route: Route | None = None
        self.usable: list[NextHop] = []
        self.unusable: list[NextHop] = []
        self.backup: list[NextHop] = []
        self.is_installed = False
        # True after a next hop that others have to resolve.
        self.is_recursive = False
        self.column = 0
        # The last line of the current route.
        self.last = 0
        self.cache: dict[str, tuple[NextHop, bool]] = {}
        # Routes are read only below a heading, once there was or has to be one; an empty line ends them.
        self.is_nameless = False
        self.has_headings = False
        self.has_legend = False
        self.first = 0
        found.where = lambda: (self.vrf, "")

    def read(self) -> None:
        """Read every line."""
        number = 0
        rows = chain.from_iterable(self.capture.rows(_ROW))
        for number, (code, best, state, network, length, preference, metric, more, rest) in enumerate(rows, 1):
            try:
                if code:
                    self.end_above()
                    protocol = _PROTOCOLS[code]
                    if self.is_nameless:
                        raise ValueError("no heading names its VRF")
                    first, second = (int(preference), int(metric)) if preference else (None, None)
                    network = prefix(network, length)
                    self.route = Route(self.vrf, network, protocol, (), first, second, best == ">")
                    self.hop(rest, state)
                    self.column = -1
                    self.last = number
                elif more:
                    self.more(number, more, rest)
                    self.last = number
                else:
                    self.other(number)
            except (LookupError, ValueError) as error:
                self.refuse(number, f"not a route of FRR ({error})")
        try:
            self.end_route()
        except (LookupError, ValueError) as error:
            self.refuse(self.last or number, f"not a route of FRR ({error})")

    def end_above(self) -> None:
        """End the route above; it is refused at its own last line."""
        try:
            self.end_route()
        except (LookupError, ValueError) as error:
            self.refuse(self.last, f"not a route of FRR ({error})")

    def refuse(self, number: int, reason: str = "no rule recognises this line") -> None:
        self.route, self.usable, self.unusable, self.backup = None, [], [], []
        self.is_installed = self.is_recursive = False
        self.found.unknown(number, reason)

    def more(self, number: int, indent: str, rest: str) -> None:
        """Read a further next hop, which has to stand below the first one."""
        if self.route is None:
            return self.refuse(number)
        if self.capture.is_pasted:
            return self.hop(rest, indent[2])
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
            more = match[8] or ""
            label, weight = _LABEL.search(more) or _SEGMENTS.search(more), _WEIGHT.search(more)
            share = f"weight {weight[1]}" if weight and weight[1] != "1" else ""
            said = label[1].replace("implicit-null", "3") if label else ""
            return NextHop(address(match[1]), match[2] or "", match[3] or "", said, share), not match[4]
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
            raise ValueError(f"{route.prefix} above lacks the next hop that it is installed with")
        if len(usable) > 1 and any(hop.interface in _FATES.values() for hop in usable):
            raise ValueError(f"{route.prefix} above is discarded and has a next hop")
        active = route.active and is_installed
        self.found.routes.append(route._replace(next_hops=hops(usable or unusable), active=active))
        if backup:
            self.found.routes.append(route._replace(next_hops=hops(backup), active=False))

    def other(self, number: int) -> None:
        line = self.capture.line(number)
        guard_length(line)
        self.found.at = number
        if line == BARRIER:
            self.end_above()
        elif not line.strip():
            self.end_above()
            self.is_nameless = self.is_nameless or len(self.found.routes) > self.first
        elif self.capture.is_noise(line):
            if command := self.capture.take_command():
                self.end_above()
                self.start(_asked_vrf(command), is_heading=False)
                self.is_nameless = self.has_headings = bool(_ALL_VRFS.search(command))
                if command.endswith(" json"):
                    self.refuse(number, "the command asks for JSON, and none follows")
        elif match := _VRF.fullmatch(line) or _TABLE.fullmatch(line):
            if not self.has_headings and not self.has_legend and len(self.found.routes) > self.first:
                raise Repeated("no heading names the VRF of the routes above", line=number, text=line)
            self.end_above()
            self.start(_heading_vrf(match), is_heading=True)
        elif LEGEND.fullmatch(line) or _AROUND.fullmatch(line):
            self.end_above()
            if line.lstrip().startswith("Codes:"):
                # Versions before 8 print no heading for the default VRF, which has a legend of its own.
                has_headings = self.has_headings
                self.start("default" if has_headings else self.vrf, is_heading=has_headings)
                self.has_legend = True
        else:
            self.refuse(number)

    def start(self, vrf: str, *, is_heading: bool) -> None:
        self.end_route()
        self.vrf = vrf
        self.is_nameless = False
        self.has_headings = is_heading
        self.has_legend = False
        self.first = len(self.found.routes)
        self.found.start_table(self.found.at)


def _heading_vrf(match: re.Match[str]) -> str:
    """Return the VRF of a heading; a table of the default VRF that is not its main one has its number as name."""
    table = match[2] if match.re is _VRF else None
    return table if table and match[1] == "default" and table != "254" else match[1]


def _asked_vrf(command: str) -> str:
    """Return the VRF or table that a command asks for; `vrf all` names each in its output."""
    match = re.search(r" (vrf|table) +([^\s\"']+)", command)
    if match is None:
        return "default"
    return "default" if match[2] in ("all", "254", "json") else match[2]
