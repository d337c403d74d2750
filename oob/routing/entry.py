"""The answer of IOS and IOS-XR for one prefix: `show ip route 10.1.0.0`, "Routing entry for ...".

Verification over a slow line asks for critical prefixes one by one; each answer gives the same route as the table.
"""

from __future__ import annotations

import re

from oob.routing.capture import Capture, guard_length
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, hops, prefix, protocol
from oob.routing.route import NextHop, Route

# An entry stands near the beginning or nowhere, so a table of a hundred thousand routes is not searched for one.
_HEAD_BYTES = 20_000
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_INTERFACE = r"[A-Za-z](?:[\w./:-]*\w)?"
_HEAD = re.compile(r" *Routing entry for ([0-9A-Fa-f.:]+)/(\d+)(?:, supernet)? *")
_KNOWN = re.compile(r' *Known via "([a-z][\w-]*)[^"]*", distance (\d+), metric (\d+).*')
_VIA = re.compile(
    rf" *(?:\* )?({_ADDRESS})(?: \(([\w.:-]+)\))?(?:, from [^,]+)?(?:, [\w:]+ ago)?(?:, via ({_INTERFACE}))?"
    r"(?:, Protected)?(?:, BGP (?:multi path|external))?(?:, (?:merge|isis)-\w+)*(, Backup.*|, BGP backup path)? *"
)
_CONNECTED = re.compile(rf" *(?:\* )?directly connected(?:, [\w:]+ ago)?, via ({_INTERFACE}) *")
# The number of paths of an IPv6 route of IOS, and the title of their list.
_COUNT = re.compile(r" *Route count is (\d+)/\d+, share count \d+ *")
_PATHS = re.compile(r" *Routing paths: *")
_PATH = re.compile(
    rf" *(?:({_ADDRESS})(?:%([\w.:-]+))?(?:, ({_INTERFACE}))?(?:%[\w.:-]+)?(?:, (?:in)?directly connected)?"
    rf"|(?:directly connected|receive) via ({_INTERFACE})) *"
)
_TABLE = re.compile(r"(?:VRF|Routing Table): (\S+) *")
_NONE = re.compile(r"% (?:(?:Network|Subnet) not in table|Route not found) *")
# The last line of an entry of IOS-XR.
_LAST = re.compile(r" *No advertising protos\. *")
_OTHER = re.compile(
    r" *(?:Tag|Installed|Last updated?|Update|From|Redistributing|Redist Advertisers|Advertised|"
    r"Routing Descriptor Blocks|Route metric|Route tag|AS Hops|MPLS|SR Incoming Label|Local Label|Label|"
    r"Binding Label|Prefix-SID|SRv6|Tunnel ID|Repair Path|Repair Node|Backup path|Path|Next hop|Nexthop in Vrf|NHID|"
    r"Extended communities|opaque_ptr|Flags|"
    r"recursive|Connector|Total delay|Reliability|Loading|Number of|Routing protocol|Hold|type)\b.*"
    r"| +[\w-]+(?:/\d+)? \(protoid=.*"
)


def has_entries(capture: Capture) -> bool:
    """Tell whether the capture answers questions for single prefixes."""
    return "Routing entry for " in capture.text[:_HEAD_BYTES]


class _EntryReading:
    """The reading of one capture."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        # True where every entry has a heading with its VRF, and where the next entry needs one.
        self.has_headings = False
        self.is_nameless = False
        # The first line of the entry, its prefix, and its protocol and rank once they are known.
        self.at = 0
        self.place = ""
        self.known: tuple[str, int, int] | None = None
        self.has_paths = False
        self.paths_due: tuple[int, int] | None = None
        self.hops: list[NextHop] = []

    def read(self) -> None:
        """Read every line."""
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            self.found.at = number
            try:
                guard_length(line)
                if not self.line(number, line):
                    raise ValueError("no rule recognises this line")
            except (LookupError, ValueError) as error:
                self.at, self.hops = 0, []
                self.found.unknown(number, str(error))
        self.end()

    def line(self, number: int, line: str) -> bool:
        if line:
            self.found.is_ended = bool(_LAST.fullmatch(line) or _NONE.fullmatch(line))
        if match := _HEAD.fullmatch(line):
            self.end()
            if self.is_nameless:
                raise ValueError("no heading names its VRF")
            self.at, self.place, self.known, self.has_paths = number, prefix(match[1], match[2]), None, False
        elif self.capture.is_noise(line):
            if line.strip():
                self.end()
            if command := self.capture.take_command():
                # XR prints a heading where it is asked for all VRFs; IOS does for one, too.
                asked = re.search(r" vrf +(\S+)", command)
                self.vrf = asked[1] if asked and asked[1] not in ("all", "*") else "default"
                self.has_headings = self.is_nameless = bool(asked) and self.vrf == "default"
        elif match := _TABLE.fullmatch(line):
            self.end()
            self.vrf = match[1]
            self.has_headings, self.is_nameless = True, False
        elif self.at and (match := _KNOWN.fullmatch(line)):
            self.known = (protocol(match[1]), int(match[2]), int(match[3]))
        elif self.at and (match := _COUNT.fullmatch(line)):
            self.paths_due = (number, int(match[1]))
        elif self.at and _PATHS.fullmatch(line):
            self.has_paths = True
        elif self.at and (_OTHER.fullmatch(line) or _LAST.fullmatch(line)):
            return True
        elif self.at and self.has_paths and (match := _PATH.fullmatch(line)):
            self.add(match[1] or "", match[3] or match[4] or "", match[2])
        elif self.at and (match := _VIA.fullmatch(line)):
            if not match[4]:
                self.add(match[1], match[3] or "", match[2])
        elif self.at and (match := _CONNECTED.fullmatch(line)):
            self.add("", match[1])
        else:
            return bool(_NONE.fullmatch(line))
        return True

    def add(self, gateway: str, interface: str, vrf: str | None = None) -> None:
        other = "" if vrf in (None, self.vrf) else vrf or ""
        self.hops.append(NextHop(address(gateway) if gateway else "", interface, other))

    def end(self) -> None:
        """Make a route of the entry, as the table has it."""
        at, self.at = self.at, 0
        found, self.hops = self.hops, []
        paths_due, self.paths_due = self.paths_due, None
        if not at:
            return
        if paths_due:
            self.found.total(paths_due[0], "paths", paths_due[1], len(found))
        self.is_nameless = self.has_headings
        if self.known is None or not found:
            self.found.unknown(at, "an entry without protocol or next hop")
            return
        name, preference, metric = self.known
        # The table prints no rank for directly connected routes, except IPv6 on IOS.
        is_plain = not self.has_paths and not any(hop.address for hop in found)
        rank = (None, None) if is_plain else (preference, metric)
        self.found.routes.append(Route(self.vrf, self.place, name, hops(found), *rank))


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _EntryReading(capture, found).read()
