"""Nokia SR OS: `show router [NAME] route-table [ipv6]`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture, Truncated
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"(?:/)?show router (?:\S+ )?(?:service-name \S+ )?route-table(?: .*)?"

_AGE = r"(?:\d+d)?\d+[hd]\d+m(?:\d+s)?|\d+d\d+h|\d\d:\d\d:\d\d"
_FIRST = re.compile(
    rf"([0-9A-Fa-f.:]+)/(\d+)(?: ?\[[\w,]+\])? +(Local|Remote|Blackh(?:ole|\*)) +"
    rf"([\w-]+(?: VPN| (?i:mgmt)| (?i:leak))?)(?:\(\d+\))?\*? +(?:{_AGE}) +(\d+) *"
)
_SECOND = re.compile(r" {2,}(\S.*?) {2,}(\d+) *")
FURTHER = re.compile(r" {2,}\S")
_TABLE = re.compile(r"(?:IPv6 )?Route Table \((?:Router|Service): ([^)]+)\) *")
_TOTAL = re.compile(r"No\. of Routes: (\d+) *")
_NOISE = re.compile(
    r"[=-]{5,} *|Dest Prefix(?:\[Flags\])? +Type +Proto +Age +Pref *| *Next Hop(?:\[Interface Name\])? +Metric *"
    r"| *(?:Flags: *)?[A-Za-z] = .*|\* indicates that the corresponding row element may have been truncated\.? *"
    r"|[!*]*\[\] *"
)
_ADDRESS = re.compile(
    r"([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+)(?:/\d+)?(?:-\"?([\w./-]+)\"?)?(?: ?\(.*\))?(?: ?\[.*\])?"
)
# A route of another VRF on this router: `Local VRF [200:to-servers]`; a long name is cut off behind a star.
_OTHER_VRF = re.compile(r"Local VRF \[([^:\]]+):\"?([^\]\"*]+)[*\"\]]*")
_NAME = re.compile(r"([\w./:+@#&,-]+(?: [\w./:+@#&,-]+)*)(?: \[.*\])?")
_PROTOCOLS = {
    "local": "connected", "static": "static", "ospf": "ospf", "ospf3": "ospf", "isis": "isis", "rip": "rip",
    "bgp": "bgp", "bgp-vpn": "bgp", "bgp vpn": "bgp", "bgp-label": "bgp", "bgp_label": "bgp", "bgp_lab": "bgp",
    "aggregate": "aggregate",
    "aggr": "aggregate", "sub-mgmt": "subscriber", "sub mgmt": "subscriber",
    "ripng": "rip", "sub": "subscriber", "managed": "managed", "host": "local",
    "evpn-ifl": "evpn", "evpn-iff": "evpn", "direct": "connected", "ldp": "ldp", "nat": "nat", "blackhole": "blackhole",
    "arp-nd": "arp-nd", "periodic": "periodic", "tms": "tms", "vpn-leak": "vpn-leak", "vpn leak": "vpn-leak",
    "rib-api": "rib-api", "dhcp": "dhcp", "dhcpv6": "dhcp", "ipsec": "ipsec",
    "bgp-evpn": "evpn", "igmp": "igmp", "mpls": "mpls", "rsvp": "rsvp", "srv6": "srv6",
}  # fmt: skip


class _SrosReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.is_open = False
        # Prefix, protocol and preference of a route; its next hop is on the line below.
        self.first: tuple[str, str, int] | None = None
        self.first_at = 0

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _FIRST.fullmatch(line):
            self.drop_first()
            if not self.is_open:
                raise ValueError("no heading names the VRF")
            self.first_at = number
            self.first = (prefix(match[1], match[2]), _PROTOCOLS[match[4].lower()], int(match[5]))
            return True
        indented = f"  {line.lstrip()}" if self.capture.is_pasted else line
        if self.first is not None and (match := _SECOND.fullmatch(indented)):
            place, protocol, preference = self.first
            self.first = None
            self.rows.append(Row(place, protocol, _hop(match[1]), preference, int(match[2])))
            return True
        self.drop_first()
        if match := _TABLE.fullmatch(line):
            self.start_table("default" if match[1] == "Base" else match[1])
            self.is_open = True
            return True
        if match := _TOTAL.fullmatch(line):
            self.routes_due = (number, int(match[1]))
            self.end_table()
            self.found.is_ended = True
            return True
        return bool(_NOISE.fullmatch(line))

    def drop_first(self) -> None:
        """Refuse a route whose next hop is not on the line below."""
        first, self.first = self.first, None
        if first is not None:
            self.found.unknown(self.first_at, "a route without a next hop on the line below")

    def end_table(self) -> None:
        """End the table; without a total, it is truncated."""
        is_open, self.is_open = self.is_open, False
        if is_open and not self.routes_due and not self.capture.is_pasted:
            self.rows = []
            raise Truncated("the table above has no number of routes, it is truncated")
        super().end_table()

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        self.first = None


def _hop(text: str) -> NextHop:
    if text.lower().replace(" ", "") == "blackhole":
        return NextHop("", "blackhole")
    if match := _ADDRESS.fullmatch(text):
        return NextHop(address(match[1]), match[2] or "")
    if match := _OTHER_VRF.fullmatch(text):
        return NextHop("", match[2], match[1])
    if match := _NAME.fullmatch(text):
        return NextHop("", match[1])
    raise ValueError(f"next hop {text!r}")


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _SrosReading(capture, found).read()
