"""Asks a device for a few routes instead of its table, as its profile says how."""

from __future__ import annotations

import re
from ipaddress import ip_network

from oob.device.device import Device
from oob.errors import DeviceError
from oob.profile.filling import filled
from oob.profile.model import Glimpse, Query
from oob.routing.parse import parse
from oob.routing.route import NextHop, Route

_FAMILIES = {4: "ipv4", 6: "ipv6"}


def can_ask_for(device: Device, vrf: str, prefix: str) -> bool:
    """Tell whether the platform can be asked for the routes to one prefix."""
    return bool(_glimpse(device, vrf, prefix).prefix)


def routes_to(device: Device, vrf: str, prefix: str) -> list[Route]:
    """Ask *device* for its active routes to exactly *prefix*."""
    network = ip_network(prefix)
    values = {"vrf": vrf, "prefix": prefix, "address": str(network.network_address), "mask": str(network.netmask)}
    text = show(device, filled(_glimpse(device, vrf, prefix).prefix, values))
    return [route for route in routes_in(device, text, vrf) if route.prefix == prefix and route.serves_all]


def _glimpse(device: Device, vrf: str, prefix: str) -> Glimpse:
    return device.profile.frugal.glimpse(vrf, _FAMILIES[ip_network(prefix).version])


def show(device: Device, command: str) -> str:
    """Run a command that only shows; nothing where it says that there is nothing, DeviceError where it is refused."""
    reading = device.query(Query(commands=(command,), optional=True))
    said = reading.outputs[0].text
    absent = device.profile.frugal.absent
    if absent and re.search(absent, said, re.MULTILINE):
        return ""
    if said and not reading.text:
        raise DeviceError(f"the device does not know {command!r}", command=command, answer=said)
    return reading.text


def routes_in(device: Device, text: str, vrf: str) -> tuple[Route, ...]:
    """Read the routes of one VRF from its output."""
    if not text:
        return ()
    routes = parse(device.platform, f"{text}\n", partial=True).routes
    return tuple(route._replace(vrf=vrf) for route in routes)


def say_same(before: list[Route], now: list[Route]) -> bool:
    """Tell whether the answer for one prefix is the baseline's; it may name what a line of a table leaves out."""
    pairs = zip(sorted(before, key=str), sorted(now, key=str), strict=False)
    return len(before) == len(now) and all(_is_same(*pair) for pair in pairs)


def _is_same(before: Route, now: Route) -> bool:
    ranks = ((before.preference, now.preference), (before.metric, now.metric))
    return (
        before.protocol == now.protocol
        and all(None in (one, other) or one == other for one, other in ranks)
        and len(before.next_hops) == len(now.next_hops)
        and all(map(_is_same_hop, before.next_hops, now.next_hops))
    )


def _is_same_hop(before: NextHop, now: NextHop) -> bool:
    has_same_label = before.label == now.label or "" in (before.label, now.label)
    return (
        before.address == now.address
        and has_same_label
        and (before.interface == now.interface or (bool(before.address) and "" in (before.interface, now.interface)))
    )
