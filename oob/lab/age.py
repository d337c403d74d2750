"""The ages that routers print beside routes and neighbours."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from oob.lab.clock import Scheduler


class Ages:
    """Remembers when each of a set of things was first seen; the age of a thing that returns starts again at zero."""

    def __init__(self, clock: Scheduler) -> None:
        self._clock = clock
        self._since: dict[Hashable, float] = {}

    def seen(self, things: Iterable[Hashable]) -> None:
        """Take in which things are there now."""
        now = self._clock.now()
        self._since = {thing: self._since.get(thing, now) for thing in things}

    def of(self, thing: Hashable) -> int:
        """Return the whole seconds since *thing* appeared."""
        now = self._clock.now()
        return int(now - self._since.get(thing, now))
