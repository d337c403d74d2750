"""Palo Alto PAN-OS: `show routing route`, all virtual routers."""

from __future__ import annotations

import re

from oob.routing.capture import Capture, Truncated
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"show (?:routing|advanced-routing) route(?: .*)?"

_ROW = re.compile(
    r"([0-9A-Fa-f.:]+)/(\d+) +(vr \S.*?|\S+)(?: +(\d+))? +(A?[ ?]*(?:~|C|H|S|R|Oi|Oo|O1|O2|O|B)(?: ?[EM~])*)"
    r"(?: +(\d+))?(?: +([A-Za-z][\w./-]*))?(?: +(\d+))? *"
)
_ROUTER = re.compile(r"VIRTUAL ROUTER: (\S.*?) \(id \d+\) *")
_TOTAL = re.compile(r"total routes shown: (\d+) *")
_NOISE = re.compile(r" *flags: .*| *Oi:ospf .*| *=+ *|destination +nexthop +metric +flags +age +interface +next-AS *")
_PROTOCOLS = {
    "C": "connected", "H": "local", "S": "static", "R": "rip", "O": "ospf", "Oi": "ospf", "Oo": "ospf", "O1": "ospf",
    "O2": "ospf", "B": "bgp", "": "internal",
}  # fmt: skip


class _PanosReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.router_at = 0

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _ROW.fullmatch(line):
            if not self.router_at:
                raise ValueError("no heading names its virtual router")
            self.rows.append(_row(match))
            return True
        if match := _ROUTER.fullmatch(line):
            self.close()
            self.start_table(match[1])
            self.router_at = number
            return True
        if match := _TOTAL.fullmatch(line):
            self.routes_due = (number, int(match[1]))
            self.end_table()
            self.router_at = 0
            self.found.is_ended = True
            return True
        return bool(_NOISE.fullmatch(line))

    def close(self) -> None:
        if self.router_at and not self.capture.is_pasted:
            at, self.router_at = self.router_at, 0
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


def _hop(gateway: str, interface: str) -> NextHop:
    if gateway in ("discard", "reject", "drop"):
        return NextHop("", gateway)
    if gateway.startswith("vr "):
        return NextHop("", interface, gateway[3:])
    gateway = address(gateway)
    return NextHop("" if gateway in ("0.0.0.0", "::") else gateway, interface)


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _PanosReading(capture, found).read()
