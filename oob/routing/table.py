"""A routing table as it was read, and what is to be known of the reading before a verdict is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from oob.routing.route import Route


class Unparsed(NamedTuple):
    """A line that no rule understands; only a lenient reading lets one pass."""

    line: int
    text: str
    reason: str


class Total(NamedTuple):
    """A number of routes that the device announced, and how many were printed."""

    line: int
    what: str
    announced: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """The routes of one capture, in the order printed.

    *totals_checked* says how many announced numbers of routes were compared with what is there;
    *unparsed* and *totals_wrong* are empty unless the reading was lenient.
    """

    platform: str
    routes: tuple[Route, ...]
    unparsed: tuple[Unparsed, ...] = ()
    totals_checked: int = 0
    totals_wrong: tuple[Total, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether every line was understood and every announced total met."""
        return not self.unparsed and not self.totals_wrong

    @property
    def reservations(self) -> tuple[str, ...]:
        """Say what a verdict made from this table has to admit."""
        said = []
        if self.unparsed:
            said.append(f"{len(self.unparsed)} lines were not understood, the first is line {self.unparsed[0].line}")
        if self.totals_wrong:
            said.append(f"{len(self.totals_wrong)} announced totals were not met")
        return tuple(said)

    def as_json(self) -> dict[str, Any]:
        """Give the table as a JSON object, which `from_json` reads back."""
        return {
            "platform": self.platform,
            "routes": [route.as_json() for route in self.routes],
            "unparsed": [line._asdict() for line in self.unparsed],
            "totals_checked": self.totals_checked,
            "totals_wrong": [total._asdict() for total in self.totals_wrong],
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> RouteTable:
        """Make a table from what `as_json` gave."""
        return cls(
            platform=document["platform"],
            routes=tuple(map(Route.from_json, document["routes"])),
            unparsed=tuple(Unparsed(**line) for line in document["unparsed"]),
            totals_checked=document["totals_checked"],
            totals_wrong=tuple(Total(**total) for total in document["totals_wrong"]),
        )
