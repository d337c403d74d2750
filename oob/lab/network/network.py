"""The network between virtual routers, where tables, neighbours and pings follow from everyone's configuration."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from oob.lab.network.bgp import BgpNeighbour
from oob.lab.network.forwarding import Trace, follow
from oob.lab.network.node import Address, Node
from oob.lab.network.ospf import OspfNeighbour
from oob.lab.network.rib import RibRoute
from oob.lab.network.view import NetworkView


class Network:
    """Holds what the routers say of themselves; everything else is computed when asked for and kept until a change.

    Safe to use from the threads of several routers.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._nodes: dict[str, Node] = {}
        self._cut: frozenset[str] = frozenset()
        self._view: NetworkView | None = None
        self._silent: frozenset[tuple[str, Address]] = frozenset()  # (router, host that does not answer it)
        self._watchers: list[Callable[[], None]] = []
        self.generation = 0

    def put(self, node: Node) -> None:
        """Take in how a router describes itself now."""
        with self._lock:
            if self._nodes.get(node.name) == node:
                return
            self._nodes[node.name] = node
            self._changed()
        self._tell()

    def remove(self, name: str) -> None:
        """Take a router away (it is off, or booting)."""
        with self._lock:
            if self._nodes.pop(name, None) is None:
                return
            self._changed()
        self._tell()

    def cut(self, link: str) -> None:
        """Cut a link: every interface on it goes down."""
        self._set_cut(self._cut | {link})

    def mend(self, link: str) -> None:
        """Restore a cut link."""
        self._set_cut(self._cut - {link})

    def silence(self, router: str, addresses: Iterable[Address], silent: bool = True) -> None:
        """Let the hosts with *addresses* drop what comes from *router*, or answer it again."""
        pairs = {(router, address) for address in addresses}
        with self._lock:
            self._silent = self._silent | pairs if silent else self._silent - pairs

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call *watcher* after every change, in the thread that caused it."""
        self._watchers.append(watcher)

    def rib(self, router: str) -> tuple[RibRoute, ...]:
        """Return all candidate routes of *router*, the active one of each prefix first."""
        with self._lock:
            return self.view.rib(router)

    def ospf_neighbours(self, router: str, version: int = 4) -> tuple[OspfNeighbour, ...]:
        """Return the OSPF neighbours of *router* (version 6 for OSPFv3)."""
        with self._lock:
            return self.view.ospf_neighbours(router, version)

    def bgp_neighbours(self, router: str) -> tuple[BgpNeighbour, ...]:
        """Return the configured BGP neighbours of *router* and how their sessions are."""
        with self._lock:
            return self.view.bgp_neighbours(router)

    def is_up(self, router: str, interface: str) -> bool:
        """Tell whether the line of *interface* is up."""
        with self._lock:
            return self.view.wiring.is_up(router, interface)

    def across(self, router: str, interface: str) -> tuple[tuple[str, str], ...]:
        """Return (router, interface) of everyone at the other end of *interface*, as LLDP or CDP would."""
        with self._lock:
            return self.view.across(router, interface)

    def reachable(self, router: str, address: Address, vrf: str = "", source: Address | None = None) -> bool:
        """Tell whether a ping from *router* to *address* is answered: packets there, and answers back."""
        with self._lock:
            return self.trace(router, address, vrf, source).answered

    def trace(self, router: str, address: Address, vrf: str = "", source: Address | None = None) -> Trace:
        """Return the hops towards *address* that a traceroute sees, and where and why packets are lost."""
        with self._lock:
            trace = follow(self.view, router, address, vrf, source)
            if (router, address) in self._silent and trace.answered:
                return Trace(hops=trace.hops[:-1], reason="no answer")
            return trace

    @property
    def view(self) -> NetworkView:
        """The state that follows from the present nodes."""
        with self._lock:
            if self._view is None:
                self._view = NetworkView(dict(self._nodes), self._cut)
            return self._view

    def _set_cut(self, links: frozenset[str]) -> None:
        with self._lock:
            if links == self._cut:
                return
            self._cut = links
            self._changed()
        self._tell()

    def _changed(self) -> None:
        self._view = None
        self.generation += 1

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()
