"""The agreed rollback window of a recovery, and the announcement that it will not suffice, before it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from oob.clock import Clock

ROOM = 1.25  # factor on the announced time, to have some to spare


class RollbackWindow:
    """A window of so many *minutes* from now on. An extension counts as agreed from then on."""

    def __init__(self, clock: Clock, minutes: float) -> None:
        self._clock = clock
        self._over = clock.monotonic() + 60 * minutes

    @property
    def end(self) -> datetime:
        """The time at which it ends, by the present wall clock."""
        return self._clock.utc() + timedelta(seconds=self._over - self._clock.monotonic())

    def extension(self, what: str, seconds: float) -> str:
        """Return the announcement where *what*, which takes *seconds*, will not end in time, "" where it will."""
        now = self._clock.monotonic()
        if now + seconds <= self._over:
            return ""
        when, before = "ends" if self._over > now else "has ended", self.end
        self._over = now + ROOM * seconds
        return f"the rollback window {when} at {before:%H:%M:%S} UTC; {what} needs it until {self.end:%H:%M:%S} UTC"
