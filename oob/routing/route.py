"""One route, the same for every platform; ages and counters never enter it.

Both are named tuples: immutable, hashable, ordered, and cheap enough for a million of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class NextHop(NamedTuple):
    """Where packets go next: an address, an interface or both; *vrf* only where it differs from the route's.

    What is thrown away has the device's word for it as interface: `Null0`, `blackhole`, `reject`, `discard`.
    """

    address: str = ""
    interface: str = ""
    vrf: str = ""

    def as_json(self) -> dict[str, str]:
        """Give the next hop as a JSON object."""
        return {"address": self.address, "interface": self.interface, "vrf": self.vrf}

    def __str__(self) -> str:
        words = [self.address, self.interface and f"({self.interface})" if self.address else self.interface]
        return " ".join(word for word in words if word) + (f" in {self.vrf}" if self.vrf else "")


class Route(NamedTuple):
    """A line of a routing table. *preference* is the administrative distance (IOS) or preference (Junos).

    *next_hops* is a set in sorted order. *preference* and *metric* are `None` where the device prints none.
    *active* tells whether the device forwards by it.
    """

    vrf: str
    prefix: str
    protocol: str
    next_hops: tuple[NextHop, ...] = ()
    preference: int | None = None
    metric: int | None = None
    active: bool = True

    def as_json(self) -> dict[str, Any]:
        """Give the route as a JSON object."""
        return {
            "vrf": self.vrf,
            "prefix": self.prefix,
            "protocol": self.protocol,
            "next_hops": [hop.as_json() for hop in self.next_hops],
            "preference": self.preference,
            "metric": self.metric,
            "active": self.active,
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Route:
        """Make a route from what `as_json` gave."""
        return cls(
            document["vrf"],
            document["prefix"],
            document["protocol"],
            tuple(NextHop(**hop) for hop in document["next_hops"]),
            document["preference"],
            document["metric"],
            document["active"],
        )

    def __str__(self) -> str:
        ranks = ("-" if rank is None else str(rank) for rank in (self.preference, self.metric))
        rank = "" if self.preference is None and self.metric is None else f" [{'/'.join(ranks)}]"
        hops = ", ".join(map(str, self.next_hops)) or "nowhere"
        return f"{self.prefix} {self.protocol}{rank} via {hops}{'' if self.active else ' (not active)'}"
