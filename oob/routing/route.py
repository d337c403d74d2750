"""One route, the same for every platform, without ages and counters.

Both types are named tuples: immutable, hashable, ordered, and cheap enough for a million of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

# The share of a next hop that NHRP sets in place of the route's own while traffic flows.
OVERRIDE = "override"
# The selector of the routes of one virtual firewall, where a text has the tables of several.
VDOM = "vdom "


class NextHop(NamedTuple):
    """The next hop of a packet: an address, an interface or both; *vrf* only where it differs from the route's.

    A discarding route has the device's word for it as interface: `Null0`, `blackhole`, `reject`, `discard`. *label* is
    the label stack or segment list that the packet gets; *share* the weight or priority, where members differ in it.
    """

    address: str = ""
    interface: str = ""
    vrf: str = ""
    label: str = ""
    share: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the next hop as a JSON object; *label* and *share* only where they are known."""
        document = {"address": self.address, "interface": self.interface, "vrf": self.vrf}
        if self.label:
            document["label"] = self.label
        if self.share:
            document["share"] = self.share
        return document

    def __str__(self) -> str:
        words = [self.address, self.interface and f"({self.interface})" if self.address else self.interface]
        words += [f"in {self.vrf}" if self.vrf else "", f"label {self.label}" if self.label else "", self.share]
        return " ".join(word for word in words if word)


class Route(NamedTuple):
    """One route of a routing table. *preference* is the administrative distance (IOS) or preference (Junos).

    *next_hops* is a set in sorted order. *preference* and *metric* are `None` where the device prints none. *active*
    tells whether the device forwards by it. *selector* is what must hold besides the destination: `from 10.1.0.0/16`.
    """

    vrf: str
    prefix: str
    protocol: str
    next_hops: tuple[NextHop, ...] = ()
    preference: int | None = None
    metric: int | None = None
    active: bool = True
    selector: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the route as a JSON object; *selector* only where there is one."""
        document: dict[str, Any] = {
            "vrf": self.vrf,
            "prefix": self.prefix,
            "protocol": self.protocol,
            "next_hops": [hop.as_json() for hop in self.next_hops],
            "preference": self.preference,
            "metric": self.metric,
            "active": self.active,
        }
        if self.selector:
            document["selector"] = self.selector
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Route:
        """Return the route that `as_json` wrote."""
        return cls(
            document["vrf"],
            document["prefix"],
            document["protocol"],
            tuple(NextHop(**hop) for hop in document["next_hops"]),
            document["preference"],
            document["metric"],
            document["active"],
            document.get("selector", ""),
        )

    @property
    def table(self) -> tuple[str, bool, str]:
        """The table that holds the route: its VRF, whether it is of IPv6, its virtual firewall."""
        return (self.vrf, ":" in self.prefix, self.selector if self.selector.startswith(VDOM) else "")

    @property
    def serves_all(self) -> bool:
        """Tell whether the device forwards every packet to the prefix by this route."""
        return self.active and not self.selector

    @property
    def rank(self) -> str:
        """The preference and metric as text, empty where the device prints neither."""
        if self.preference is None and self.metric is None:
            return ""
        return f"[{'/'.join('-' if value is None else str(value) for value in (self.preference, self.metric))}]"

    @property
    def destination(self) -> str:
        """The prefix with what else selects the route."""
        return f"{self.prefix} {self.selector}" if self.selector else self.prefix

    def __str__(self) -> str:
        hops = ", ".join(map(str, self.next_hops)) or "nowhere"
        words = (self.destination, self.protocol, self.rank, f"via {hops}", "" if self.active else "(not active)")
        return " ".join(filter(None, words))
