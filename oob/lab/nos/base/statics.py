"""Static routes out of configuration lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from oob.lab.network import Static, Via
from oob.lab.nos.base.language import InterfaceNames
from oob.lab.nos.base.tree import ConfigLine


def statics(found: Iterable[tuple[str, list[str]]], names: InterfaceNames) -> Iterator[Static]:
    """Give the routes of *found*: VRF and the words from the prefix on (`10.0.0.0/8 192.0.2.1 200`).

    Several lines for one prefix at one distance are one route of several hops.
    """
    routes: dict[tuple[str, IPv4Network | IPv6Network, int | None], list[Via]] = {}
    for vrf, words in found:
        if words and "/" in words[0]:
            prefix, rest = ip_network(words[0], strict=False), words[1:]
            via, rest = _via(rest, names)
            distance = int(rest[0]) if rest and rest[0].isdigit() else None
            routes.setdefault((vrf, prefix, distance), []).append(via)
    for (vrf, prefix, distance), vias in routes.items():
        if any(via.interface == "Null0" for via in vias):
            yield Static(prefix=prefix, vrf=vrf, discard=True, preference=distance)
        else:
            yield Static(prefix=prefix, vrf=vrf, vias=tuple(vias), preference=distance)


def flat_lines(root: ConfigLine) -> Iterator[tuple[str, list[str]]]:
    """Give VRF and words of each static route of IOS and EOS, where `ip route` stands at the top."""
    for line in (*root.under("ip route"), *root.under("ipv6 route")):
        words = line.text.split()[2:]
        vrf = words[1] if words[0] == "vrf" else ""
        rest = words[2:] if vrf else words
        yield vrf, rest if "/" in rest[0] else [f"{rest[0]}/{rest[1]}", *rest[2:]]


def _via(words: list[str], names: InterfaceNames) -> tuple[Via, list[str]]:
    """Return the next hop at the beginning of *words*, and what follows it."""
    address, interface = None, ""
    rest = list(words)
    while rest and not rest[0].isdigit():
        try:
            address = ip_address(rest[0])
        except ValueError:
            full = names.full(rest[0])
            if full is None:
                break
            interface = full
        rest.pop(0)
    return Via(address=address, interface=interface), rest
