"""Huawei VRP: `display ip routing-table [vpn-instance X] [verbose]`, `display ipv6 routing-table [verbose]`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.keyed import KeyedReading
from oob.routing.normalise import prefix

COMMAND = r"dis(?:play)? +ip(?:v6)? +rou[\w-]*(?: .*)?"

_PLACE = r"(?:([0-9A-Fa-f.:]+)/(\d+))"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_ROW = re.compile(
    rf"( *)(?:{_PLACE} +)?([A-Za-z][\w-]*) +(\d+) +(\d+) +([A-Z]*) *?({_ADDRESS}) +([A-Za-z0-9][\w./:|-]*) *"
)
# A further next hop stands below the one before, and a prefix further to the left.
_FURTHER_IN = 12
FURTHER = re.compile(r"\s+(?![0-9A-Fa-f.:]+/\d+\s)\S")
_TABLE = re.compile(r"Routing Tables? *: *(\S+) *")
_TOTALS = re.compile(r"\s*(?:Summary )?Destinations *: *(\d+)\s+Routes *: *(\d+)\s*")
_NOISE = re.compile(
    r"Route Flags: .*|-{5,} *|(?:Proto: .*)|Destination/Mask +Proto +Pre +Cost +Flags +NextHop +Interface *"
    r"|\S+ Routing Table(?:'s)? Status : <.*> *|Info: It will take a long time .*"
)
# The keys of a record in the short form for IPv6; a verbose one has a state too.
_SHORT = {
    "Destination", "PrefixLength", "NextHop", "Preference", "Cost", "Protocol", "RelayNextHop", "TunnelID", "Interface",
    "Flags",
}  # fmt: skip
_PROTOCOLS = {
    "direct": "connected", "static": "static", "ospf": "ospf", "o_ase": "ospf", "o_ase2": "ospf", "o_nssa": "ospf",
    "o_nssa2": "ospf", "o_intra": "ospf", "o_inter": "ospf", "ospfv3": "ospf", "ospfv3ase": "ospf",
    "ospfv3nssa": "ospf", "isis": "isis", "isis-l1": "isis", "isis-l2": "isis", "rip": "rip", "ripng": "rip",
    "bgp": "bgp", "ebgp": "bgp", "ibgp": "bgp", "unr": "user", "vlink": "vlink", "dhcp": "dhcp",
    "inherited": "inherited",
}  # fmt: skip


def vrf_of(name: str) -> str:
    """Return the VRF of a table's name; VRP calls the default one public."""
    return "default" if name.lower() in ("public", "_public_") else name


class _VrpReading(KeyedReading):
    """The reading of one capture."""

    protocols = _PROTOCOLS

    def line(self, number: int, line: str) -> bool:
        """Read one line."""
        if match := _ROW.fullmatch(line):
            indent, network, length, name, preference, metric, flags, gateway, interface = match.groups()
            if network:
                self.place = prefix(network, length)
            elif not self.place:
                raise ValueError("a next hop without a route")
            elif len(indent) < _FURTHER_IN and not self.capture.is_pasted:
                raise ValueError("a next hop that does not stand below the one it continues")
            self.add(name, preference, metric, gateway, interface, active="D" in flags or "B" in flags)
            return True
        if match := _TABLE.fullmatch(line):
            self.start_table(vrf_of(match[1]))
            self.place = ""
            return True
        if match := _TOTALS.fullmatch(line):
            self.prefixes_due, self.routes_due = (number, int(match[1])), (number, int(match[2]))
            return True
        return bool(_NOISE.fullmatch(line)) or self.verbose(number, line)

    def end_record(self) -> None:
        """Make a row of a verbose record."""
        record, self.record = self.record, {}
        if not record:
            return
        network, _, length = record["Destination"].partition("/")
        self.place = prefix(network, length or record["PrefixLength"])
        if record.keys() <= _SHORT:
            # D is in the FIB, B a black hole.
            is_active = bool(set(record["Flags"]) & set("DB"))
        else:
            is_active = record["State"].split()[0] == "Active"
        rank = (record["Protocol"], record["Preference"], record["Cost"])
        self.add(*rank, record["NextHop"], record["Interface"], active=is_active)
        self.place = ""

    def command(self, text: str) -> None:
        """Take the VRF from the command, unless the table names it."""
        match = re.search(r" vpn-instance +(\S+)", text)
        self.vrf = match[1] if match else "default"
        self.forget()


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _VrpReading(capture, found).read()
