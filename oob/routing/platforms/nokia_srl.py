"""Nokia SR Linux: `show network-instance <name|*> route-table [all|ipv4-unicast|ipv6-unicast] [summary]`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture, Truncated
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

COMMAND = r"(?:/ ?)?show (?:/ ?)?network-instance \S+ route-table(?: .*)?"

_TABLE = re.compile(r"IPv[46] [Uu]nicast route table of network instance (\S+) *")
_TOTAL = re.compile(r"IPv[46] routes total +: (\d+) *")
_NOISE = re.compile(r"-{5,} *|[+=|-]*\+[+=-]*|IPv[46] prefixes with active (?:ECMP )?routes *: \d+ *")
_HOP = re.compile(r"([0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)(?:/\d+)? ?\(([\w/ -]+)\)")
_INTERFACE = re.compile(r"(?:ethernet-\d+/\d+(?:/\d+)?|irb\d+|lag\d+|lo\d+|system\d+|mgmt\d+|vxlan\d+|gre\d+)\.\d+")
_FATE = re.compile(r"(?:None ?)?\(?(?:blackholed ?\[)?(blackhole|extract|broadcast|discard)[)\]]?")
# A row without an ID continues the row above.
FURTHER = re.compile(r"\|[^|]*\| *\|")
_PROTOCOLS = {
    "local": "connected", "host": "local", "static": "static", "bgp": "bgp", "ospfv2": "ospf", "ospfv3": "ospf",
    "isis": "isis", "aggregate": "aggregate", "bgp-evpn": "bgp", "arp-nd": "arp-nd", "dhcp": "dhcp", "linux": "linux",
    "gribi": "gribi", "ndk1": "ndk", "bgp-evpn-ifl-host": "bgp",
}  # fmt: skip


class _SrlReading(RowReading):
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.titles: list[str] = []
        # The cells of the current route; a cell that is too wide continues in the rows below.
        self.cells: list[list[str]] = []
        self.is_open = False
        # Second and further next hops; the announced number of routes does not count them.
        self.extra: list[Row] = []

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if line.startswith("|") and line.rstrip().endswith("|"):
            self.cells_of(number, [cell.strip() for cell in line.strip()[1:-1].split("|")])
            return True
        if match := _TABLE.fullmatch(line):
            self.start_table(match[1])
            self.is_open = True
            return True
        if match := _TOTAL.fullmatch(line):
            self.routes_due = (number, int(match[1]))
            self.finish()
            return True
        if line.startswith("+="):
            # The heading ends here: the cells are titles.
            self.titles = ["".join(cell) for cell in self.cells]
            self.cells = []
        return bool(_NOISE.fullmatch(line))

    def cells_of(self, number: int, cells: list[str]) -> None:
        if not self.is_open:
            raise ValueError("no heading names the network instance")
        # A narrow terminal breaks any cell but the number, even a prefix.
        if self.titles and cells[self.titles.index("ID")]:
            self.close_record()
        if not self.cells:
            self.begun_at = number
            self.cells = [[] for _ in cells]
        if len(cells) != len(self.cells) or (self.titles and len(cells) != len(self.titles)):
            raise ValueError("not as many cells as titles")
        for parts, cell in zip(self.cells, cells, strict=True):
            parts.append(cell)

    def end_record(self) -> None:
        """Make rows of the cells of a route."""
        cells, self.cells = self.cells, []
        if not cells or not self.titles:
            return
        values = {title.replace(" ", ""): "".join(cell) for title, cell in zip(self.titles, cells, strict=True)}
        network, _, length = values["Prefix"].partition("/")
        place = prefix(network, length)
        rank = (int(values["Pref"]), int(values["Metric"]))
        # Releases before 22 have the owner alone, which is the type of the route.
        protocol = _PROTOCOLS[(values.get("RouteType") or values["Owner"]).lower()]
        is_active = {"true": True, "false": False}[values["Active"].lower()]
        found = _hops(values["Next-hop(Type)"], values["Next-hopInterface"])
        self.rows.append(Row(place, protocol, found[0], *rank, is_active))
        self.extra.extend(Row(place, protocol, hop, *rank, is_active) for hop in found[1:])

    def finish(self) -> None:
        self.close_record()
        due, self.routes_due = self.routes_due, None
        if due:
            self.found.total(due[0], "routes", due[1], len(self.rows), since=self.table_at)
        self.is_open = False
        self.rows.extend(self.extra)
        self.extra = []
        self.end_table()
        self.found.is_ended = True

    def end_table(self) -> None:
        """End the table; without a total, it is truncated."""
        if self.is_open and self.capture.is_pasted:
            self.finish()
            return
        if self.is_open:
            self.is_open = False
            self.rows, self.cells = [], []
            raise Truncated("the table above has no number of routes, it is truncated")
        super().end_table()
        self.titles = []
        self.extra = []

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        self.cells = []


def _hops(text: str, interfaces: str) -> list[NextHop]:
    """Return the next hops of a cell; the n-th interface belongs to the n-th address."""
    interfaces = re.sub(r"\bNone\b", "", interfaces)
    if match := _FATE.fullmatch(text):
        return [NextHop("", match[1])]
    gateways = [address(match[1]) for match in _HOP.finditer(text)]
    names = _INTERFACE.findall(interfaces)
    if _HOP.sub("", text).strip() or _INTERFACE.sub("", interfaces).strip(" -"):
        raise ValueError(f"next hops {text!r} {interfaces!r}")
    if gateways and names and len(gateways) != len(names):
        raise ValueError("not as many interfaces as next hops")
    width = max(len(gateways), len(names))
    if not width:
        raise ValueError("a route without a next hop")
    pairs = zip(gateways or [""] * width, names or [""] * width, strict=True)
    return [NextHop(gateway, name) for gateway, name in pairs]


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _SrlReading(capture, found).read()
