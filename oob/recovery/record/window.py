"""The agreed rollback window of a recovery: its extension, announced before it ends, and its escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from oob.clock import Clock

ROOM = 1.25  # factor on the announced time, to have some to spare
MISSED = 1.5  # of the window: from then on it is escalated
LEAD = 60.0  # seconds before its end at which an extension is announced at the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An extension of the window from *old* to *new*, and its *reason*; *percent* of the recovery is done."""

    old: datetime
    new: datetime
    reason: str
    percent: int
    text: str


class RollbackWindow:
    """A window of so many *minutes* from now on. An extension counts as agreed from then on."""

    def __init__(self, clock: Clock, minutes: float) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._length = 60 * minutes
        self._over = self._began + self._length
        self._is_overrun = self._is_escalated = False

    @property
    def end(self) -> datetime:
        """The time at which it ends, by the present wall clock."""
        return self._at(self._over)

    @property
    def percent(self) -> int:
        """The share of the window that has passed, at most 99."""
        passed = self._clock.monotonic() - self._began
        return min(99, int(100 * passed / max(1.0, self._over - self._began)))

    def extension(self, what: str, seconds: float) -> Extension | None:
        """Return the announcement where *what*, which takes *seconds*, will not end in time, None where it will."""
        now = self._clock.monotonic()
        return None if now + seconds <= self._over else self._extended(what, now + ROOM * seconds)

    def overrun(self, what: str) -> Extension | None:
        """Return, once, the announcement that the window is about to end and *what* continues; None at other times.

        What continues past that is escalated, not announced again.
        """
        if self._is_overrun:
            return None
        now, lead = self._clock.monotonic(), min(LEAD, self._length / 5)
        until = max(self._began + MISSED * self._length, now + self._length / 2)
        self._is_overrun = now >= self._over - lead
        return self._extended(what, until) if self._is_overrun else None

    def escalation(self, what: str) -> str:
        """Return, once, that the window is missed by half while *what* goes on; "" before."""
        if self._is_escalated or self._clock.monotonic() < self._began + MISSED * self._length:
            return ""
        self._is_escalated = True
        agreed = self._at(self._began + self._length)
        return (
            f"the rollback window of {self._length / 60:g} minutes, until {agreed:%H:%M} UTC, is missed by half: {what}"
        )

    def _extended(self, what: str, until: float) -> Extension:
        when, old = "ends" if self._over > self._clock.monotonic() else "has ended", self.end
        self._over = until
        text = f"the rollback window {when} at {old:%H:%M:%S} UTC; {what} needs it until {self.end:%H:%M:%S} UTC"
        return Extension(old=old, new=self.end, reason=what, percent=self.percent, text=text)

    def _at(self, moment: float) -> datetime:
        return self._clock.utc() + timedelta(seconds=moment - self._clock.monotonic())
