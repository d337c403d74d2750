"""Detects changes of interfaces and neighbours, and logs them in the platform's words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator
from typing import TypeAlias

from oob.lab.age import Ages
from oob.lab.clock import ScheduledCall
from oob.lab.router import Router

Key: TypeAlias = tuple[str, str, str]  # `link`, `ospf` or `bgp`, its name, and the interface of a neighbour


class NetworkWatch(ABC):
    """Compares the network around *router* with its last state, and passes the present things to *ages*."""

    def __init__(self, router: Router, ages: Ages) -> None:
        self._router = router
        self._ages = ages
        self._before: dict[Key, str] = {}
        self._timer: ScheduledCall | None = None

    @abstractmethod
    def _changed(self, key: Key, before: str, now: str) -> None:
        """Log a change; the state of an absent thing is ""."""

    @abstractmethod
    def _links(self) -> Iterator[tuple[str, str]]:
        """Give each interface with its state: `up`, `down`, or `admin` when the configuration holds it down."""

    def wake(self) -> None:
        """Check in a moment: a change rarely comes alone."""
        if self._timer is None:
            self._timer = self._router.clock.call_later(self._router.log_seconds, self._look)

    def forget(self) -> None:
        """Start afresh, as after a boot."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._before = {}
        self._ages.seen(())

    def _look(self) -> None:
        self._timer = None
        self._ages.seen(self._things())
        now = dict(self._states())
        for key in {**self._before, **now}:
            if now.get(key, "") != self._before.get(key, ""):
                self._changed(key, self._before.get(key, ""), now.get(key, ""))
        self._before = now

    def _things(self) -> Iterator[Hashable]:
        name, network = self._router.name, self._router.network
        for route in network.rib(name):
            yield route.vrf, route.prefix, route.protocol, route.vias
        for neighbour in (*network.ospf_neighbours(name), *network.ospf_neighbours(name, 6)):
            yield "ospf", neighbour.router_id, neighbour.interface
        for peer in network.bgp_neighbours(name):
            yield "bgp", peer.address, peer.state

    def _states(self) -> Iterator[tuple[Key, str]]:
        name, network = self._router.name, self._router.network
        for interface, state in self._links():
            yield ("link", interface, ""), state
        for neighbour in network.ospf_neighbours(name):
            if neighbour.state == "FULL":
                yield ("ospf", str(neighbour.router_id), neighbour.interface), "FULL"
        for peer in network.bgp_neighbours(name):
            yield ("bgp", str(peer.address), ""), "Established" if peer.state == "Established" else ""


class FamilyWatch(NetworkWatch):
    """A watch that logs the text of *report* for a change: kind, name, interface and new state."""

    def __init__(self, router: Router, ages: Ages, report: Callable[[str, str, str, str], str]) -> None:
        super().__init__(router, ages)
        self._report = report

    def _changed(self, key: Key, before: str, now: str) -> None:
        is_news = now == "up" or before or key[0] != "link"
        if is_news and (text := self._report(*key, now)):
            self._router.say(text)

    def _links(self) -> Iterator[tuple[str, str]]:
        name, network = self._router.name, self._router.network
        node = network.view.nodes.get(name)
        for interface in node.interfaces if node else ():
            yield interface.name, "up" if network.is_up(name, interface.name) else "down" if interface.up else "admin"
