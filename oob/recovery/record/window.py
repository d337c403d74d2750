"""The time that was agreed on for a recovery, and saying that it will not be enough before it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from oob.recovery.clock import Clock

ROOM = 1.25  # what is said to be needed is said with this much to spare


class RollbackWindow:
    """So many *minutes* from now on. What was extended once counts as agreed from then on."""

    def __init__(self, clock: Clock, minutes: float) -> None:
        self._clock = clock
        self._over = clock.monotonic() + 60 * minutes

    @property
    def end(self) -> datetime:
        """The time at which it ends, by the wall clock as it stands now."""
        return self._clock.utc() + timedelta(seconds=self._over - self._clock.monotonic())

    def extension(self, what: str, seconds: float) -> str:
        """Return what to announce where *what*, which takes *seconds*, will not be over in time; else nothing."""
        now = self._clock.monotonic()
        if now + seconds <= self._over:
            return ""
        when, before = "ends" if self._over > now else "has ended", self.end
        self._over = now + ROOM * seconds
        return f"the rollback window {when} at {before:%H:%M:%S} UTC; {what} needs it until {self.end:%H:%M:%S} UTC"
