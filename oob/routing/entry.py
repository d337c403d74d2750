"""The answer of IOS and IOS-XR to the question for one prefix: `show ip route 10.1.0.0`, "Routing entry for ...".

Verification over a slow line asks for critical prefixes one by one; what comes back is the same route as in the table.
"""

from __future__ import annotations

import re

from oob.routing.capture import Capture, guard_length
from oob.routing.found import Found
from oob.routing.normalise import address, hops, prefix, protocol
from oob.routing.route import NextHop, Route

# An entry stands near the beginning or nowhere; a table of a hundred thousand routes need not be searched for one.
_HEAD_BYTES = 20_000
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_INTERFACE = r"[A-Za-z](?:[\w./:-]*\w)?"
_HEAD = re.compile(r"Routing entry for ([0-9A-Fa-f.:]+)/(\d+)(?:, supernet)? *")
_KNOWN = re.compile(r' +Known via "([a-z][\w-]*)[^"]*", distance (\d+), metric (\d+).*')
_VIA = re.compile(
    rf" +(?:\* )?({_ADDRESS})(?: \(([\w.:-]+)\))?(?:, from [^,]+)?(?:, [\w:]+ ago)?(?:, via ({_INTERFACE}))?"
    r"(, Backup.*)? *"
)
_CONNECTED = re.compile(rf" +(?:\* )?directly connected(?:, [\w:]+ ago)?, via ({_INTERFACE}) *")
_TABLE = re.compile(r"(?:VRF|Routing Table): (\S+) *")
_NONE = re.compile(r"% (?:Network|Subnet) not in table *")
# The last line of an entry of IOS-XR.
_LAST = re.compile(r" +No advertising protos\. *")
_OTHER = re.compile(
    r" +(?:Tag|Installed|Last update|Redistributing|Advertised|Routing Descriptor Blocks|Route metric|Route tag|"
    r"AS Hops|MPLS label|Total delay|Reliability|Loading|Number of|Routing protocol|Hold|type)\b.*"
)


def has_entries(capture: Capture) -> bool:
    """Tell whether the capture answers questions for single prefixes."""
    return "Routing entry for " in capture.text[:_HEAD_BYTES]


class _Reading:
    """Where in the text the reader is."""

    def __init__(self, capture: Capture, found: Found) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        # Whether every entry has a heading with its VRF, and whether one is due before the next.
        self.has_headings = False
        self.is_nameless = False
        # Where the entry begins, its prefix, and its protocol and rank once they are known.
        self.at = 0
        self.place = ""
        self.known: tuple[str, int, int] | None = None
        self.hops: list[NextHop] = []

    def read(self) -> None:
        """Read every line."""
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            try:
                guard_length(line)
                if not self.line(number, line):
                    raise ValueError("no rule understands this line")
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
                raise ValueError("no heading says which VRF it is of")
            self.at, self.place, self.known = number, prefix(match[1], match[2]), None
        elif self.capture.is_noise(line):
            if line.strip():
                self.end()
            if command := self.capture.take_command():
                self.vrf = "default"
                self.has_headings = self.is_nameless = " vrf " in command
        elif match := _TABLE.fullmatch(line):
            self.end()
            self.vrf = match[1]
            self.has_headings, self.is_nameless = True, False
        elif self.at and (match := _KNOWN.fullmatch(line)):
            self.known = (protocol(match[1]), int(match[2]), int(match[3]))
        elif self.at and (_OTHER.fullmatch(line) or _LAST.fullmatch(line)):
            return True
        elif self.at and (match := _VIA.fullmatch(line)):
            if not match[4]:
                other = "" if match[2] in (None, self.vrf) else match[2]
                self.hops.append(NextHop(address(match[1]), match[3] or "", other or ""))
        elif self.at and (match := _CONNECTED.fullmatch(line)):
            self.hops.append(NextHop("", match[1]))
        else:
            return bool(_NONE.fullmatch(line))
        return True

    def end(self) -> None:
        """Turn the entry into a route, as the table has it."""
        at, self.at = self.at, 0
        found, self.hops = self.hops, []
        if not at:
            return
        self.is_nameless = self.has_headings
        if self.known is None or not found:
            self.found.unknown(at, "an entry without protocol or next hop")
            return
        name, preference, metric = self.known
        # The table prints no rank for what is directly connected.
        is_plain = not any(hop.address for hop in found)
        rank = (None, None) if is_plain else (preference, metric)
        self.found.routes.append(Route(self.vrf, self.place, name, hops(found), *rank))


def read(capture: Capture, found: Found) -> None:
    """Put the routes of *capture* into *found*."""
    _Reading(capture, found).read()
