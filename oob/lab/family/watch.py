"""Notices interfaces and neighbours that come and go, and has them logged in the platform's words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from oob.lab.clock import Timer

if TYPE_CHECKING:
    from oob.lab.family.router import FamilyRouter

MOMENT = 1.0  # seconds until the log says so


class Watch:
    """Compares the network around one router with how it was."""

    def __init__(self, router: FamilyRouter) -> None:
        self._router = router
        self._before: dict[tuple[str, str, str], str] = {}
        self._timer: Timer | None = None

    def wake(self) -> None:
        """Look around in a moment: a change rarely comes alone."""
        if self._timer is None:
            self._timer = self._router.clock.call_later(MOMENT, self._look)

    def forget(self) -> None:
        """Start afresh, as after a boot."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._before = {}
        self._router.ages.seen(())

    def _look(self) -> None:
        self._timer = None
        self._router.ages.seen(self._things())
        now = dict(self._states())
        for key in {**self._before, **now}:
            state, before = now.get(key, ""), self._before.get(key, "")
            is_news = state != before and (state == "up" or before or key[0] != "link")
            if is_news and (text := self._router.report(*key, state)):
                self._router.say(text)
        self._before = now

    def _things(self) -> Iterator[Hashable]:
        name, network = self._router.name, self._router.network
        for route in network.rib(name):
            yield route.vrf, route.prefix, route.protocol, route.vias
        for neighbour in (*network.ospf_neighbours(name), *network.ospf_neighbours(name, 6)):
            yield "ospf", neighbour.router_id, neighbour.interface
        for peer in network.bgp_neighbours(name):
            yield "bgp", peer.address, peer.state

    def _states(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        name, network = self._router.name, self._router.network
        node = network.view.nodes.get(name)
        for interface in node.interfaces if node else ():
            state = "up" if network.is_up(name, interface.name) else "down" if interface.up else "admin"
            yield ("link", interface.name, ""), state
        for neighbour in network.ospf_neighbours(name):
            if neighbour.state == "FULL":
                yield ("ospf", str(neighbour.router_id), neighbour.interface), "FULL"
        for peer in network.bgp_neighbours(name):
            yield ("bgp", str(peer.address), ""), "Established" if peer.state == "Established" else ""
