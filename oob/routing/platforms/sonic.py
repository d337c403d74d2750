"""SONiC: `show ip route [vrf X]` of its Linux shell, which FRRouting prints, and of the management framework's CLI."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.codes import LEGEND
from oob.routing.found import ParsedLines, Repeated
from oob.routing.normalise import address, prefix
from oob.routing.platforms import frr
from oob.routing.platforms.frr import COMMAND as COMMAND
from oob.routing.platforms.frr import INDENT as INDENT
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

# Sources: the template show_ip_route_rpc.j2 of sonic-mgmt-framework, whose columns have no room between them where a
# value fills its own, and published sessions of Enterprise SONiC.
_HEADING = re.compile(r" *Destination +Gateway +Dist/Metric +(?:Last Update|Uptime) *")
_COLUMNS = re.compile(rf"^{_HEADING.pattern}$", re.MULTILINE)
# Without room in between, only a known name tells where an address ends: `E` of `Ethernet0` is a hexadecimal digit.
_INTERFACE = r"(?: +(?=[A-Za-z])|(?=Eth|PortChannel|Vlan|Loopback|Management))([A-Za-z][\w./|-]*)"
_HOP = rf"(?:Direct|via ([0-9A-Fa-f:.]+)){_INTERFACE}(?: ?\(vrf ([\w.:-]+)\))?"
_ROW = re.compile(
    rf" {{0,3}}([A-Z]?)([>*qr#b]{{0,5}}) *([0-9A-Fa-f.:]+)/(\d+) *{_HOP}(?: +|(?<=\)))(\d+)/(\d+)"
    r"(?: +(?:[\d:.]+|[\dywdhm]+|never))? *"
)
_MORE = re.compile(rf" {{4,}}[>*qr#b]? *{_HOP} *")
_NOISE = re.compile(rf"{_HEADING.pattern}|-{{5,}} *| *(?:[>*#bqr] - [\w ]+(?:, *)?)+")
# The framework prints no letter for a protocol that its template does not know, which leaves static routes.
_PROTOCOLS = {
    "K": "kernel", "C": "connected", "S": "static", "": "static", "B": "bgp", "O": "ospf", "A": "attached-host",
}  # fmt: skip


class _ColumnReading(RowReading):
    """The reading of one capture of the framework's CLI."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        # The route above, which the next line may give one more next hop.
        self.above: Row | None = None
        self.headings = 0
        self.has_marks = bool(re.search(r"^ {0,3}[A-Z]?>", capture.text, re.MULTILINE))

    def command(self, text: str) -> None:
        """Take the VRF from the command; no heading names it."""
        asked = re.search(r" vrf +(\S+)", text)
        self.vrf = asked[1] if asked else "default"
        self.headings = 0
        self.forget()

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        self.above = None

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _ROW.fullmatch(line):
            code, marks, network, length, gateway, interface, other, preference, metric = match.groups()
            name = _PROTOCOLS[code]
            is_plain = name == "connected"
            first, second = (None, None) if is_plain else (int(preference), int(metric))
            # Older versions print no marks at all.
            active = {">", "*"} <= set(marks) and "#" not in marks if self.has_marks else True
            hop = self.hop(gateway, interface, other)
            self.above = Row(prefix(network, length), name, hop, first, second, active)
            self.rows.append(self.above)
            return True
        if match := _MORE.fullmatch(line):
            if self.above is None:
                raise ValueError("a next hop without a route above")
            self.rows.append(self.above._replace(hop=self.hop(*match.groups())))
            return True
        self.forget()
        self.headings += bool(_HEADING.fullmatch(line))
        if self.headings > 1:
            raise Repeated("a second table begins and does not name its VRF", line=number, text=line)
        return bool(_NOISE.fullmatch(line) or LEGEND.fullmatch(line))

    def hop(self, gateway: str | None, interface: str, other: str | None) -> NextHop:
        return NextHop(address(gateway) if gateway else "", interface, "" if other in (None, self.vrf) else other or "")


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if _COLUMNS.search(capture.text):
        _ColumnReading(capture, found).read()
    else:
        frr.read(capture, found)
