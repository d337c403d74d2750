"""The time that was agreed on for a recovery, and saying that it will not be enough before it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from oob.recovery.clock import Clock

ROOM = 1.25  # what is said to be needed is said with this much to spare


class Window:
    """So many *minutes* from now on. What was extended once counts as agreed from then on."""

    def __init__(self, clock: Clock, minutes: float) -> None:
        self._clock = clock
        self.end: datetime = clock.utc() + timedelta(minutes=minutes)

    def extension(self, what: str, seconds: float) -> str:
        """Return what to announce where *what*, which takes *seconds*, will not be over in time; else nothing."""
        now = self._clock.utc()
        end = now + timedelta(seconds=seconds)
        if end <= self.end:
            return ""
        before, self.end = self.end, now + timedelta(seconds=ROOM * seconds)
        when = "ends" if before > now else "has ended"
        return f"the rollback window {when} at {before:%H:%M:%S} UTC; {what} needs it until {self.end:%H:%M:%S} UTC"
