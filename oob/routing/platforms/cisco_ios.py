"""Cisco IOS and IOS-XE: `show ip route [vrf *]` and `show ipv6 route [vrf *]`, several of them in one capture.

The answer for one prefix, too: `show ip route PREFIX`.
"""

from __future__ import annotations

import re
from itertools import chain
from socket import AF_INET, inet_pton

from oob.routing import entry
from oob.routing.capture import BARRIER, Capture, guard_length
from oob.routing.codes import LEGEND
from oob.routing.found import ParsedLines, Repeated
from oob.routing.normalise import HOST_BITS, MASKS, address, hops, prefix
from oob.routing.route import OVERRIDE, NextHop, Route

# A heading of networks is indented, too, and continues nothing.
FURTHER = re.compile(
    r"(?![ \t]*[\d.]+(?:/\d+| \d+\.\S+)? is (?:variably )?subnetted)"
    r"(?:[ \t]{2,}\S|\t|[ \t]*(?:\[\w+\]|\[\d+/\d+\]|via\b|is directly connected|is possibly down))"
)

COMMAND = r"sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"

_AGE = r"(?:\d+:\d\d:\d\d|\d+[ywdh]\d+[wdhm]|never)"
_INTERFACE = r"[A-Za-z](?:[\w./:-]*\w)?"
_RANK = r"\[(\d+)/(\d+)\]"
_CODE = r"[A-Za-z][\w*%+&!]{0,3}(?: {1,4}[\w*%+&!]{1,3}){0,2}"
_VRF = r"(?: \((?:nexthop in vrf )?([\w.-]+)(?::ipv[46])?\))?"

# The frequent form of a route with its further next hops, or else a whole line.
_ROW = re.compile(
    rf"(?:([A-Za-z][^\d\n]{{0,8}}\d? +)((\d[\d.]*)(?:/(\d+))?) "
    rf"(\[\d+/\d+\] via [\d.]+)(?:, {_AGE})?(?:, ({_INTERFACE}))? *\n"
    rf"((?: {{10,}}\[\d+/\d+\] via [\d.]+(?:, {_AGE})?(?:, {_INTERFACE})? *\n)*)"
    r"|(.*)\n)"
)
_MORE_WAY = re.compile(rf"( +)(\[\d+/\d+\] via [\d.]+)(?:, {_AGE})?(?:, ({_INTERFACE}))? *\n")
_WAY = re.compile(r"\[(\d+)/(\d+)\] via ([\d.]+)")

_MASK = r"(?:/(\d+)| (\d+\.\d+\.\d+\.\d+)| (0x[0-9A-F]{8}))?"
_HEAD = re.compile(rf"({_CODE}) +(\d+\.\d+\.\d+\.\d+){_MASK}(?: +(\S.*?))? *")
_MORE = re.compile(r" *((?:\[|is directly connected|routing via ).*?) *")
_VIA = re.compile(
    rf"(\[\w+\])?{_RANK} via ([\d.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*){_VRF}(?:, {_AGE})?(?:, ({_INTERFACE}))?"
)
_CONNECTED = re.compile(rf"is directly connected{_VRF}(?:, {_AGE})?, ({_INTERFACE})")
_OWN = re.compile(rf"(?:{_RANK}|is a summary)(?:, {_AGE})?, ({_INTERFACE})")
_DOWN = re.compile(rf"(?:is possibly down, )?routing via ([\d.]+)(?:, ({_INTERFACE}))?")

_SUBNETTED = re.compile(
    r" *(\d+\.\d+\.\d+\.\d+)(?:/(\d+)| (\d+\.\d+\.\d+\.\d+))? is "
    r"(?:subnetted, (\d+) subnets?|variably subnetted, (\d+) subnets?, (\d+) masks?) *"
)
_TABLE = re.compile(r" *Routing Table: (\S+) *")
_TABLE_6 = re.compile(r" *IPv6 Routing Table(?: - (\S+))? - (\d+) entr(?:y|ies) *")
_ASKED = re.compile(r" vrf +(\S+)", re.IGNORECASE)
_GATEWAY = re.compile(r"Gateway of last resort is (?:not set|\S+ to network \S+) *")
# `show ipv6 route updated` prints it below each next hop.
_UPDATED = re.compile(r" +Last updated \d\d:\d\d:\d\d .*")
_HEAD_6 = re.compile(rf"({_CODE}) +([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/(\d+)(?: {_RANK})?(?:, tag \d+)? *")
_VIA_6 = re.compile(
    r" *(?:(\[\w+\]))?via (?:([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+)(?:%([\w.:-]+))?"
    rf"(?:, ({_INTERFACE})(?:%[\w.:-]+)?)?(?:, (?:directly|indirectly) connected|, receive)?"
    rf"|({_INTERFACE}), (?:directly connected|receive)) *"
)

_PROTOCOLS = {
    "C": "connected", "LC": "connected", "L": "local", "S": "static", "U": "static", "P": "static",
    "R": "rip", "M": "mobile", "MR": "mobile", "HA": "mobile", "B": "bgp", "D": "eigrp", "EX": "eigrp",
    "I": "igrp", "E": "egp", "O": "ospf", "OI": "ospf", "OE1": "ospf", "OE2": "ospf", "ON1": "ospf", "ON2": "ospf",
    "i": "isis", "I1": "isis", "I2": "isis", "IA": "isis", "IS": "isis",
    "o": "odr", "H": "nhrp", "G": "nhrp", "g": "nhrp", "l": "lisp", "lA": "lisp", "le": "lisp", "ls": "lisp",
    "lp": "lisp", "ld": "lisp", "a": "application", "m": "omp",
    "n": "nat", "Ni": "nat", "No": "nat", "Nd": "nat", "ND": "nd", "NDp": "nd", "DCE": "nd", "NDr": "nd",
}  # fmt: skip
_SUBTYPES = {
    "eigrp": {"EX"},
    "ospf": {"IA", "N1", "N2", "E1", "E2"},
    "isis": {"su", "L1", "L2", "ia"},
    "nat": {"Ni", "No", "Nd"},
}


def _protocol(code: str) -> str:
    """Return the protocol of a code column such as `O*E2`; `KeyError` for an unknown code."""
    words = re.sub(r"[*%+&!]", " ", code).split()
    if words[1:] and words[-1] == "p":
        words.pop()
    name = _PROTOCOLS[words[0]]
    if len(words) > 2 or (words[1:] and words[1] not in _SUBTYPES.get(name, ())):
        raise KeyError(code)
    return name


_Tail = tuple[str, tuple[NextHop, ...], int, int, bool, str]


class _IosWays(dict[tuple[str, str, str], _Tail]):
    """The values behind a prefix by the text around it; most routes of a table share one."""

    def __missing__(self, key: tuple[str, str, str]) -> _Tail:
        code, way, interface = key
        match = _WAY.fullmatch(way)
        if match is None:
            raise ValueError(way)
        found = (_protocol(code), (NextHop(address(match[3]), interface),), int(match[1]), int(match[2]), True, "")
        self[key] = found
        return found

    def joined(self, first: _Tail, code: str, lines: str, column: int) -> _Tail:
        """Add the next hops in *lines* to *first*; `ValueError` unless each stands at *column* and has its rank."""
        protocol, found, preference, metric, *_ = first
        for indent, way, interface in _MORE_WAY.findall(lines):
            _, hop, *rank, _, _ = self[code, way, interface]
            # Only EIGRP shares unequally.
            if len(indent) != column or rank[0] != preference or (rank[1] != metric and protocol != "eigrp"):
                raise ValueError(lines)
            found += hop
        return (protocol, hops(found), preference, metric, True, "")


class _Heading:
    """`10.0.0.0/8 is variably subnetted, 5 subnets, 2 masks`: the mask and the number of the lines below."""

    def __init__(self, number: int, match: re.Match[str], first: int) -> None:
        self.number = number
        self.first = first
        self.subnets = int(match[4] or match[5])
        self.masks = int(match[6] or 0)
        length = match[2] or (MASKS[match[3]] if match[3] else "")
        self.network = int.from_bytes(inet_pton(AF_INET, match[1]), "big")
        # "subnetted" prints the mask of the subnets and means a network of the old classes;
        # "variably subnetted" prints the network's own mask, and each subnet has one.
        top = self.network >> 24
        classful = 8 if top < 128 else 16 if top < 192 else 24
        self.length = "" if match[5] else length
        self.shift = 32 - (int(length) if match[5] and length else classful)

    def covers(self, network: str) -> bool:
        """Tell whether *network* (without its length) lies below this heading; one of IPv6 never does."""
        return (
            ":" not in network
            and int.from_bytes(inet_pton(AF_INET, network), "big") >> self.shift == self.network >> self.shift
        )


class _IosReading:
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.routes = found.routes
        self.vrf = "default"
        self.heading: _Heading | None = None
        # The mask lengths below it.
        self.lengths: set[str] = set()
        # Repair paths below the heading, which announces prefixes.
        self.repairs = 0
        # A route whose next hop stands on a line to come: its line, code, prefix, preference, metric.
        self.pending: tuple[int, str, str, int | None, int | None] | None = None
        # Only routes from here on may be continued.
        self.barrier = 0
        self.column = -1
        self.last_more = 0
        # The VRF that the command asked for, until the table has named it.
        self.due = ""
        self.has_legend = False
        self.first = 0
        self.family_6 = False
        self.entries: tuple[int, int, int] | None = None
        found.where = lambda: (self.vrf, "ipv6" if self.family_6 else "")

    def read(self) -> None:
        """Read all lines: the frequent kind here, everything else in `other`."""
        ways = _IosWays()
        add, host_bits, from_bytes, make = self.routes.append, HOST_BITS, int.from_bytes, tuple.__new__
        add_length = self.lengths.add
        number = 0
        is_pending = False
        rows = chain.from_iterable(self.capture.rows(_ROW))
        for code, place, network, length, way, interface, more, other in rows:
            number += 1
            if not code:
                self.other(number, other)
                is_pending = self.pending is not None
                continue
            if is_pending:
                self.drop_pending()
                is_pending = False
            below = more.count("\n")
            try:
                tail = ways[code, way, interface]
                if more:
                    tail = ways.joined(tail, code, more, len(code) + len(place) + 1)
                if not length:
                    length = self.inherited(network)
                    place = f"{network}/{length}"
                if from_bytes(inet_pton(AF_INET, network)) & host_bits[length]:
                    raise ValueError(network)
            except (LookupError, ValueError, OSError):
                for again in range(number, number + 1 + below):
                    self.other(again, self.capture.line(again))
                is_pending = self.pending is not None
            else:
                add_length(length)
                add(make(Route, (self.vrf, place, *tail)))
            number += below
        self.found.at = number
        self.close_table(number)

    def other(self, number: int, line: str) -> None:
        """Read a line that is not of the frequent kind, or refuse it."""
        self.found.at = number
        if line == BARRIER:
            self.drop_pending()
            self.barrier = len(self.routes)
            return
        try:
            guard_length(line)
            self.line(number, line)
        except (LookupError, ValueError, OSError) as error:
            self.pending = None
            self.barrier = len(self.routes)
            self.found.unknown(number, f"not a route of this platform ({error})")

    def line(self, number: int, line: str) -> None:
        if self.more(number, line) or self.head(number, line):
            return
        if self.capture.is_noise(line):
            if command := self.capture.take_command():
                self.start_table(number, "default")
                self.found.start_table(number)
                asked = _ASKED.search(command)
                # `show ip route vrf RED` names the table in its first line; without it the routes would be default's.
                self.due = asked[1] if asked and asked[1] != "*" else ""
                if self.due and self.capture.is_pasted:
                    # The heading may have been left out of a ticket.
                    self.vrf, self.due = self.due, ""
        elif not self.announcement(number, line):
            self.drop_pending()
            self.found.unknown(number)
            self.barrier = len(self.routes)

    # --- routes

    def head(self, number: int, line: str) -> bool:
        """Read the first line of a route."""
        line = line.lstrip() if self.capture.is_pasted else line
        match = (self.family_6 and _HEAD_6.fullmatch(line)) or _HEAD.fullmatch(line)
        if not match:
            return False
        self.drop_pending()
        protocol = _protocol(match[1])
        if match.re is _HEAD_6:
            rank = (int(match[4]), int(match[5])) if match[4] else (None, None)
            self.pending = (number, protocol, prefix(match[2], match[3]), *rank)
            return True
        length = match[3] or (MASKS[match[4]] if match[4] else "") or self.hex_mask(match[5])
        self.pending = (number, protocol, prefix(match[2], length or self.inherited(match[2])), None, None)
        if match[6] and not self.way(match[6]):
            self.pending = None
            self.barrier = len(self.routes)
            self.found.unknown(number)
        return True

    def more(self, number: int, line: str) -> bool:
        """Read a further line of a route: its only next hop, or one more."""
        if not line.startswith(" ") and not self.capture.is_pasted:
            return False
        if self.family_6 and (match := _VIA_6.fullmatch(line)):
            return self.via_6(number, match)
        match = _MORE.fullmatch(line)
        if not match:
            return False
        if self.pending is not None:
            self.column = match.start(1)
        elif not self.in_line(number, match.start(1)):
            return False
        self.last_more = number
        return self.way(match[1])

    def in_line(self, number: int, column: int) -> bool:
        """Tell whether a next hop at *column* stands below the one it continues."""
        if len(self.routes) <= self.barrier:
            return False
        if self.capture.is_pasted:
            return True
        if self.last_more != number - 1:
            above = next((line for line in self.lines_above(number) if not self.capture.is_noise(line)), "")
            at = re.search(r"(?:\[\w+\])?\[\d|is directly|via ", above)
            self.column = at.start() if at else -1
        return column == self.column

    def lines_above(self, number: int) -> list[str]:
        return [self.capture.line(above) for above in range(number - 1, max(number - 20, 0), -1)]

    def way(self, text: str) -> bool:
        """Read the next hop of a line."""
        if match := _VIA.fullmatch(text):
            # NHRP overrides the next hop while traffic flows; the mark tells it from a next hop of the protocol.
            share = OVERRIDE if match[1] == "[NHO]" else ""
            hop = NextHop(address(match[4]), match[6] or "", self.other_vrf(match[5]), share=share)
            if self.pending is None and not match[1] and not self.is_rank_of_last(int(match[2]), int(match[3])):
                return False
            return self.add(hop, int(match[2]), int(match[3]), backup=match[1] == "[RPR]")
        if match := _CONNECTED.fullmatch(text):
            return self.add(NextHop("", match[2], self.other_vrf(match[1])))
        if match := _OWN.fullmatch(text):
            return self.add(NextHop("", match[3]), *(int(rank) if rank else None for rank in match.group(1, 2)))
        if match := _DOWN.fullmatch(text):
            return self.add(NextHop(address(match[1]), match[2] or ""), active=False)
        # The rest of that route is on the next line.
        return text == "is possibly down,"

    def is_rank_of_last(self, preference: int, metric: int) -> bool:
        """Tell whether a further next hop has the rank of its route; only EIGRP shares unequally."""
        last = self.routes[-1]
        return last.preference == preference and (last.metric == metric or last.protocol == "eigrp")

    def via_6(self, number: int, match: re.Match[str]) -> bool:
        backup, via, vrf, interface, alone = match.groups()
        hop = NextHop("" if via in (None, "::") else address(via), interface or alone or "", self.other_vrf(vrf))
        if self.pending is not None:
            return self.add(hop, self.pending[3], self.pending[4], backup=bool(backup))
        if len(self.routes) <= self.barrier:
            return False
        return self.add(hop, backup=bool(backup))

    def add(
        self,
        hop: NextHop,
        preference: int | None = None,
        metric: int | None = None,
        *,
        active: bool = True,
        backup: bool = False,
    ) -> bool:
        """Add the route that is pending, or one more next hop to the last one."""
        if self.pending is not None:
            _, protocol, network, *_ = self.pending
            self.pending = None
            self.lengths.add(network.partition("/")[2])
            self.routes.append(Route(self.vrf, network, protocol, (hop,), preference, metric, active and not backup))
            return True
        last = self.routes[-1]
        if backup:
            self.routes.insert(-1, last._replace(next_hops=(hop,), active=False))
            self.repairs += 1
        else:
            self.routes[-1] = last._replace(next_hops=hops((*last.next_hops, hop)))
        return True

    def drop_pending(self) -> None:
        """Refuse a route that has no next hop yet."""
        if self.pending is not None:
            number, self.pending = self.pending[0], None
            self.barrier = len(self.routes)
            self.found.unknown(number, "a route without a next hop")

    def other_vrf(self, name: str | None) -> str:
        return "" if name in (None, self.vrf) else name or ""

    def inherited(self, network: str) -> str:
        """Return the mask length that the heading has for *network*."""
        if self.heading is None or not self.heading.length or not self.heading.covers(network):
            raise ValueError(f"{network} has no mask, nor a heading that has one")
        return self.heading.length

    @staticmethod
    def hex_mask(text: str | None) -> str:
        return "" if text is None else MASKS[".".join(str(int(text[at : at + 2], 16)) for at in (2, 4, 6, 8))]

    # --- headings

    def announcement(self, number: int, line: str) -> bool:
        """Read a heading or a legend."""
        if match := _SUBNETTED.fullmatch(line):
            self.drop_pending()
            self.close_heading()
            self.heading = _Heading(number, match, len(self.routes))
            self.repairs = 0
            self.lengths.clear()
            self.barrier = len(self.routes)
        elif match := _TABLE.fullmatch(line):
            self.start_table(number, match[1])
            self.found.start_table(number)
        elif match := _TABLE_6.fullmatch(line):
            self.start_table(number, match[1] or "default")
            self.found.start_table(number)
            self.family_6 = True
            self.entries = (number, int(match[2]), len(self.routes))
        elif _UPDATED.fullmatch(line):
            return bool(self.routes)
        elif LEGEND.fullmatch(line):
            if line.lstrip().startswith("Codes:") and self.has_legend:
                raise Repeated("a second table begins and does not name its VRF", line=number, text=line)
            self.has_legend = self.has_legend or line.lstrip().startswith("Codes:")
        else:
            return bool(_GATEWAY.fullmatch(line))
        return True

    def close_heading(self) -> None:
        """Compare the subnets below the heading with the number that it announced."""
        heading, self.heading = self.heading, None
        if heading is None:
            return
        count, lengths = len(self.routes) - heading.first - self.repairs, self.lengths
        if count != heading.subnets:
            # Networks without a heading of their own may stand below.
            networks = (route.prefix.partition("/") for route in self.routes[heading.first :])
            below = [length for network, _, length in networks if heading.covers(network)]
            count, lengths = len(below) - self.repairs, set(below)
        self.found.total(heading.number, "subnets", heading.subnets, count)
        if heading.masks:
            self.found.total(heading.number, "masks", heading.masks, len(lengths))

    def start_table(self, number: int, vrf: str) -> None:
        """End one table, begin the one of *vrf*."""
        self.close_table(number)
        self.vrf = vrf
        self.due = ""
        self.has_legend = False
        self.first = len(self.routes)
        self.family_6 = False
        self.barrier = len(self.routes)

    def close_table(self, number: int) -> None:
        """Compare the announced numbers with the printed ones."""
        self.drop_pending()
        self.close_heading()
        if self.due and len(self.routes) > self.first:
            text = self.capture.line(number)
            raise Repeated(f"the table ends here and no heading names VRF {self.due}", line=number, text=text)
        if self.entries is not None:
            at, announced, first = self.entries
            self.entries = None
            printed = len({route.prefix for route in self.routes[first:]})
            self.found.total(at, "entries", announced, printed)


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if entry.has_entries(capture):
        entry.read(capture, found)
    else:
        _IosReading(capture, found).read()
