"""Junos tables as text: brief, terse and detail below the same headline."""

from __future__ import annotations

import re

from oob.routing.capture import BARRIER, Capture, guard_length
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

_HEADLINE = re.compile(r"(\S+): (\d+) destinations?, (\d+) routes? \((\d+) active, (\d+) holddown, (\d+) hidden\) *")
_KEY = re.compile(
    r"\+ = Active Route, - = Last Active, \* = Both *|@ = Routing Use Only, # = Forwarding Use Only *"
    r"|Limit/Threshold: .*|Restart (?:Complete|Pending|Unsupported).*"
)
# The line below the tables of a logical system, and what changes to another one.
_SYSTEM_END = re.compile(r"-{5,} *")
_SYSTEM_CHANGE = re.compile(r"(?:Logical system|Tenant): \S+ *|Cleared default (?:logical system|tenant) *")
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_INTERFACE = r"[\w./:\-]*[\w*]"
_AGE = r"(?:\d+[ywd] ?)*\d+:\d\d(?::\d\d)?"
_DETAIL = r"(?:metric2?|MED|localpref|tag2?|from|validation-state:) \S+?"

# brief
# EVPN has the kind of a route behind it: `3:192.0.2.3:1::50100::192.0.2.3/248 IM`.
_KIND = r"(?: [A-Z][\w/-]{1,14})?"
_ENTRY = re.compile(
    rf"(?:([^\s\[]+?){_KIND})? *([*+\-@# ]{{0,2}})\[([\w-]+)/(-?\d+)(?:/-?\d+)?\] {_AGE}((?:, {_DETAIL})*) *"
)
_METRIC = re.compile(r", (?:metric|MED) (\d+)")
# A subscriber has its link-layer address behind the one of IP.
_HOP = re.compile(
    rf" *>? *(?:to ({_ADDRESS}|#\d+)(?: (?:[0-9a-f]{{1,2}}[:.]){{5}}[0-9a-f]{{1,2}})? )?via ({_INTERFACE})(?:, (.*))?"
)
_LOCAL = re.compile(rf" *Local(?: via ({_INTERFACE}))? *")
_FATE = re.compile(rf" *>? *({FATES})(?: via ({_INTERFACE}))? *")
_TO_TABLE = re.compile(r" *(?:> *)?to table (\S+) *")
_AS_PATH = re.compile(r" *(?:AS path: .*|validation-state: .*)")
_ALONE = re.compile(rf"([0-9A-Fa-f:.]+/\d+|[^\s>]\S*[\d)]\S*|\d\S*){_KIND} *")

# terse
_COLUMNS = re.compile(r"A (V )?Destination +P (Prf) +(Metric 1) +(Metric 2) +(Next hop) +(AS path) *")
_TERSE = re.compile(r"([*+\-@# ])(?: ([?VINU ]))? (\S+)? +([A-Z]) +(\d+)\b")
_TERSE_MORE = re.compile(r" +(?:(?:unverified|valid|invalid|unknown) *)?(>?\S+)(?: +\S.*)?")
_TERSE_STATE = re.compile(r" +(?:unverified|valid|invalid|unknown) *")
_LETTERS = {
    "A": "aggregate", "B": "bgp", "C": "ccc", "D": "connected", "E": "evpn", "G": "gmpls", "I": "isis", "K": "kernel",
    "L": "local", "M": "mpls", "O": "ospf", "P": "pim", "R": "rip", "S": "static", "T": "tunnel",
}  # fmt: skip
# Letters that two protocols share, told apart by their default preference.
_BY_PREFERENCE = {("A", 12): "access-internal", ("A", 13): "access", ("L", 9): "ldp"}

# detail and extensive
_DETAIL_HEAD = re.compile(r"(\S+) \((\d+) entr(?:y|ies), \d+ announced\) *")
_DETAIL_ENTRY = re.compile(r" +([*+\-@#]?)([A-Z][\w-]*) +Preference: (\d+)(?:/-?\d+)? *")
_DETAIL_HOP = re.compile(rf" +Next hop: (?:({_ADDRESS}) )?via ({_INTERFACE})(?:,? .*)?")
_DETAIL_LABEL = re.compile(r" +Label operation: (\S.*?) *")
_DETAIL_TYPE = re.compile(r" +Next hop type: ([\w ]+?)(?:,.*)? *")
_DETAIL_INTERFACE = re.compile(rf" +Interface: ({_INTERFACE}) *")
_DETAIL_TABLE = re.compile(r" +Next table: (\S+) *")
_DETAIL_AGE = re.compile(r" +Age: \S.*?(?:\s+Metric: (\d+))?(?:\s+Metric2: \d+)?\s*")
# Lines about advertising, in the first column.
_DETAIL_PLAIN = re.compile(
    r"(?!.*Preference:)(?:TSI|KRT|Path|Page|OSPF\w*|IS-IS|LDP|BGP|Vector|from|Advertised|Flags|Nexthop|AS path"
    r"|Communities|MED|Localpref|Statistics?)\b.*"
)
_DETAIL_OTHER = re.compile(
    r"\s+(?:[A-Z][\w./() -]*:.*|[A-Z]\w*(?: [A-Za-z]\w*)*)\s*|TSI:.*|KRT .*|Path .*|Page \d.*|\s+\S.*"
)


class _JunosReading:
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.table = self.system = ""
        # True where the next table is of a logical system that no heading has named yet.
        self.is_nameless = False
        self.totals: tuple[int, Totals, int] | None = None
        self.prefix = ""
        # The line of a destination that stands alone, until its first entry.
        self.alone_at = 0
        # The current entry: its line, protocol, preference, metric, active.
        self.entry: tuple[int, str, int, int | None, bool] | None = None
        # Entries of this table for routing or forwarding only.
        self.halves = 0
        self.hops: list[NextHop] = []
        self.columns: tuple[int, ...] = ()
        self.is_detail = False
        self.entries_due: tuple[int, int] = (0, 0)
        # In detail, the lines below "Indirect next hops" repeat the next hops.
        self.is_repeating = False
        # The age shares its line with the metric, so it has to be there.
        self.has_age = False
        self.kind = ""
        found.where = lambda: (self.vrf(), self.table)

    def read(self) -> None:
        """Read every line."""
        rules = (self.brief, self.terse, self.detail)
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            self.found.at = number
            if line == BARRIER:
                self.end_entry()
                self.prefix, self.alone_at = "", 0
                continue
            if self.alone_at and self.alone_at != number - 1:
                self.refuse(self.alone_at, "a destination without an entry")
            try:
                guard_length(line)
                if not line or any(rule(number, line) for rule in rules) or self.around(number, line):
                    continue
                self.refuse(number, "no rule recognises this line")
            except (ValueError, LookupError) as error:
                self.refuse(number, str(error))
        self.end_table()

    def vrf(self, table: str = "") -> str:
        """Return the VRF of *table*, else of the current one."""
        table = table or self.table
        return within(self.system, vrf_of(table) if table else "default")

    def refuse(self, number: int, reason: str) -> None:
        """Refuse a line; the next lines do not continue the route before it."""
        self.entry, self.hops, self.prefix, self.alone_at = None, [], "", 0
        self.found.unknown(number, reason)

    def around(self, number: int, line: str) -> bool:
        """Read a line that is not part of a route."""
        if self.capture.is_noise(line):
            if command := self.capture.take_command():
                self.end_table()
                self.system, self.is_nameless = system_of(command, self.capture.command_prompt), False
                self.found.start_table(number)
            return True
        if match := SYSTEM.fullmatch(line):
            self.end_table()
            self.system = "" if match[1] == "default" else match[1]
            self.is_nameless = False
            return True
        if _SYSTEM_END.fullmatch(line):
            self.end_table()
            self.is_nameless = True
            return True
        if _SYSTEM_CHANGE.fullmatch(line):
            return True
        return self.headline(number, line) or bool(self.table and _KEY.fullmatch(line)) or self.alone(number, line)

    # --- the three formats

    def brief(self, number: int, line: str) -> bool:
        """Read a line of `show route`."""
        if not self.table or self.is_detail or self.columns:
            return False
        if match := _ENTRY.fullmatch(line):
            self.end_entry()
            if match[1]:
                self.prefix = destination(self.table, match[1])
            self.alone_at = 0
            if not self.prefix:
                raise ValueError("an entry without a destination")
            metric = _METRIC.search(match[5])
            is_active = bool(set(match[2]) & ACTIVE)
            self.halves += bool(set(match[2]) & HALF)
            value = int(metric[1]) if metric else None
            self.entry = (number, protocol_of(match[3]), int(match[4]), value, is_active)
            return True
        if self.entry is None or not (line.startswith(" ") or self.capture.is_pasted):
            return False
        if _AS_PATH.fullmatch(line):
            return True
        hop = self.hop(line)
        if hop is not None:
            self.hops.append(hop)
        return hop is not None

    def alone(self, number: int, line: str) -> bool:
        """Read a destination that is too long to share its line."""
        match = _ALONE.fullmatch(line)
        if not self.table or self.is_detail or self.columns or not match:
            return False
        self.end_entry()
        self.prefix = destination(self.table, match[1])
        self.alone_at = number
        return True

    def hop(self, line: str) -> NextHop | None:
        """Read a next hop of the brief format."""
        if match := _HOP.fullmatch(line):
            gateway = address(match[1]) if match[1] and match[1][0] != "#" else ""
            return NextHop(gateway, match[2], label=label_of(match[3] or ""))
        if match := _LOCAL.fullmatch(line):
            return NextHop("", match[1] or "local")
        if match := _FATE.fullmatch(line):
            return NextHop("", match[2] or match[1].lower())
        if match := _TO_TABLE.fullmatch(line):
            return NextHop("", "", self.vrf(match[1]))
        return None

    def terse(self, number: int, line: str) -> bool:
        """Read a line of `show route terse`, by the columns of its heading."""
        if self.table and (match := _COLUMNS.fullmatch(line)):
            self.columns = (match.end(2), match.end(3), match.end(4), match.start(5), match.start(6))
            return True
        if not self.columns:
            return False
        if match := _TERSE.match(line):
            self.end_entry()
            if match[3]:
                self.prefix = destination(self.table, match[3])
            self.terse_entry(number, line, match)
            return True
        if self.entry is None:
            return False
        if _TERSE_STATE.fullmatch(line):
            return True
        match = _TERSE_MORE.fullmatch(line)
        if not match or match.start(1) not in (self.columns[3], self.columns[3] - 1):
            return False
        self.hops.append(self.terse_hop(match[1]))
        return True

    def terse_entry(self, number: int, line: str, match: re.Match[str]) -> None:
        rank, metric_1, metric_2, hop, _ = self.columns
        if match.end() != rank:
            raise ValueError("the columns do not stand below their heading")
        first, second = line[rank:metric_1].strip(), line[metric_1:metric_2].strip()
        for text, end in ((first, metric_1), (second, metric_2)):
            if text and not (text.isdecimal() and line[end - 1].isdecimal() and line[end : end + 1] in ("", " ")):
                raise ValueError("the columns do not stand below their heading")
        preference = int(match[5])
        name = _BY_PREFERENCE.get((match[4], preference)) or _LETTERS[match[4]]
        # For BGP, the first metric is the local preference and the second the MED.
        metric = second if match[4] in "BE" else first
        if match[4] == "E":
            metric = ""
        self.entry = (number, name, preference, int(metric) if metric else None, match[1] in ACTIVE)
        self.halves += match[1] in HALF
        # An AS path may stand where no next hop is known yet.
        if line[hop - 1 : hop + 1].strip():
            self.hops.append(self.terse_hop(line[hop - 1 :].split()[0]))

    @staticmethod
    def terse_hop(text: str) -> NextHop:
        text = text.removeprefix(">")
        if re.fullmatch(_ADDRESS, text):
            return NextHop(address(text))
        if text == "Local" or re.fullmatch(FATES, text):
            return NextHop("", text.lower())
        if not re.fullmatch(_INTERFACE, text) or text.isdecimal():
            raise ValueError(f"{text!r} is not a next hop")
        return NextHop("", text)

    def detail(self, number: int, line: str) -> bool:
        """Read a line of `show route detail` or `extensive`."""
        if self.table and (match := _DETAIL_HEAD.fullmatch(line)):
            self.end_destination()
            self.is_detail = True
            self.prefix = destination(self.table, match[1])
            self.entries_due = (number, int(match[2]))
            return True
        if not self.is_detail:
            return False
        if match := _DETAIL_ENTRY.fullmatch(line):
            self.end_entry()
            self.is_repeating = self.has_age = False
            self.kind = ""
            self.entries_due = (self.entries_due[0], self.entries_due[1] - 1)
            self.entry = (number, protocol_of(match[2]), int(match[3]), None, match[1] in ACTIVE)
            self.halves += match[1] in HALF
            return True
        is_plain = bool(_DETAIL_PLAIN.fullmatch(line))
        if not is_plain and not line.startswith((" ", "\t")):
            return False
        if self.entry is None or self.is_repeating or is_plain:
            return True
        return self.detail_value(line)

    def detail_value(self, line: str) -> bool:
        assert self.entry is not None
        if line.lstrip().startswith(("Indirect next hops:", "Indirect path forwarding")):
            self.is_repeating = True
        elif match := _DETAIL_HOP.fullmatch(line):
            self.hops.append(NextHop(address(match[1]) if match[1] else "", match[2]))
        elif (match := _DETAIL_LABEL.fullmatch(line)) and self.hops:
            self.hops[-1] = self.hops[-1]._replace(label=label_of(match[1]))
        elif match := _DETAIL_TYPE.fullmatch(line):
            self.kind = match[1]
            if re.fullmatch(FATES, match[1]) and match[1] != "Indirect":
                self.hops.append(NextHop("", match[1].lower()))
        elif (match := _DETAIL_INTERFACE.fullmatch(line)) and self.kind == "Local":
            self.hops.append(NextHop("", match[1]))
        elif match := _DETAIL_TABLE.fullmatch(line):
            self.hops.append(NextHop("", "", self.vrf(match[1])))
        elif match := _DETAIL_AGE.fullmatch(line):
            self.has_age = True
            if match[1]:
                number, name, preference, _, is_active = self.entry
                self.entry = (number, name, preference, int(match[1]), is_active)
        elif line.strip().startswith(("Next hop:", "Age:", "Next table:")):
            # Junos leaves the next hop of a local address empty.
            return line.strip() == "Next hop:" and self.kind == "Local"
        else:
            return bool(_DETAIL_OTHER.fullmatch(line))
        return True

    # --- ends

    def headline(self, number: int, line: str) -> bool:
        """Read the headline of a table."""
        match = _HEADLINE.fullmatch(line)
        if match:
            self.end_table()
            if self.is_nameless:
                raise ValueError("no heading names its logical system")
            self.table = match[1]
            self.found.start_table(number)
            self.totals = (number, Totals(*map(int, match.groups()[1:])), len(self.found.routes))
        return bool(match)

    def end_entry(self) -> None:
        """Make a route of the current entry."""
        entry, self.entry = self.entry, None
        found, self.hops = self.hops, []
        if entry is None:
            return
        number, name, preference, metric, is_active = entry
        if not found or (self.is_detail and not self.has_age):
            self.found.unknown(number, "a route without a next hop" if not found else "a route without an age")
            return
        self.found.routes.append(Route(self.vrf(), self.prefix, name, hops(found), preference, metric, is_active))

    def end_destination(self) -> None:
        self.end_entry()
        number, due = self.entries_due
        self.entries_due = (0, 0)
        if due:
            self.found.total(number, "entries more", due, 0)

    def end_table(self) -> None:
        """End the table and compare it with its headline."""
        self.end_destination()
        totals, self.totals = self.totals, None
        if totals is not None:
            totals[1].compare(self.found, totals[0], self.found.routes[totals[2] :], halves=self.halves)
        self.halves = 0
        self.table = self.prefix = ""
        self.columns = ()
        self.is_detail = False


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _JunosReading(capture, found).read()
