"""Ruckus ICX and Brocade FastIron: `show ip route [vrf X]`, `show ipv6 route [vrf X]`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines, Repeated
from oob.routing.normalise import MASKS, address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"

_PORT = r"(-|[A-Za-z][\w-]*(?: [\w/]+)?)"
_AGE = r"(?:-|(?:\d+[ywdhms])+|\d+:\d\d:\d\d)"
# A further next hop has no number, but its destination again.
_ROW = re.compile(
    rf" *(?:(\d+) +)?(\d+\.\d+\.\d+\.\d+)/(\d+) +(\S+) +{_PORT} +(\d+)/(\d+) +([A-Za-z]\w{{0,2}})"
    rf"(?: +{_AGE})?(?: +(\S+))? *"
)
_ROW_6 = re.compile(
    rf" *([A-Z]\w{{0,2}}) +([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/(\d+) +(\S+) +{_PORT} +(\d+)/(\d+)"
    rf"(?: +{_AGE})?(?: +(\S+))? *"
)
# Older versions print a netmask, and a cost without the distance.
_ROW_MASK = re.compile(
    r" *(?:(\d+) +)?(\d+\.\d+\.\d+\.\d+) +(\d+\.\d+\.\d+\.\d+) +(\S+) +"
    r"(-|\d+(?:/\d+){0,2}|[A-Za-z][\w-]*(?: [\w/]+)?) +(\d+) +\*?([A-Za-z]\w{0,2}) *"
)
_TOTAL = re.compile(r"Total number of IP routes: *(\d+)(?:, *avail: *\d+.{0,40})? *")
_TOTAL_6 = re.compile(r"IPv6 Routing Table - (\d+) entries:? *")
_VRF = re.compile(r'IP(?:v6)? Routing Table for VRF "?([\w.-]+)"? *')
# Legends by their words: `B:BGP D:Connected`, `Type Codes: C - Connected, S - Static`.
_LEGEND = r"[\w ]{0,20}Codes? *[:-] .{0,160}|(?:Start index: *\d+ +)?(?:[\w*]{1,2} ?: ?[A-Za-z][\w-]* *){2,}.{0,40}"
_NOISE = re.compile(
    rf"{_LEGEND}| *Destination +(?:NetMask +)?Gateway +Port +Cost +Type(?: +Uptime)?(?: +src-vrf)? *"
    r"| *Type +IPv6 Prefix +Next Hop Router +Interface +Dis/Metric(?: +Uptime)?(?: +src-vrf)? *"
    # The last column of a row that is too wide.
    r"| *- *"
)
_PROTOCOLS = {
    "B": "bgp", "D": "connected", "C": "connected", "I": "isis", "O": "ospf", "R": "rip", "S": "static", "L": "local",
}  # fmt: skip


class _IcxReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.has_total = False

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _ROW.fullmatch(line):
            index, network, length, gateway, port, preference, metric, code, vrf = match.groups()
            place = prefix(network, length)
            if not index and not (self.rows and self.rows[-1].prefix == place):
                raise ValueError("a next hop without a route")
            self.add(place, code, gateway, port, (preference, metric), vrf)
            return True
        if match := _ROW_MASK.fullmatch(line):
            index, network, mask, gateway, port, metric, code = match.groups()
            place = prefix(network, MASKS[mask])
            if not index and not (self.rows and self.rows[-1].prefix == place):
                raise ValueError("a next hop without a route")
            self.add(place, code, gateway, port, (None, metric), None)
            return True
        if match := _VRF.fullmatch(line):
            self.start_table("default" if match[1] == "default-vrf" else match[1])
            self.has_total = False
            return True
        if match := _ROW_6.fullmatch(line):
            code, network, length, gateway, port, preference, metric, vrf = match.groups()
            self.add(prefix(network, length), code, gateway, port, (preference, metric), vrf)
            return True
        if match := _TOTAL.fullmatch(line) or _TOTAL_6.fullmatch(line):
            if self.has_total:
                raise Repeated("a second table begins and does not name its VRF", line=number, text=line)
            self.has_total = True
            self.prefixes_due = (number, int(match[1]))
            return True
        return bool(_NOISE.fullmatch(line))

    def add(
        self, place: str, code: str, gateway: str, port: str, rank: tuple[str | None, str], vrf: str | None
    ) -> None:
        """Add a next hop of *place*."""
        is_direct = gateway.upper() == "DIRECT" or gateway in ("::", "0.0.0.0")
        other = "" if vrf in (None, "-", self.vrf) else vrf or ""
        hop = NextHop("" if is_direct else address(gateway), "" if port == "-" else port, other)
        if not any(hop):
            raise ValueError("a route without a next hop")
        self.rows.append(Row(place, _PROTOCOLS[code[0]], hop, int(rank[0]) if rank[0] else None, int(rank[1])))

    def command(self, text: str) -> None:
        """Take the VRF from the command: the table does not name it."""
        asked = re.search(r" vrf +(\S+)", text)
        self.vrf = asked[1] if asked and asked[1] != "default-vrf" else "default"
        self.has_total = False


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _IcxReading(capture, found).read()
