"""The change of one route from a table to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from oob.routing.route import Route


class Kind(StrEnum):
    """The change of a route."""

    LOST = "lost"
    GAINED = "gained"
    PROTOCOL = "protocol or preference changed"
    NEXT_HOP = "next hop changed"
    MEMBER_LOST = "ECMP member lost"
    MEMBER_GAINED = "ECMP member gained"
    LABEL = "label changed"
    SHARE = "share of traffic changed"
    METRIC = "metric changed"
    ACTIVE = "active changed"


class Change(NamedTuple):
    """One route before and after; one of them is `None` for a route that was lost or gained."""

    kind: Kind
    before: Route | None
    after: Route | None

    @property
    def route(self) -> Route:
        """The route as it is now, or as it was before it was lost."""
        route = self.after or self.before
        assert route is not None
        return route

    def as_json(self) -> dict[str, Any]:
        """Return the change as a JSON object."""
        before, after = (route and route.as_json() for route in (self.before, self.after))
        return {"kind": self.kind.value, "before": before, "after": after}

    def __str__(self) -> str:
        before, after = self.before, self.after
        if before is None or after is None:
            was = "was " if after is None else ""
            return f"{self.route.destination} {self.kind}, {was}{_way(self.route)}"
        return f"{self.route.destination}: {', '.join(_aspects(before, after))}"


def _way(route: Route) -> str:
    hops = ", ".join(map(str, route.next_hops)) or "nowhere"
    words = (route.protocol, route.rank, f"via {hops}", "" if route.active else "(not active)")
    return " ".join(filter(None, words))


def _aspects(before: Route, after: Route) -> list[str]:
    """List the values of a route that changed, each with the old one and the new one."""
    said = []
    if before.protocol != after.protocol:
        said.append(f"protocol {before.protocol} became {after.protocol}")
    if before.next_hops != after.next_hops:
        had, has = set(before.next_hops), set(after.next_hops)
        lost, gained = (", ".join(map(str, sorted(hops))) for hops in (had - has, has - had))
        if lost and gained:
            said.append(f"next hop {lost} became {gained}")
        else:
            said.append(f"ECMP member {lost or gained} {'lost' if lost else 'gained'}")
    for name, old, new in (
        ("preference", before.preference, after.preference),
        ("metric", before.metric, after.metric),
    ):
        if old != new:
            said.append(f"{name} {'none' if old is None else old} became {'none' if new is None else new}")
    if before.active != after.active:
        said.append("now active" if after.active else "no longer active")
    return said
