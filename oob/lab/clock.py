"""Time as the lab's routers see it: a scheduler that they are given, live in the lab and stepped in tests."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class ScheduledCall(Protocol):
    """A call scheduled for later, which can be cancelled."""

    def cancel(self) -> None:
        """Cancel the call; a second time, or after the call, this does nothing."""


class Scheduler(Protocol):
    """A clock that calls back; everything runs in one thread, one call after the other."""

    def now(self) -> float:
        """Return seconds on a clock that never goes back."""

    def utc(self) -> datetime:
        """Return the date and time of the world."""

    def call_later(self, seconds: float, fn: Callable[[], None]) -> ScheduledCall:
        """Call *fn* once, *seconds* from now; with 0 after the current call, never inside it."""


class SteppedClock:
    """A scheduler whose time passes only when `advance` is called: a day of router time in no time at all."""

    def __init__(self, start: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._now = 0.0
        self._order = itertools.count()
        self._calls: list[tuple[float, int, _Call]] = []

    def now(self) -> float:
        """Return the seconds that were stepped over so far."""
        return self._now

    def utc(self) -> datetime:
        """Return the start plus those seconds."""
        return self._start + timedelta(seconds=self._now)

    def call_later(self, seconds: float, fn: Callable[[], None]) -> ScheduledCall:
        """Remember *fn* for `advance`."""
        call = _Call(fn)
        heapq.heappush(self._calls, (self._now + max(0.0, seconds), next(self._order), call))
        return call

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass, making each call at its own moment."""
        end = self._now + seconds
        while self._calls and self._calls[0][0] <= end:
            self._now, _, call = heapq.heappop(self._calls)
            call.run()
        self._now = end

    def step(self, end: float) -> None:
        """Let time pass until the next call has been made, or to *end* where none is due before."""
        if self._calls and self._calls[0][0] <= end:
            self._now, _, call = heapq.heappop(self._calls)
            call.run()
        else:
            self._now = max(self._now, end)


class _Call:
    def __init__(self, fn: Callable[[], None]) -> None:
        self._fn: Callable[[], None] | None = fn

    def cancel(self) -> None:
        self._fn = None

    def run(self) -> None:
        fn, self._fn = self._fn, None
        if fn is not None:
            fn()
