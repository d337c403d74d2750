"""Aruba AOS-CX: `show ip route [all-vrfs]`, `show ipv6 route [all-vrfs]`, in the older and the newer form."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"

_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_INTERFACE = r"[A-Za-z0-9](?:[\w./:-]*\w)?"
# The older form: prefix and next hops on lines of their own; the oldest counts them and does not name the VRF.
_PREFIX = re.compile(r"([0-9A-Fa-f.:]+)/(\d+), +(?:vrf (\S+?)(?:, tag \d+)?|(\d+) unicast next-hops?) *")
_VIA = re.compile(rf"\s+via +(?:({_ADDRESS})(?:\[vrf (\S+)\])?|({_INTERFACE})), +\[(\d+)/(\d+)\], +([\w-]+)(?:, .*)? *")
# The newer form: a table.
_ROW = re.compile(
    rf"(?:([0-9A-Fa-f.:]+)/(\d+)|(?= ))\s+(-|{_ADDRESS})\s+(-|{_INTERFACE})\s+(-|[\w.:-]+)\s+([A-Z]+)(?:/([A-Z0-9]+))?"
    r"\s+\[(\d+)/(\d+)\]\s+(?:-|[\dywdhms:]+) *"
)
INDENT = (
    (re.compile(r"^ *via +", re.MULTILINE), " " * 8 + "via  "),
    (re.compile(rf"^ *(?=(?:-|{_ADDRESS}) +\S)", re.MULTILINE), " " * 20),
)
_VRF = re.compile(r"VRF: (\S+) *")
_TOTAL = re.compile(r"Total Route Count *: *(\d+) *")
_NOISE = re.compile(
    r"Displaying ipv[46] routes selected for forwarding *|(?:Origin|Type) Codes: .*| *[A-Z]\w? +- .*|-{5,} *"
    r"|'\[x/y\]' denotes \[distance/metric\] *|Prefix +Nexthop +Interface +VRF\(egress\) +Origin/ +Distance/ +Age *"
    r"| *Type +Metric *|No ipv[46] routes configured *"
)
_PROTOCOLS = {
    "C": "connected", "S": "static", "L": "local", "R": "rip", "B": "bgp", "O": "ospf", "D": "dhcp",
    "connected": "connected", "static": "static", "local": "local", "rip": "rip", "ripng": "rip", "bgp": "bgp",
    "ospf": "ospf", "ospfv3": "ospf", "dhcp": "dhcp",
}  # fmt: skip


class _AoscxReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        # The prefix of the next hops to come, and whether the first of them is still due.
        self.place = ""
        self.place_at = 0
        self.is_waiting = False
        # True once the prefix has a next hop: the next one has to be like it.
        self.is_continued = False
        # The line of the prefix, the number of next hops that it announces, and how many came.
        self.hops_due: tuple[int, int] | None = None
        self.hops_seen = 0
        self.is_nameless = True

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _VIA.fullmatch(line):
            if not self.place:
                raise ValueError("a next hop without a route")
            self.is_waiting = False
            self.hops_seen += 1
            gateway, vrf, interface, preference, metric, name = match.groups()
            self.add(gateway or "", interface or "", vrf or "", name, preference, metric)
            return True
        self.drop_place()
        if match := _PREFIX.fullmatch(line):
            self.end_prefix()
            if match[3] and match[3] != self.vrf:
                # The lines of several VRFs may alternate, so this is not the beginning of another table.
                self.end_table()
                self.vrf = match[3]
            self.hops_due = (number, int(match[4])) if match[4] else None
            self.place, self.place_at = prefix(match[1], match[2]), number
            self.is_waiting, self.is_continued = True, False
            return True
        if match := _ROW.fullmatch(line):
            self.row(match)
            return True
        if match := _VRF.fullmatch(line):
            self.start_table(match[1])
            self.place, self.is_nameless = "", False
            return True
        if match := _TOTAL.fullmatch(line):
            self.prefixes_due = (number, int(match[1]))
            self.end_table()
            self.place, self.is_nameless = "", True
            self.found.is_ended = True
            return True
        return bool(_NOISE.fullmatch(line))

    def drop_place(self) -> None:
        """Refuse a prefix that no next hop has followed."""
        if self.is_waiting:
            self.place, self.is_waiting, self.hops_due = "", False, None
            self.found.unknown(self.place_at, "a prefix without a next hop on the line below")

    def end_prefix(self) -> None:
        """Compare the next hops of the prefix above with the number that it announces."""
        due, self.hops_due = self.hops_due, None
        seen, self.hops_seen = self.hops_seen, 0
        if due:
            self.found.total(due[0], "unicast next hops", due[1], seen)

    def row(self, match: re.Match[str]) -> None:
        network, length, gateway, interface, egress, origin, _, preference, metric = match.groups()
        if self.is_nameless:
            raise ValueError("no heading names its VRF")
        if network:
            self.place, self.is_continued = prefix(network, length), False
        elif not self.place:
            raise ValueError("a next hop without a route")
        gateway, interface, egress = ("" if value == "-" else value for value in (gateway, interface, egress))
        self.add(gateway, interface, egress, origin, preference, metric)

    def add(self, gateway: str, interface: str, vrf: str, name: str, preference: str, metric: str) -> None:
        hop = NextHop(address(gateway) if gateway else "", interface, "" if vrf == self.vrf else vrf)
        if not any(hop):
            # Static routes that discard have neither next hop nor interface.
            hop = NextHop("", "blackhole")
        row = Row(self.place, _PROTOCOLS[name], hop, int(preference), int(metric))
        if self.is_continued and self.rows and row._replace(hop=self.rows[-1].hop) != self.rows[-1]:
            raise ValueError("next hop with a different protocol, preference or metric")
        self.is_continued = True
        self.rows.append(row)

    def end_table(self) -> None:
        """End the table."""
        self.end_prefix()
        self.drop_place()
        super().end_table()

    def command(self, text: str) -> None:
        """Take the VRF from the command, unless the table names it."""
        self.forget()
        asked = re.search(r" vrf +(\S+)", text)
        self.vrf = asked[1] if asked else "default"

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        self.hops_due, self.hops_seen = None, 0
        self.place, self.is_waiting = "", False


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _AoscxReading(capture, found).read()
