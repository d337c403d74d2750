"""Logs interfaces and neighbours that come and go as IOS does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oob.lab.family.watch import Key, Watch

if TYPE_CHECKING:
    from oob.lab.ios.router import IosRouter


class IosWatch(Watch):
    """The watch of an IOS router."""

    def __init__(self, router: IosRouter) -> None:
        super().__init__(router, router.ages)
        self._say = router.say
        self._ios = router

    def _links(self) -> Iterator[tuple[str, str]]:
        name, network = self._ios.name, self._ios.network
        for line in self._ios.config.root.under("interface"):
            interface = line.text.split()[1]
            up = network.is_up(name, interface)
            yield interface, "admin" if line.find("shutdown") else "up" if up else "down"

    def _changed(self, key: Key, before: str, now: str) -> None:
        kind, name, where = key
        if kind == "ospf":
            change = (
                "LOADING to FULL, Loading Done" if now else "FULL to DOWN, Neighbor Down: Interface down or detached"
            )
            self._say(f"%OSPF-5-ADJCHG: Process 1, Nbr {name} on {where} from {change}")
        elif kind == "bgp":
            self._say(f"%BGP-5-ADJCHANGE: neighbor {name} {'Up' if now else 'Down Interface flap'}")
        elif now == "admin" and before not in ("", "admin"):
            self._say(f"%LINK-5-CHANGED: Interface {name}, changed state to administratively down")
            self._protocol(name, before == "up", "down")
        elif now == "up" or before == "up":
            if not name.startswith("Loopback"):
                self._say(f"%LINK-3-UPDOWN: Interface {name}, changed state to {now or 'down'}")
            self._protocol(name, True, now or "down")

    def _protocol(self, interface: str, changed: bool, state: str) -> None:
        if changed:
            self._say(f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {interface}, changed state to {state}")
