"""Cisco SD-WAN, vEdge: `show ip routes [vpn N]`, `show ipv6 routes`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix, protocol
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"sh(?:ow?)? +ip(?:v6)? +routes(?: .*)?"

_CELL = r" +(\S+)"
# A long interface fills its column.
_ROW = re.compile(rf" *(\d+) +([0-9A-Fa-f.:]+)/(\d+){_CELL * 2} +(\S+?) *(?<=[ \w])(-|[0-9A-Fa-f.:]+){_CELL * 5} *")
_NOISE = re.compile(
    r"Codes (?:Proto-sub-type|Status flags): *| *\w\w? -> [\w-]+(?:, *\w\w? -> [\w-]+)*,? *|-{5,} *"
    # The upper line of the heading, which versions word in different ways.
    r"| *(?:PROTOCOL|NEXTHOP|ADDRESS|PATH)(?: +(?:PROTOCOL|NEXTHOP|ADDRESS|PATH))* *"
    r"| *VPN +PREFIX +PROTOCOL +SUB TYPE +IF NAME +ADDR +VPN +TLOC IP +COLOR +ENCAP +STATUS *"
)
_STATUS = frozenset("FSIBRL")


class _SdwanReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.tables: dict[str, list[Row]] = {}

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _ROW.fullmatch(line):
            vpn, network, length, name, _, interface, gateway, other, tloc, colour, encap, status = match.groups()
            flags = set() if status == "-" else set(status.split(","))
            if not flags <= _STATUS:
                raise ValueError(f"status {status!r}")
            hop = _hop(interface, gateway, "" if other in ("-", vpn) else other, (tloc, colour, encap))
            if "B" in flags:
                hop = NextHop("", "blackhole")
            if not any(hop):
                raise ValueError("a route without a next hop")
            row = Row(prefix(network, length), protocol(name), hop, None, None, "F" in flags and "I" not in flags)
            self.tables.setdefault("default" if vpn == "0" else vpn, []).append(row)
            return True
        return bool(_NOISE.fullmatch(line))

    def end_table(self) -> None:
        """Make routes of the rows of every VPN."""
        tables, self.tables = self.tables, {}
        for self.vrf, self.rows in tables.items():
            super().end_table()


def _hop(interface: str, gateway: str, vrf: str, tloc: tuple[str, str, str]) -> NextHop:
    """Return the next hop; a route of OMP leads to a TLOC: system address, colour and encapsulation."""
    if tloc[0] != "-":
        return NextHop(address(tloc[0]), "/".join(tloc[1:]), vrf)
    name = "" if interface == "-" else interface
    return NextHop("" if gateway == "-" else address(gateway), name, vrf)


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _SdwanReading(capture, found).read()
