"""Spectators of a lab learn of keys, typed lines, and how many routes are missing since they joined."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from oob.lab.network import Network

OF_ITSELF = ("connected", "local", "static")  # routes that need no neighbour
SETTLE = 0.5  # seconds after a change until the routes are counted: a commit changes several things


class LabActivity:
    """Tells its spectators, one JSON object a line; counts nothing without one.

    A line that is typed without an echo, such as a password, is never told.
    """

    def __init__(self, network: Network, loop: asyncio.AbstractEventLoop) -> None:
        self._network = network
        self._loop = loop
        self._spectators: list[asyncio.StreamWriter] = []
        self._before: frozenset[tuple[str, str, str]] = frozenset()
        self._missing: frozenset[tuple[str, str, str]] = frozenset()
        self._count: asyncio.TimerHandle | None = None
        network.watch(self._changed)

    def join(self, spectator: asyncio.StreamWriter) -> None:
        """Tell *spectator* from now on; routes that are there now are those that may be missing later."""
        self._before, self._missing = self._routes(), frozenset()
        self._spectators.append(spectator)

    def leave(self, spectator: asyncio.StreamWriter) -> None:
        """Tell *spectator* no more."""
        if spectator in self._spectators:
            self._spectators.remove(spectator)

    def keyed(self, router: str) -> None:
        """Tell that a client types on the console of *router*."""
        self._tell(kind="key", router=router)

    def typed(self, router: str, line: str) -> None:
        """Tell a *line* that was typed on *router*, with an echo."""
        self._tell(kind="line", router=router, text=line)

    def _changed(self) -> None:
        if self._spectators and self._count is None:
            self._count = self._loop.call_later(SETTLE, self._counted)

    def _counted(self) -> None:
        self._count = None
        missing = self._before - self._routes()
        if missing != self._missing:
            self._missing = missing
            broken = sorted({router for router, protocol, _ in missing if protocol in OF_ITSELF})
            self._tell(kind="routes", router="", missing=len(missing), broken=broken)

    def _routes(self) -> frozenset[tuple[str, str, str]]:
        """Return every active route in the network, as router, protocol and a text."""
        names = self._network.view.nodes
        ribs = {name: self._network.rib(name) for name in names}
        return frozenset(
            (name, route.protocol, f"{route.vrf} {route.prefix} {sorted(map(str, route.vias))}")
            for name, rib in ribs.items()
            for route in rib
            if route.active
        )

    def _tell(self, **event: Any) -> None:
        for spectator in self._spectators:
            spectator.write(json.dumps(event).encode() + b"\n")
