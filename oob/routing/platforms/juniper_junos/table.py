"""Shared by all Junos formats: the VRF of a table, the names of protocols and next hops, the announced totals."""

from __future__ import annotations

import re
from typing import NamedTuple

from oob.routing.found import ParsedLines
from oob.routing.normalise import prefix, protocol
from oob.routing.route import Route

_UNICAST = re.compile(r"(?:(.+)\.)?inet6?\.0")

# Next hops without a place: the words of Junos for discarding and the like.
FATES = (
    r"Reject|Discard|Receive|MultiRecv|MultiDiscard|Indirect|Unusable|Deny|Fictitious|Private unicast|Hold|Flood"
    r"|Software|Composite"
)


class Totals(NamedTuple):
    """The numbers in a table's headline."""

    destinations: int
    routes: int
    active: int
    holddown: int
    hidden: int

    def compare(self, found: ParsedLines, number: int, routes: list[Route], *, halves: int = 0, slack: int = 0) -> None:
        """Compare *routes*, printed below the headline in line *number*, with its numbers.

        Hidden routes are counted but not printed; a held-down one may be either. *halves* counts the active routes that
        are for routing or forwarding only: Junos counts one of them or both. *slack* counts entries kept as text.
        """
        printed = len(routes)
        shown = self.routes - self.hidden
        if not shown - self.holddown <= printed < shown:
            found.total(number, "routes", shown, printed, slack=slack)
        active = sum(route.active for route in routes)
        if not active < self.active <= active + halves:
            found.total(number, "active routes", self.active, active, slack=slack)
        if not self.holddown and not self.hidden:
            prefixes = len({route.prefix for route in routes})
            found.total(number, "destinations", self.destinations, prefixes, slack=slack)


# `#` is what the device forwards by while another route, `@`, is the route that it routes by.
ACTIVE = frozenset("*+#")
HALF = frozenset("@#")


def vrf_of(table: str) -> str:
    """Return the VRF of a table: `inet.0` is `default`, `RED.inet6.0` is `RED`, any other table is its own."""
    match = _UNICAST.fullmatch(table)
    return (match[1] or "default") if match else table


# The heading of `show route logical-system all`, and the line below the tables of each.
SYSTEM = re.compile(r"\s*(?:logical-system|tenant): (\S+)\s*")
_ASKED_SYSTEM = re.compile(r" (?:logical-system|tenant) +(?!all\b)(\S+)")
# `set cli logical-system R1` puts the name behind that of the router: `user@r1:R1> `.
_PROMPT_SYSTEM = re.compile(r"[^@\s]+@[\w.-]+:([\w-]+)[>#%]? ?")


def system_of(command: str, prompt: str) -> str:
    """Return the logical system that *command* asks at *prompt*, empty for the router's own."""
    match = _ASKED_SYSTEM.search(command) or _PROMPT_SYSTEM.fullmatch(prompt)
    return "" if match is None or match[1] == "default" else match[1]


def within(system: str, vrf: str) -> str:
    """Return the name of a VRF of a logical system, as Junos writes it: `R1/RED`."""
    return f"{system}/{vrf}" if system else vrf


def label_of(text: str) -> str:
    """Return a label operation, `Push 17, Push 299840(top)`, or an SRv6 SID in one spelling; else nothing."""
    words = " ".join(text.split())
    return words if re.match(r"(?:Push|Swap|Pop|SRv6 SID)\b", words) else ""


def destination(table: str, text: str) -> str:
    """Return the prefix in its canonical form; tables of labels or VPN routes keep the text."""
    network, slash, length = text.rpartition("/")
    if not _UNICAST.fullmatch(table) and not table.endswith(("inet.3", "inet6.3")):
        return text
    if not slash:
        raise ValueError(f"{text!r} is not a prefix")
    return prefix(network, length)


def protocol_of(name: str) -> str:
    """Return the one name of the protocol that Junos calls *name*."""
    return {"l-isis": "isis", "l-ospf": "ospf"}.get(name.lower(), protocol(name))
