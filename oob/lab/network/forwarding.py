"""Packets: hop by hop towards an address, each router asking its own table, and the answer back the same way."""

from __future__ import annotations

from dataclasses import dataclass

from oob.lab.network.node import Address, Interface, Node, Via
from oob.lab.network.view import NetworkView

_TTL = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The path of a packet: the *hops* that would answer a traceroute, and whether the target answered a ping.

    *lost_at* is the router that lost it, *reason* `no route`, `discard`, `no answer` (no host on that subnet has the
    next hop), `loop` or `no return path`; both are empty when the answer came.
    """

    hops: tuple[Address, ...] = ()
    answered: bool = False
    lost_at: str = ""
    reason: str = ""


def follow(view: NetworkView, start: str, target: Address, vrf: str, source: Address | None) -> Trace:
    """Follow a packet from *start* to *target* and its answer back to *source* (the address it leaves from)."""
    if start not in view.nodes:
        return Trace(lost_at=start, reason="no route")
    if _owner(view.nodes[start], target, vrf, view):
        return Trace(hops=(target,), answered=True)
    there = _walk(view, start, target, vrf)
    if there.reason:
        return Trace(hops=there.hops, lost_at=there.at, reason=there.reason)
    sender = source or _source(view, start, target, vrf)
    if sender is None:
        return Trace(hops=there.hops, lost_at=start, reason="no return path")
    back = _walk(view, there.at, sender, there.vrf)
    if back.reason or back.at != start:
        return Trace(hops=there.hops[:-1], lost_at=back.at, reason="no return path")
    return Trace(hops=there.hops, answered=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    at: str
    vrf: str
    hops: tuple[Address, ...]
    reason: str = ""


def _walk(view: NetworkView, start: str, target: Address, vrf: str) -> _Walk:
    node = view.nodes[start]
    hops: tuple[Address, ...] = ()
    for _ in range(_TTL):
        if _owner(node, target, vrf, view):
            return _Walk(at=node.name, vrf=vrf, hops=hops)
        route = view.table(node.name).lookup(target, vrf)
        if route is None or route.discard or not route.vias:
            return _Walk(at=node.name, vrf=vrf, hops=hops, reason="discard" if route and route.discard else "no route")
        step = _step(view, node, route.vias[0], target)
        if step is None:
            return _Walk(at=node.name, vrf=vrf, hops=hops, reason="no answer")
        node, ingress = step
        vrf = ingress.vrf
        hops = (*hops, target if _owner(node, target, vrf, view) else _answering(ingress, target))
    return _Walk(at=node.name, vrf=vrf, hops=hops, reason="loop")


def _step(view: NetworkView, node: Node, via: Via, target: Address) -> tuple[Node, Interface] | None:
    out = next((own for own in node.interfaces if own.name == via.interface), None)
    return view.wiring.holder(node, out, via.address or target) if out else None


def _owner(node: Node, target: Address, vrf: str, view: NetworkView) -> bool:
    return any(target == own.ip for line in view.wiring.lines(node) if line.vrf == vrf for own in line.addresses)


def _answering(ingress: Interface, target: Address) -> Address:
    return next((own.ip for own in ingress.addresses if own.version == target.version), target)


def _source(view: NetworkView, start: str, target: Address, vrf: str) -> Address | None:
    """Return the address a router sends from: the one on the interface that the packet leaves by."""
    node = view.nodes[start]
    route = view.table(start).lookup(target, vrf)
    out = route.vias[0].interface if route and route.vias else ""
    for line in node.interfaces:
        if line.name == out:
            own = [a.ip for a in line.addresses if a.version == target.version and not a.ip.is_link_local]
            return own[0] if own else None
    return None
