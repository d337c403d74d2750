"""A routing table as it was read, with the limits of that reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from oob.routing.opaque import OpaqueLine, lines_in
from oob.routing.route import Route


class Total(NamedTuple):
    """A number of routes that the device announced, and how many it printed."""

    line: int
    what: str
    announced: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """The routes of one capture, in the order printed.

    *opaque* holds the lines that no rule recognises, *totals_wrong* the announced numbers that were not met; both are
    empty unless the reading was lenient. *limits* says what the reading cannot prove.
    """

    platform: str
    routes: tuple[Route, ...]
    opaque: tuple[OpaqueLine, ...] = ()
    totals_checked: int = 0
    totals_wrong: tuple[Total, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def lines_as_text(self) -> int:
        """The number of lines that can only be compared as text."""
        return lines_in(self.opaque)

    @property
    def reservations(self) -> tuple[str, ...]:
        """List the limits of a verdict made from this table."""
        said = list(self.limits)
        if self.opaque:
            said.append(f"{self.lines_as_text} lines were not recognised, the first is line {self.opaque[0].line}")
        if self.totals_wrong:
            said.append(f"{len(self.totals_wrong)} announced totals were not met")
        return tuple(said)

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object, which `from_json` reads.

        Routes that need more than a destination to match stand apart, so that none is taken for a plain route.
        """
        return {
            "platform": self.platform,
            "routes": [route.as_json() for route in self.routes if not route.selector],
            "conditional_routes": [route.as_json() for route in self.routes if route.selector],
            "opaque": [line.as_json() for line in self.opaque],
            "totals_checked": self.totals_checked,
            "totals_wrong": [total._asdict() for total in self.totals_wrong],
            "limits": list(self.limits),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> RouteTable:
        """Return the table that `as_json` wrote, of this version or an older one."""
        rows = [*document["routes"], *document.get("conditional_routes", ())]
        opaque = document["opaque"] if "opaque" in document else document["unparsed"]
        return cls(
            platform=document["platform"],
            routes=tuple(map(Route.from_json, rows)),
            opaque=tuple(map(OpaqueLine.from_json, opaque)),
            totals_checked=document["totals_checked"],
            totals_wrong=tuple(Total(**total) for total in document["totals_wrong"]),
            limits=tuple(document.get("limits", ())),
        )
