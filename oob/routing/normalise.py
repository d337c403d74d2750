"""One spelling for addresses, prefixes, protocols and the order of a table on all platforms."""

from __future__ import annotations

from collections.abc import Iterable
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from oob.routing.route import NextHop, Route

# Host bits by prefix length, as the device printed the length.
HOST_BITS = {str(length): (1 << (32 - length)) - 1 for length in range(33)}
_HOST_BITS_6 = {str(length): (1 << (128 - length)) - 1 for length in range(129)}

# A netmask as printed, and its length.
MASKS = {inet_ntop(AF_INET, ((1 << 32) - (1 << (32 - length))).to_bytes(4, "big")): str(length) for length in range(33)}

_PROTOCOLS = {
    "direct": "connected",
    "c": "connected",
    "is-is": "isis",
    "ospf3": "ospf",
    "ospfv3": "ospf",
    "ospf6": "ospf",
    "ripng": "rip",
    "ebgp": "bgp",
    "ibgp": "bgp",
}


def protocol(name: str) -> str:
    """Return the protocol's one name: `connected`, `local`, `static`, `ospf`, `isis`, `bgp`, `rip`, `eigrp`, ..."""
    lower = name.lower()
    return _PROTOCOLS.get(lower, lower)


def _ipv6(packed: bytes) -> str:
    if packed[:12] == bytes(12):
        # C libraries differ in these: `::1:0` or `::0.1.0.0`.
        high, low = int.from_bytes(packed[12:14], "big"), int.from_bytes(packed[14:], "big")
        return f"::{high:x}:{low:x}" if high else f"::{low:x}" if low else "::"
    return inet_ntop(AF_INET6, packed)


def address(text: str) -> str:
    """Return the address in its canonical form; `ValueError` if it is not an address."""
    try:
        if ":" in text:
            return _ipv6(inet_pton(AF_INET6, text))
        inet_pton(AF_INET, text)
    except OSError as error:
        raise ValueError(f"{text!r} is not an address") from error
    return text


def prefix(network: str, length: str) -> str:
    """Return `network/length` in its canonical form; `ValueError` where that is not a prefix or has host bits set.

    No router prints host bits in a route, so they are the mark of a damaged line.
    """
    try:
        if ":" in network:
            packed = inet_pton(AF_INET6, network)
            host = _HOST_BITS_6[length]
            network = _ipv6(packed)
        else:
            packed = inet_pton(AF_INET, network)
            host = HOST_BITS[length]
    except (OSError, KeyError) as error:
        raise ValueError(f"{network}/{length} is not a prefix") from error
    if int.from_bytes(packed, "big") & host:
        raise ValueError(f"{network}/{length} has host bits set")
    return f"{network}/{length}"


def hops(found: Iterable[NextHop]) -> tuple[NextHop, ...]:
    """Return the next hops as the set they are: sorted, each once; shares only where members differ in them."""
    unique = set(found)
    if any(hop.share for hop in unique) and len({hop.share for hop in unique}) == 1:
        unique = {hop._replace(share="") for hop in unique}
    return tuple(sorted(unique))


def _order(route: Route) -> tuple[object, ...]:
    network, _, length = route.prefix.partition("/")
    try:
        packed = inet_pton(AF_INET6 if ":" in network else AF_INET, network)
        place: tuple[object, ...] = (len(packed), packed, int(length))
    except (OSError, ValueError):
        # A label, an ISO or a VPN destination is not an IP prefix: it comes after them, by its text.
        place = (99, network.encode(), 0)
    ranks = [(rank is None, rank or 0) for rank in (route.preference, route.metric)]
    return (route.vrf != "default", route.vrf, *place, not route.active, route.protocol, ranks, route[3], route[7])


def normalise(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return the routes in one order (default table first, then VRF, family, prefix), each once."""
    return tuple(sorted(dict.fromkeys(routes), key=_order))
