"""Records of `Key : value` pairs, several on a line, as Huawei and H3C print their verbose tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.normalise import address
from oob.routing.route import NextHop
from oob.routing.rows import Row, RowReading

_PAIR = re.compile(r"([A-Z][A-Za-z/ ]*?) *: ?(.*?)(?= {2,}[A-Z][A-Za-z/ ]*? *:(?: |$|[A-Z]{1,3} *$)| *$)")


class KeyedReading(RowReading):
    """Reads the tables of Huawei and H3C, a next hop a line or a record; *protocols* has our names for theirs."""

    protocols: Mapping[str, str]

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(capture, found)
        self.place = ""
        self.record: dict[str, str] = {}

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""
        self.place, self.record = "", {}

    def verbose(self, number: int, line: str) -> bool:
        """Read a line of a record."""
        found = pairs(line)
        if not found:
            return False
        if "Destination" in found:
            self.close_record()
            self.begun_at = number
        elif not self.record or self.record.keys() & found.keys():
            return False
        self.record.update(found)
        return True

    def add(self, name: str, preference: str, metric: str, gateway: str, interface: str, *, active: bool) -> None:
        """Add a next hop of the current prefix."""
        gateway = address(gateway)
        hop = NextHop("" if gateway in ("0.0.0.0", "::") else gateway, interface)
        self.rows.append(Row(self.place, self.protocols[name.lower()], hop, int(preference), int(metric), active))


def pairs(line: str) -> dict[str, str]:
    """Return the pairs of a line, none if it has anything else."""
    found: dict[str, str] = {}
    at = len(line) - len(line.lstrip())
    while at < len(line.rstrip()):
        match = _PAIR.match(line, at)
        if match is None or match[1] in found:
            return {}
        found[match[1]] = match[2].strip()
        at = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip())
    return found
