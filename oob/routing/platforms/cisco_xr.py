"""Cisco IOS-XR: `show route [vrf all] [ipv4|ipv6] [unicast]`, also of one prefix."""

from __future__ import annotations

import re

from oob.routing import entry
from oob.routing.capture import Capture
from oob.routing.codes import CodedWay, CodeReading, Dialect, rank
from oob.routing.found import ParsedLines
from oob.routing.normalise import address
from oob.routing.route import NextHop

COMMAND = r"sh(?:ow?)? +(?:ip(?:v[46])? +)?ro[\w-]*(?: .*)?"

_AGE = r"(?:\d+:\d\d:\d\d|\d+[ywdh]\d+[wdhm]|never)"
_INTERFACE = r"[A-Za-z](?:[\w./:-]*\w)?"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_OTHER_VRF = r"(?: \(nexthop in vrf ([^\s()]+)\))?"
_VIA = re.compile(rf"\[(\d+)/(\d+)\] via ({_ADDRESS}){_OTHER_VRF}, {_AGE}(?:, ({_INTERFACE}))?( \([!>]\))?")
_CONNECTED = re.compile(rf"(?:\[(\d+)/(\d+)\] )?is directly connected, {_AGE}, ({_INTERFACE}){_OTHER_VRF}( \([!>]\))?")
_SUMMARY = re.compile(rf"(?:is a summary|\[(\d+)/(\d+)\]), {_AGE}, ({_INTERFACE})")


def _way(text: str) -> CodedWay | None:
    if match := _VIA.fullmatch(text):
        gateway = address(match[3])
        # A discard route of BGP or a summary has no address, and XR prints that as one.
        hop = NextHop("" if gateway in ("0.0.0.0", "::") else gateway, match[5] or "", match[4] or "")
        if not any(hop):
            hop = NextHop("", gateway)
        return CodedWay(hop, int(match[1]), int(match[2]), bool(match[6]))
    if match := _CONNECTED.fullmatch(text):
        return CodedWay(NextHop("", match[3], match[4] or ""), *rank(match), is_backup=bool(match[5]))
    if match := _SUMMARY.fullmatch(text):
        return CodedWay(NextHop("", match[3]), *rank(match))
    return None


_DIALECT = Dialect(
    protocols={
        "C": "connected", "S": "static", "R": "rip", "B": "bgp", "D": "eigrp", "O": "ospf", "E": "egp", "i": "isis",
        "U": "static", "o": "odr", "L": "local", "G": "dagr", "l": "lisp", "A": "subscriber", "a": "application",
        "M": "mobile", "r": "rpl", "t": "traffic-engineering",
    },
    subtypes=frozenset(("EX", "IA", "N1", "N2", "E1", "E2", "L1", "L2", "ia", "su")),
    heading=re.compile(r"VRF: (?P<vrf>\S+) *"),
    noise=re.compile(r"Gateway of last resort is (?:not set|\S+ to network \S+) *|% No matching routes found *"),
    way=_way,
    after=r"(?:, SRv6 Endpoint \S+(?: \([^()]*\))?)?",
)  # fmt: skip


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if entry.has_entries(capture):
        entry.read(capture, found)
    else:
        CodeReading(_DIALECT, capture, found).read()
