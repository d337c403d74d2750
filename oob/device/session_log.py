"""Where a session logs what it does: the journal of a run, or only events."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from oob.events import WARNING, Act, EventName, Events


class SessionLog(Protocol):
    """Takes down what a session does."""

    def act(self, act: Act, text: str = "", *, limit: float = 0.0) -> AbstractContextManager[dict[str, object]]:
        """Log the intent of an act that is given up after *limit* seconds, then its outcome."""

    def note(self, event: EventName, text: str = "") -> object:
        """Log that something is so."""

    def warn(self, text: str) -> object:
        """Log a warning."""

    def reached(self, path: str) -> object:
        """Log the path in use from now on, "" for none."""


class EventLog:
    """The log of a session without a journal: it only emits events."""

    def __init__(self, events: Events, device: str) -> None:
        self._events = events
        self._device = device

    def act(self, act: Act, text: str = "", *, limit: float = 0.0) -> AbstractContextManager[dict[str, object]]:
        """Log nothing."""
        return nullcontext({})

    def note(self, event: EventName, text: str = "") -> None:
        """Emit it."""
        self._events.emit(event, text, device=self._device)

    def warn(self, text: str) -> None:
        """Emit it as a warning."""
        self.note(WARNING, text)

    def reached(self, path: str) -> None:
        """Log nothing."""
