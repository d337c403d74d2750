"""HPE Comware (H3C): `display ip routing-table [vpn-instance X] [verbose]`, `display ipv6 routing-table`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines, Repeated
from oob.routing.keyed import KeyedReading
from oob.routing.normalise import address, prefix
from oob.routing.route import NextHop
from oob.routing.rows import Row

COMMAND = r"dis(?:play)? +ip(?:v6)? +rou[\w-]*(?: .*)?"

_ROW = re.compile(
    r"(?:(\d+\.\d+\.\d+\.\d+)/(\d+) +| {16,})(?:([A-Za-z][\w-]*) +(\d+) +(\d+) +|(?= {8}) *)"
    r"(\d+\.\d+\.\d+\.\d+) +([A-Za-z0-9][\w./:-]*) *"
)
FURTHER = re.compile(r"\s{10,}\S|\s+[A-Z][A-Za-z ]*: ")
INDENT = ((re.compile(r"^ *(?=\d+\.\d+\.\d+\.\d+ +[A-Za-z][\w./:-]* *$)", re.MULTILINE), " " * 40),)
_TOTALS = re.compile(r"\s*Destinations *: *(\d+)\s+Routes *: *(\d+)\s*")
_TABLE = re.compile(r"(?:Routing Tables?|VPN[ -][Ii]nstance(?: name)?) *: *(\S+)(?: instance)? *")
_NOISE = re.compile(r"Destination/Mask +Proto +Pre +Cost +NextHop +Interface *|Summary count *: *\d+ *")
# The keys of a record in the short form for IPv6, active routes alone; a verbose one has a state too.
_SHORT = {"Destination", "Protocol", "NextHop", "Preference", "Interface", "Cost"}
_PROTOCOLS = {
    "direct": "connected", "static": "static", "ospf": "ospf", "o_ase": "ospf", "o_ase1": "ospf", "o_ase2": "ospf",
    "o_nssa": "ospf", "o_nssa1": "ospf", "o_nssa2": "ospf", "o_intra": "ospf", "o_inter": "ospf", "o_suminter": "ospf",
    "o_sumextra": "ospf", "ospfv3": "ospf", "isis": "isis", "is_l1": "isis", "is_l2": "isis", "i_l1": "isis",
    "i_l2": "isis", "i_ia": "isis", "rip": "rip", "ripng": "rip", "bgp": "bgp", "bgp4+": "bgp", "ebgp": "bgp",
    "ibgp": "bgp", "guard": "guard", "dhcp": "dhcp", "eigrp": "eigrp", "ospf_ase": "ospf",
}  # fmt: skip


class _ComwareReading(KeyedReading):
    """The reading of one capture."""

    protocols = _PROTOCOLS

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        # True once the table of this command, or of this heading, has begun.
        self.is_begun = False
        self.rank: tuple[str, str, str] | None = None
        self.column = 0
        # Backup next hops; the totals do not count them.
        self.backups: list[Row] = []

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _ROW.fullmatch(line):
            self.row(match)
            return True
        if match := _TABLE.fullmatch(line):
            self.is_begun = False
            self.start_table("default" if match[1].lower() == "public" else match[1])
            return True
        if match := _TOTALS.fullmatch(line):
            if self.is_begun:
                raise Repeated("a second table begins and does not name its VRF", line=number, text=line)
            self.is_begun = True
            self.prefixes_due, self.routes_due = (number, int(match[1])), (number, int(match[2]))
            return True
        return bool(_NOISE.fullmatch(line)) or self.verbose(number, line)

    def row(self, match: re.Match[str]) -> None:
        """Read a line of the table; a further next hop leaves out the columns that it shares with the one above."""
        network, length, name, preference, metric, gateway, interface = match.groups()
        if network:
            self.place = prefix(network, length)
            self.rank = None
        if name:
            self.rank = (name, preference, metric)
        if not self.place or self.rank is None or (network and not name):
            raise ValueError("a next hop without a route")
        if not network and match.start(6) != self.column and not self.capture.is_pasted:
            raise ValueError("a next hop that does not stand below the one it continues")
        self.column = match.start(6)
        self.add(*self.rank, gateway, interface, active=True)

    def end_record(self) -> None:
        """Make a row of a record."""
        record, self.record = self.record, {}
        if not record:
            return
        network, _, length = record["Destination"].partition("/")
        self.place = prefix(network, length)
        rank = (record["Protocol"], record["Preference"], record["Cost"])
        is_active = record.keys() <= _SHORT or record["State"].split()[0] == "Active"
        # Version 7 has the learnt next hop and the next hop that resolves it; the table has the former.
        gateway = record["NextHop"] if "NextHop" in record else record["OrigNextHop"]
        self.add(*rank, gateway, record["Interface"], active=is_active)
        if record.get("BkNextHop", "N/A") != "N/A":
            hop = NextHop(address(record["BkNextHop"]), record["BkInterface"])
            self.backups.append(self.rows[-1]._replace(hop=hop, active=False))
        self.place = ""

    def end_table(self) -> None:
        """End the table."""
        super().end_table()
        backups, self.backups = self.backups, []
        self.found.routes.extend(self._joined(backups))

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        super().forget()
        self.rank = None

    def command(self, text: str) -> None:
        """Take the VRF from the command: the table does not name it."""
        match = re.search(r" vpn-instance +(\S+)", text)
        self.vrf = match[1] if match else "default"
        self.is_begun = False
        self.forget()


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _ComwareReading(capture, found).read()
