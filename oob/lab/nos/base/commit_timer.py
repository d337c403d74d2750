"""The timer of a change that reverts unless it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from oob.lab.clock import ScheduledCall, Scheduler

C = TypeVar("C")  # describes a change: who made it, and what the revert needs


class CommitTimer(Generic[C]):
    """Calls *revert* with an unconfirmed change when its time is up; it holds at most one."""

    def __init__(self, clock: Scheduler, revert: Callable[[C], None]) -> None:
        self._clock = clock
        self._revert = revert
        self._timer: ScheduledCall | None = None
        self._ends = 0.0
        self.pending: C | None = None

    @property
    def seconds_left(self) -> float:
        """The seconds until the revert."""
        return max(0.0, self._ends - self._clock.now())

    def arm(self, change: C, seconds: float) -> None:
        """Revert *change* in *seconds* unless it is confirmed; this replaces an earlier change."""
        self.disarm()
        self.pending = change
        self._ends = self._clock.now() + seconds
        self._timer = self._clock.call_later(seconds, self.fire)

    def disarm(self) -> C | None:
        """Stop the timer and return the change that was pending: confirmed, or lost in a reboot."""
        if self._timer is not None:
            self._timer.cancel()
        change, self.pending, self._timer = self.pending, None, None
        return change

    def fire(self) -> None:
        """Revert now."""
        change = self.disarm()
        if change is not None:
            self._revert(change)
