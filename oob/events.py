"""What oob says about its own work while it goes on, for whoever listens.

Events are spoken to subscribers that may fail quietly (a live view, a log). The journal is not one of them:
the recovery run writes it itself, before and after each act.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger("oob")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened: *name* in dotted words (`step.started`), *device*, and whatever belongs to it."""

    name: str
    device: str = ""
    text: str = ""
    data: dict[str, object] = field(default_factory=dict)


Listener = Callable[[Event], None]


class Events:
    """Hands each event to every listener; one that raises is logged and does not disturb the work."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = list(listeners)

    def subscribe(self, listener: Listener) -> None:
        """Let *listener* hear every event from now on."""
        self._listeners.append(listener)

    def emit(self, name: str, text: str = "", *, device: str = "", **data: object) -> None:
        """Hand the event *name* to every listener."""
        event = Event(name=name, device=device, text=text, data=data)
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # a view that fails must not stop a recovery
                log.exception("a listener failed on %s", name)
