"""Tables that begin each route with a code, as Cisco does: `O E2 10.1.0.0/16 [110/20] via 10.0.0.1, Ethernet1`.

A platform describes its codes, headings and next hops in a `Dialect`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from oob.routing.capture import BARRIER, Capture, guard_length
from oob.routing.found import ParsedLines, Repeated
from oob.routing.normalise import MASKS, hops, prefix
from oob.routing.route import NextHop, Route

_DESTINATION = r"(?:([0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*)/(\d+)|(\d+\.\d+\.\d+\.\d+{name}) (\d+\.\d+\.\d+\.\d+))"
# ASA and XR print further next hops up to two columns beside the first.
_SLACK = 2
_RANK = re.compile(r"\[(\d+)/(\d+)\](?:, tag \d+)?(?: \(source VRF [^()]*\))?")


# The marks of a further next hop in a database of routes.
_MARKS = re.compile(r"([*>p ]*)(.*)")


def rank(match: re.Match[str]) -> tuple[int | None, int | None]:
    """Return preference and metric from the first two groups of *match*, if they are there."""
    return (int(match[1]), int(match[2])) if match[1] else (None, None)


# One entry of a legend: `C - connected`, `O E2 - OSPF external type 2`, `(!) - FRR Backup path`.
_ENTRY = r" *\(?[^\s\d,(]\w{0,3}\*?\)?(?: [A-Z]\w?)? +- +[A-Za-z(][^,\n]*"
# Only a comma ends an entry, so that a line of whatever length is read in one way or in none.
LEGEND = re.compile(rf" *(?:Codes:)?{_ENTRY}(?:,{_ENTRY})*,? *|Source Codes: *")


class CodedWay(NamedTuple):
    """One next hop as printed, with its rank, and the next hop that resolves it, where its line has one."""

    hop: NextHop
    preference: int | None = None
    metric: int | None = None
    is_backup: bool = False
    resolved: NextHop = NextHop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The codes, headings and next hops of a platform.

    *way* reads the next hop of a line, `None` if it is not one; *heading* has the VRF as group `vrf` and, where the
    platform announces one, a number of entries as group `entries`; *further* matches the beginning of a line that
    continues the route above; *name* matches a name in place of an address with a mask. Where an empty line ends a
    table, the next needs a heading. *bare* lists the protocols whose next hop may lack an interface, `None` any.
    *asked* is the VRF that a command asks for: group 1 of the pattern.
    """

    protocols: dict[str, str]
    subtypes: frozenset[str]
    heading: re.Pattern[str]
    noise: re.Pattern[str]
    way: Callable[[str], CodedWay | None]
    further: re.Pattern[str] = re.compile(r"\[|via |is directly connected|connected by")
    name: str = ""
    marks: str = "*%+!>"
    default_vrfs: frozenset[str] = frozenset(("default",))
    does_blank_end_table: bool = False
    bare: frozenset[str] | None = None
    # The pattern of a line of a database, with the marks of a route that the device forwards by.
    fib_marks: re.Pattern[str] | None = None
    # A pattern of words between a destination and its next hops.
    after: str = ""
    asked: re.Pattern[str] = re.compile(r" vrf +(\S+)")
    every: frozenset[str] = frozenset(("all", "*"))

    def protocol(self, code: str) -> str:
        """Return the protocol of a code column; `KeyError` for an unknown code."""
        words = code.translate({ord(mark): " " for mark in self.marks}).split()
        name = self.protocols.get(" ".join(words)) or self.protocols[words[0]]
        if " ".join(words) not in self.protocols and any(word not in self.subtypes for word in words[1:]):
            raise KeyError(code)
        return name


class CodeReading:
    """The reading of one capture in a dialect."""

    def __init__(self, dialect: Dialect, capture: Capture, found: ParsedLines) -> None:
        self.dialect = dialect
        self.capture = capture
        self.found = found
        self.vrf = "default"
        # What selects the routes of this table besides their destination.
        self.selector = ""
        # The route being read: line, protocol, prefix, preference and metric where they stand before all next hops.
        self.head: tuple[int, str, str, int | None, int | None] | None = None
        self.ways: list[CodedWay] = []
        # The first half of a next hop that is wrapped.
        self.partial = ""
        self.column = 0
        self.entries: tuple[int, int, int] | None = None
        # A second legend without a heading before it belongs to a table whose heading is lost.
        self.legends = 0
        # True where no heading names the VRF of the routes to come.
        self.is_nameless = False
        self.first_route = 0
        # A database marks the routes that the device forwards by; its others are not active.
        self.has_fib_marks = bool(dialect.fib_marks and dialect.fib_marks.search(capture.text))
        self.is_unused = False
        marks = re.escape(dialect.marks)
        code = rf"[A-Za-z][\w{marks}]{{0,4}}(?: +[\w{marks}]{{1,3}})*"
        target = _DESTINATION.replace("{name}", f"|{dialect.name}" if dialect.name else "")
        indent = " *" if capture.is_pasted else " ?"
        self._head = re.compile(rf"{indent}({code}) +{target}{dialect.after}(?: +(\S.*?))? *")
        found.where = lambda: (self.vrf, self.selector)
        self._protocols: dict[str, str] = {}
        self._cache: dict[str, CodedWay | None] = {}

    def read(self) -> None:
        """Read every line."""
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            self.found.at = number
            try:
                guard_length(line)
                if not self.further(line) and not self.first(number, line) and not self.around(number, line):
                    self.refuse(number, "no rule recognises this line")
            except (ValueError, LookupError) as error:
                self.refuse(number, f"not a route of this platform ({error})")
        self.end_table()

    def refuse(self, number: int, reason: str) -> None:
        """Refuse a line; the next lines do not continue the route before it."""
        self.head, self.ways, self.partial = None, [], ""
        self.found.unknown(number, reason)

    def first(self, number: int, line: str) -> bool:
        """Read the first line of a route."""
        match = self._head.fullmatch(line)
        if match is None:
            return False
        self.end_route()
        if self.is_nameless:
            raise ValueError("no heading names its VRF")
        code, network, length, masked, mask, rest = match.groups()
        self.is_unused = self.has_fib_marks and not {"*", ">"} <= set(code)
        if code not in self._protocols:
            self._protocols[code] = self.dialect.protocol(code)
        if network:
            place = prefix(network, length)
        else:
            place = prefix(masked, MASKS[mask]) if masked[0].isdigit() else f"{masked}/{MASKS[mask]}"
        self.head = (number, self._protocols[code], place, None, None)
        self.column = match.start(6)
        if rest is None:
            return True
        if alone := _RANK.fullmatch(rest):
            self.head = (*self.head[:3], int(alone[1]), int(alone[2]))
            self.column = -1
            return True
        self.add(rest)
        return True

    def further(self, line: str) -> bool:
        """Read one more next hop of the route above; it has to stand below the one before."""
        text = line.strip()
        if self.has_fib_marks:
            marks, text = _MARKS.fullmatch(text).groups("")  # type: ignore[union-attr]  # it matches any text
            self.is_unused = not {"*", ">"} <= set(marks)
        if self.partial and line != BARRIER:
            text, self.partial = f"{self.partial} {text}", ""
            self.add(text)
            return True
        is_indented = line.startswith("  ") or self.capture.is_pasted
        if self.head is None or not is_indented or not self.dialect.further.match(text):
            return False
        column = len(line) - len(text.rstrip()) - (len(line) - len(line.rstrip()))
        if self.ways and not self.is_below(column, text):
            raise ValueError("a next hop that does not stand below the one it continues")
        if not self.ways:
            self.column = column
        self.add(text)
        return True

    def is_below(self, column: int, text: str) -> bool:
        """Tell whether a further next hop stands in its place.

        Some platforms leave the rank out, but not its room, and indent the next hops that resolve one.
        """
        is_via = text.startswith(("via ", "backup via ", "(recursive"))
        return self.capture.is_pasted or abs(column - self.column) <= _SLACK or (is_via and column > self.column)

    def add(self, text: str) -> None:
        if text.endswith(","):
            self.partial = text
            return
        if text not in self._cache:
            self._cache[text] = self.dialect.way(text)
        way = self._cache[text]
        if way is None:
            raise ValueError(f"next hop {text!r}")
        if self.is_unused:
            way = way._replace(is_backup=True)
        first = next((known for known in self.ways if any(known.hop)), way)
        is_other = way.preference is not None and way[1:3] != first[1:3]
        # EIGRP shares unequally, and a backup path has a rank of its own.
        if is_other and not (self.head and self.head[1] == "eigrp") and not (way.is_backup or first.is_backup):
            raise ValueError("next hop with a different preference or metric")
        if way.preference is None and any(way.hop) and bool(way.hop.address) != bool(first.hop.address):
            raise ValueError("next hop of a different kind")
        if is_other and first.preference != way.preference:
            raise ValueError("next hop with a different preference")
        bare = self.dialect.bare
        if bare is not None and way.hop.address and not way.hop.interface and self.head and self.head[1] not in bare:
            raise ValueError("next hop without an interface")
        self.ways.append(way)

    def around(self, number: int, line: str) -> bool:
        """Read a line that is not a route."""
        if self.capture.is_noise(line):
            if line.strip():
                self.end_route()
            elif self.dialect.does_blank_end_table:
                self.end_route()
                self.is_nameless = self.is_nameless or len(self.found.routes) > self.first_route
            if command := self.capture.take_command():
                self.start_command(command)
            return True
        if match := self.dialect.heading.fullmatch(line):
            groups = match.groupdict()
            if groups.get("vrf"):
                self.start_table(groups["vrf"])
            if groups.get("entries"):
                self.entries = (number, int(groups["entries"]), len(self.found.routes))
            return True
        if not LEGEND.fullmatch(line) and not self.dialect.noise.fullmatch(line):
            return False
        self.end_route()
        if line.lstrip().startswith(("Codes:", "Source Codes:")):
            self.legends += 1
            if self.legends > 1:
                raise Repeated("a second table begins and does not name its VRF", line=number, text=line)
        return True

    def start_command(self, command: str) -> None:
        """Begin the table that *command* asks for; a command for all VRFs is answered with headings."""
        asked = self.dialect.asked.search(command)
        name = asked[1] if asked else ""
        self.start_table(name if name and name not in self.dialect.every else "default")
        self.is_nameless = name in self.dialect.every

    def end_route(self) -> None:
        """Make a route of the lines read so far, and an inactive one of its backup."""
        head, self.head = self.head, None
        ways, self.ways = self.ways, []
        self.partial = ""
        if head is None:
            return
        number, protocol, place, preference, metric = head
        if not any(any(way.hop) for way in ways):
            self.found.unknown(number, "a route without a next hop")
            return
        for is_backup in (False, True):
            same = [way for way in ways if way.is_backup is is_backup and (any(way.hop) or any(way.resolved))]
            if not same:
                continue
            ranks = ((way.preference, way.metric) for way in same if way.preference is not None)
            first, second = next(ranks, (preference, metric))
            said = (hop for way in same for hop in (way.hop, way.resolved) if any(hop))
            found = hops(hop._replace(vrf="") if hop.vrf == self.vrf else hop for hop in said)
            self.found.routes.append(
                Route(self.vrf, place, protocol, found, first, second, not is_backup, self.selector)
            )

    def start_table(self, vrf: str) -> None:
        """End one table and begin that of *vrf*."""
        self.end_table()
        self.is_nameless = False
        self.first_route = len(self.found.routes)
        self.found.start_table(self.found.at)
        self.vrf = "default" if vrf in self.dialect.default_vrfs else vrf
        self.legends = 0

    def end_table(self) -> None:
        self.end_route()
        entries, self.entries = self.entries, None
        if entries is not None:
            number, announced, first = entries
            self.found.total(number, "entries", announced, len({route.prefix for route in self.found.routes[first:]}))
