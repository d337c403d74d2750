"""Palo Alto PAN-OS: `show routing route`, all virtual routers; `show advanced-routing route`, all logical routers.

The advanced routing engine is FRRouting; its API answers with FRRouting's own JSON.
"""

from __future__ import annotations

import re

from oob.routing.capture import Capture, Truncated
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix, protocol
from oob.routing.platforms import frr
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"show (?:routing|advanced-routing) route(?: .*)?"

_ROW = re.compile(
    r"([0-9A-Fa-f.:]+)/(\d+) +(vr \S.*?|\S+)(?: +(\d+))? +(A?[ ?]*(?:~|C|H|S|R|Oi|Oo|O1|O2|O|B)(?: ?[EM~])*)"
    r"(?: +(\d+))?(?: +([A-Za-z][\w./-]*))?(?: +(\d+))? *"
)
_ROUTER = re.compile(r"(?:(VIRTUAL)|LOGICAL) ROUTER: *(\S.*?)(?: \(id \d+\))? *", re.IGNORECASE)
_TOTAL = re.compile(r"total routes? shown: (\d+) *")
_NOISE = re.compile(
    r" *flags: .*| *O[io12]:ospf .*| *=+ *|destination +nexthop +metric +flags +age +interface +next-AS *"
)
# The advanced engine: destination, protocol, next hop, distance, metric, flags, tag, age, interface. The legend and the
# columns are those of a published technical support file.
_ADVANCED_HEADING = re.compile(
    r"destination +protocol +nexthop +distance +metric +flags?(?: +tag)?(?: +age)?(?: +interface)? *", re.IGNORECASE
)
_ADVANCED_ROW = re.compile(
    r"([0-9A-Fa-f.:]+)/(\d+) +([a-z][a-z0-9-]*)(?: +([0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*|discard|reject|drop|blackhole"
    r"|(?:vr|lr) \S+))? +(\d+) +(\d+)((?: +(?:A|E|R|Oi|Oo|O1|O2|[?*>]))*)(?: +(\d+))??"
    r"(?: +(?:\d+:\d\d:\d\d|(?:\d+[ywdhm])+|never))?(?: +([A-Za-z][\w./-]*))? *"
)
_PROTOCOLS = {
    "C": "connected", "H": "local", "S": "static", "R": "rip", "O": "ospf", "Oi": "ospf", "Oo": "ospf", "O1": "ospf",
    "O2": "ospf", "B": "bgp", "": "internal",
}  # fmt: skip


class _PanosReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.router_at = 0
        # True in a table of the advanced engine.
        self.has_distance = False

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := self.has_distance and _ADVANCED_ROW.fullmatch(line):
            if not self.router_at:
                raise ValueError("no heading names its logical router")
            self.rows.append(_advanced_row(match))
            return True
        if match := _ROW.fullmatch(line):
            if not self.router_at:
                raise ValueError("no heading names its virtual router")
            self.rows.append(_row(match))
            return True
        if match := _ROUTER.fullmatch(line):
            self.close()
            self.start_table(match[2])
            self.router_at = number
            self.has_distance = not match[1]
            return True
        if match := _TOTAL.fullmatch(line):
            self.routes_due = (number, int(match[1]))
            self.end_table()
            self.router_at = 0
            self.found.is_ended = True
            return True
        return bool(_NOISE.fullmatch(line) or (self.has_distance and _ADVANCED_HEADING.fullmatch(line)))

    def close(self) -> None:
        at, self.router_at = self.router_at, 0
        # The advanced engine of some versions prints no total.
        if at and not self.has_distance and not self.capture.is_pasted:
            self.rows = []
            text = self.capture.line(at)
            raise Truncated("this virtual router has no total, the table is truncated", line=at, text=text)

    def end_table(self) -> None:
        """End the table; without a total, it is truncated."""
        if not self.routes_due:
            self.close()
        super().end_table()


def _row(match: re.Match[str]) -> Row:
    network, length, gateway, metric, flags, _, interface, _ = match.groups()
    code = re.sub(r"[A?~EM ]", "", flags)
    return Row(
        prefix(network, length),
        _PROTOCOLS[code],
        _hop(gateway, interface or ""),
        None,
        int(metric) if metric else None,
        flags.startswith("A"),
    )


def _advanced_row(match: re.Match[str]) -> Row:
    network, length, name, gateway, preference, metric, flags, _, interface = match.groups()
    name = protocol(name)
    first, second = (None, None) if name in ("connected", "local") else (int(preference), int(metric))
    hop = _hop(gateway, interface or "") if gateway else NextHop("", interface or "")
    return Row(prefix(network, length), name, hop, first, second, "A" in flags.split())


def _hop(gateway: str, interface: str) -> NextHop:
    if gateway in ("discard", "reject", "drop", "blackhole"):
        return NextHop("", gateway)
    if gateway.startswith(("vr ", "lr ")):
        return NextHop("", interface, gateway[3:])
    gateway = address(gateway)
    return NextHop("" if gateway in ("0.0.0.0", "::") else gateway, interface)


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening == "{":
        frr.read(capture, found)
        return
    _PanosReading(capture, found).read()
