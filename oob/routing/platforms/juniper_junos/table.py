"""What all Junos formats share: the VRF of a table, the names of protocols and next hops, the announced totals."""

from __future__ import annotations

import re
from typing import NamedTuple

from oob.routing.found import Found
from oob.routing.normalise import prefix, protocol
from oob.routing.route import Route

_UNICAST = re.compile(r"(?:(.+)\.)?inet6?\.0")

# Next hops that are a fate, not a place; Junos prints them in these words.
FATES = r"Reject|Discard|Receive|MultiRecv|MultiDiscard|Indirect|Unusable|Deny"


class Totals(NamedTuple):
    """The numbers in a table's headline."""

    destinations: int
    routes: int
    active: int
    holddown: int
    hidden: int

    def compare(self, found: Found, number: int, routes: list[Route]) -> None:
        """Hold *routes*, those printed below the headline in line *number*, against it.

        Hidden routes are counted but not printed, and a held-down one may be either.
        """
        printed = len(routes)
        shown = self.routes - self.hidden
        if not shown - self.holddown <= printed < shown:
            found.total(number, "routes", shown, printed)
        found.total(number, "active routes", self.active, sum(route.active for route in routes))
        if not self.holddown and not self.hidden:
            found.total(number, "destinations", self.destinations, len({route.prefix for route in routes}))


def vrf_of(table: str) -> str:
    """Give the VRF of a table: `inet.0` is `default`, `RED.inet6.0` is `RED`, any other table is its own."""
    match = _UNICAST.fullmatch(table)
    return (match[1] or "default") if match else table


def destination(table: str, text: str) -> str:
    """Give the prefix as everyone writes it; tables of labels or VPN routes keep the text."""
    network, slash, length = text.rpartition("/")
    if not _UNICAST.fullmatch(table) and not table.endswith(("inet.3", "inet6.3")):
        return text
    if not slash:
        raise ValueError(f"{text!r} is no prefix")
    return prefix(network, length)


def protocol_of(name: str) -> str:
    """Give the one name of the protocol that Junos calls *name*."""
    return {"l-isis": "isis", "l-ospf": "ospf"}.get(name.lower(), protocol(name))
