"""Notices interfaces and neighbours that come and go, and logs them as IOS does."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from oob.lab.clock import Timer

if TYPE_CHECKING:
    from oob.lab.ios.router import IosRouter

MOMENT = 1.0  # seconds until the log says so


class Watch:
    """Compares the network around one router with how it was."""

    def __init__(self, router: IosRouter) -> None:
        self._router = router
        self._before: dict[tuple[str, ...], str] = {}
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

    def _things(self) -> Iterator[Hashable]:
        name, network = self._router.name, self._router.network
        for route in network.rib(name):
            yield route.vrf, route.prefix, route.protocol, route.vias
        for neighbour in (*network.ospf_neighbours(name), *network.ospf_neighbours(name, 6)):
            yield "ospf", neighbour.router_id, neighbour.interface
        for peer in network.bgp_neighbours(name):
            yield "bgp", peer.address, peer.state

    def _look(self) -> None:
        self._timer = None
        self._router.ages.seen(self._things())
        now = dict(self._states())
        for key, state in now.items():
            if self._before.get(key, "") != state:
                self._say(key, self._before.get(key, ""), state)
        for key, state in self._before.items():
            if key not in now:
                self._say(key, state, "")
        self._before = now

    def _states(self) -> Iterator[tuple[tuple[str, ...], str]]:
        name, network = self._router.name, self._router.network
        for line in self._router.config.root.under("interface"):
            interface = line.text.split()[1]
            up = network.is_up(name, interface)
            yield ("link", interface), "admin" if line.find("shutdown") else "up" if up else "down"
        for neighbour in network.ospf_neighbours(name):
            if neighbour.state == "FULL":
                yield ("ospf", str(neighbour.router_id), neighbour.interface), "FULL"
        for peer in network.bgp_neighbours(name):
            yield ("bgp", str(peer.address)), "Up" if peer.state == "Established" else ""

    def _say(self, key: tuple[str, ...], before: str, now: str) -> None:
        say = self._router.say
        if key[0] == "ospf":
            if now:
                say(f"%OSPF-5-ADJCHG: Process 1, Nbr {key[1]} on {key[2]} from LOADING to FULL, Loading Done")
            else:
                say(
                    f"%OSPF-5-ADJCHG: Process 1, Nbr {key[1]} on {key[2]} from FULL to DOWN, "
                    "Neighbor Down: Interface down or detached"
                )
        elif key[0] == "bgp":
            if before or now:
                reason = "Up" if now else "Down Interface flap"
                say(f"%BGP-5-ADJCHANGE: neighbor {key[1]} {reason}")
        elif now == "admin" and before not in ("", "admin"):
            say(f"%LINK-5-CHANGED: Interface {key[1]}, changed state to administratively down")
            self._protocol(key[1], before == "up", "down")
        elif now == "up" or before == "up":
            if not key[1].startswith("Loopback"):
                say(f"%LINK-3-UPDOWN: Interface {key[1]}, changed state to {now or 'down'}")
            self._protocol(key[1], True, now or "down")

    def _protocol(self, interface: str, changed: bool, state: str) -> None:
        if changed:
            self._router.say(f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {interface}, changed state to {state}")
