"""Cisco ASA and Firepower Threat Defense: `show route [all]`, `show ipv6 route`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.codes import CodedWay, CodeReading, Dialect, rank
from oob.routing.found import ParsedLines
from oob.routing.normalise import address
from oob.routing.route import NextHop

COMMAND = r"sh(?:ow?)? +(?:ipv6 +)?ro[\w-]*(?: .*)?"

_AGE = r"(?:\d+:\d\d:\d\d|\d+[ywdh]\d+[wdhm]|never)"
# Interfaces have the name that the administrator gave them.
_NAME = r"(?!(?:tunneled|\d+:\d\d:\d\d|\d+[ywdh]\d+[wdhm])$)[\w./:+-]+"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
# `names` replaces addresses; only the configuration knows which, so the name is kept.
_STANDIN = r"[A-Za-z][\w.-]*"
# A route that leads to another virtual router.
_OTHER_VRF = r"(?: \((?:nexthop in vrf )?([\w.:-]+)\))?"
_VIA = re.compile(
    rf"\[(\d+)/(\d+)\] via (?:({_ADDRESS})|({_STANDIN})){_OTHER_VRF}(?:, {_AGE})?(?:, ({_NAME}))?(?:,? tunneled)?"
)
_VIA_6 = re.compile(rf"via ({_ADDRESS})(?:, ({_NAME}))?(?:, directly connected)?")
_CONNECTED = re.compile(
    rf"(?:\[(\d+)/(\d+)\] )?is directly connected{_OTHER_VRF}(?:, {_AGE})?, ({_NAME})(?:,? tunneled)?"
)
_VPN = re.compile(rf"connected by VPN \((?:advertised|not advertised)\), ({_NAME})")
_SUMMARY = re.compile(rf"(?:is a summary|\[(\d+)/(\d+)\])(?:, {_AGE})?, (Null\d)")


def _way(text: str) -> CodedWay | None:
    if match := _VIA.fullmatch(text):
        gateway = address(match[3]) if match[3] else match[4]
        return CodedWay(NextHop(gateway, match[6] or "", match[5] or ""), int(match[1]), int(match[2]))
    if match := _VIA_6.fullmatch(text):
        gateway = address(match[1])
        return CodedWay(NextHop("" if gateway == "::" else gateway, match[2] or ""))
    if match := _VPN.fullmatch(text):
        return CodedWay(NextHop("", match[1]))
    if match := _CONNECTED.fullmatch(text):
        return CodedWay(NextHop("", match[4], match[3] or ""), *rank(match))
    if match := _SUMMARY.fullmatch(text):
        return CodedWay(NextHop("", match[3]), *rank(match))
    return None


_DIALECT = Dialect(
    protocols={
        "C": "connected", "LC": "connected", "S": "static", "SI": "static", "R": "rip", "M": "mobile", "B": "bgp",
        "BI": "bgp", "D": "eigrp", "O": "ospf", "OI": "ospf", "OE1": "ospf", "OE2": "ospf", "ON1": "ospf",
        "ON2": "ospf", "i": "isis", "V": "vpn", "U": "static", "o": "odr", "P": "static", "L": "local",
    },
    subtypes=frozenset(("EX", "IA", "N1", "N2", "E1", "E2", "L1", "L2", "ia", "su")),
    heading=re.compile(r"Routing Table: (?P<vrf>\S+) *|IPv6 Routing Table -(?: \S+ -)? (?P<entries>\d+) entries *"),
    noise=re.compile(r"Gateway of last resort is (?:not set|\S+ to network \S+) *"),
    # BGP knows the next hop only; other routes have an interface, so one without it is truncated.
    bare=frozenset(("bgp",)),
    way=_way,
    name=_STANDIN,
)  # fmt: skip


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    CodeReading(_DIALECT, capture, found).read()
