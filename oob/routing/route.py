"""One route, the same for every platform; ages and counters never enter it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class NextHop:
    """Where packets go next: an address, an interface or both; *vrf* only where it differs from the route's."""

    address: str = ""
    interface: str = ""
    vrf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A line of a routing table. *preference* is the administrative distance (IOS) or preference (Junos)."""

    vrf: str
    prefix: str
    protocol: str
    next_hops: tuple[NextHop, ...] = ()
    preference: int | None = None
    metric: int | None = None
    active: bool = True
