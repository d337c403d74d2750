"""MikroTik RouterOS 6 and 7: `/ip route print detail` or `terse`, likewise `/ipv6 route` and `/routing route`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"/?(?:ip(?:v6)?|routing)[ /]+route[ /]+print(?: .*)?"

# A record begins with its number or with its flags; its further lines are indented more.
_BEGIN = re.compile(r"( {0,4}\d+)? ?([A-Za-z+* ]{0,8}?)  ?(?=(?:;;;|[a-z][\w-]*=))(.*)")
_COMMENT = re.compile(r"( {0,4}\d+)? ?([A-Za-z+* ]{0,8}?)  ?;;; .*")
_PAIR = re.compile(r' *([a-z][\w-]*)=("[^"]*"|.*?)(?=\s+[a-z][\w.-]*=|\s*$)')
_FLAGS = re.compile(r"(?:Flags: |Columns: | *[A-Za-z+*] - ).*")
INDENT = ((re.compile(r"^ *(?=[a-z][\w-]*=)", re.MULTILINE), " " * 9),)
# The head of the form with columns, and a destination.
_COLUMNS = re.compile(r" *# +[A-Z]|Columns:")
_ADDRESS = re.compile(r"(?<![\w.])\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:")
_STATUS = re.compile(r"(\S+) +(reachable|unreachable|inactive|recursive)(?: +via +(.*))?")
_SIX = {"b": "bgp", "o": "ospf", "r": "rip", "m": "mme", "C": "connected", "S": "static"}
_SEVEN = {
    "c": "connected", "s": "static", "r": "rip", "b": "bgp", "o": "ospf", "i": "isis", "d": "dhcp", "v": "vpn",
    "m": "modem", "a": "ldp", "l": "ldp", "g": "slaac", "y": "bgp-mpls-vpn",
}  # fmt: skip
_FATES = ("blackhole", "unreachable", "prohibit")


class _RouterosReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.record: list[str] = []
        self.flags = ""
        self.is_continued = False
        # True from `Flags:` to the first record: a narrow terminal breaks the legend in the middle of a word.
        self.is_legend = False
        self.tables: dict[str, list[Row]] = {}

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if self.is_legend and "=" not in line and ";;;" not in line and line.strip():
            if _COLUMNS.match(line) or _ADDRESS.search(line):
                raise ValueError("the form with columns lacks the routing table; `print detail` has it")
            return not self.capture.is_noise(line)
        self.is_legend = False
        if match := _COMMENT.fullmatch(line):
            self.close_record()
            self.flags, self.begun_at = match[2], number
            self.is_continued = True
            return True
        if match := _BEGIN.fullmatch(line):
            if self.is_continued and not match[1] and not match[2].strip():
                self.record.append(match[3])
                return True
            if match[1] or match[2].strip():
                self.close_record()
                self.flags, self.record, self.begun_at = match[2], [match[3]], number
                self.is_continued = True
                return True
        if _FLAGS.fullmatch(line) and not self.record:
            self.is_legend = line.startswith("Flags:")
            return True
        if not line.strip():
            self.close_record()
            return True
        return False

    def end_record(self) -> None:
        """Make rows of a record."""
        record, flags = " ".join(self.record), self.flags
        self.record, self.flags, self.is_continued = [], "", False
        if not record.strip():
            if flags:
                raise ValueError("the record above has no route")
            return
        values = _values(record)
        network, _, length = values["dst-address"].partition("/")
        vrf = values.get("routing-mark") or values.get("routing-table") or "main"
        rank = int(values["distance"])
        is_active = "A" in flags
        place = prefix(network, length or ("128" if ":" in network else "32"))
        rows = self.tables.setdefault("default" if vrf == "main" else vrf, [])
        rows.extend(Row(place, _protocol(flags, values), hop, rank, None, is_active) for hop in _hops(values, flags))

    def end_table(self) -> None:
        """Make routes of the rows of every table."""
        self.close_record()
        tables, self.tables = self.tables, {}
        for self.vrf, self.rows in tables.items():
            super().end_table()

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        self.record, self.flags, self.is_continued = [], "", False


def _values(record: str) -> dict[str, str]:
    values: dict[str, str] = {}
    # Version 7 prints it without a value.
    if " blackhole " in f"{record} ":
        record = record.replace(" blackhole", "", 1)
        values["blackhole"] = "yes"
    at = 0
    while at < len(record.rstrip()):
        match = _PAIR.match(record, at)
        if match is None or match[1] in values:
            raise ValueError(f"{record[at:]!r} is not a value")
        values[match[1]] = match[2].strip('"')
        at = match.end()
    return values


def _protocol(flags: str, values: dict[str, str]) -> str:
    """Return the protocol of the flags: upper-case letters in version 6, lower-case ones in version 7."""
    names = _SEVEN if "immediate-gw" in values or "routing-table" in values else _SIX
    found = [names[flag] for flag in flags if flag in names]
    if len(found) == 2 and names is _SIX:
        # Version 6 marks a learnt route as static or connected beside its protocol.
        found = [name for name in found if name not in ("static", "connected")] or found[:1]
    if len(found) != 1:
        raise ValueError(f"flags {flags!r} name no protocol")
    return found[0]


def _hops(values: dict[str, str], flags: str) -> list[NextHop]:
    if values.get("type") in _FATES:
        return [NextHop("", values["type"])]
    if "blackhole" in values:
        return [NextHop("", "blackhole")]
    if not values.get("gateway"):
        raise ValueError("a route without a gateway")
    # A route that is disabled, or inactive in version 7, has no state of its gateway.
    is_unused = bool(set("XI") & set(flags))
    if "scope" not in values or not (is_unused or "gateway-status" in values or "immediate-gw" in values):
        raise ValueError("a route without scope or the state of its gateway, so one of its lines is lost")
    states = dict(_status(text) for text in values.get("gateway-status", "").split(",") if text)
    nearest = values.get("immediate-gw", "").split(",")
    gateways = values["gateway"].split(",")
    if len(nearest) != len(gateways):
        nearest = [""] * len(gateways)
    usable = [gateway for gateway in gateways if states.get(gateway, ("", True))[1]]
    return [
        _hop(gateway, near, states)
        for gateway, near in zip(gateways, nearest, strict=True)
        if gateway in usable or not usable
    ]


def _status(text: str) -> tuple[str, tuple[str, bool]]:
    match = _STATUS.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"gateway-status {text!r}")
    via = (match[3] or "").split()
    return match[1], (via[-1] if via else "", match[2] in ("reachable", "recursive"))


def _hop(gateway: str, near: str, states: dict[str, tuple[str, bool]]) -> NextHop:
    gateway, _, interface = gateway.partition("%")
    gateway, _, vrf = gateway.partition("@")
    interface = interface or near.partition("%")[2] or states.get(gateway, ("", True))[0]
    if re.fullmatch(r"[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*", gateway):
        return NextHop(address(gateway), interface, vrf)
    return NextHop("", gateway, vrf)


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _RouterosReading(capture, found).read()
