"""A run as its journal grows: read only, so that no run ever waits for who looks at it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from oob.errors import JournalError
from oob.recovery.record.journal import NAME, Follower, JournalEntry
from oob.report.incident import Incident, incident
from oob.report.outbox import places
from oob.report.traffic import Traffic


class FollowedRun:
    """One run, as far as its journal has been read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._follower = Follower(folder / NAME)
        self._size = -1
        self._traffic = Traffic(folder)
        self.entries: tuple[JournalEntry, ...] = ()
        self.incident: Incident | None = None

    def look(self) -> bool:
        """Read the new lines, and tell whether there were any; a journal that cannot be read shows as it was."""
        try:
            size = (self.folder / NAME).stat().st_size
            if size == self._size:
                return False
            fresh = self._follower.more()
        except (OSError, JournalError):
            return False
        self._size = size
        if not fresh and not self._follower.damage:
            return False
        self.entries += fresh
        if self.entries:
            # A line that is whole and does not say what oob's would ends this run's page, and nothing else.
            with suppress(JournalError, LookupError, TypeError, ValueError, AttributeError):
                self.incident = incident(self.entries, damage=self._follower.damage)
        return True

    def page(self, utc: datetime) -> dict[str, Any]:
        """Return the state of the run's page at the time *utc*."""
        if self.incident is None:
            return {}
        told = self.incident.messages
        queued = {name: sum(one.number > number for one in told) for name, number in places(self.folder).items()}
        self._traffic.look()
        began = datetime.fromisoformat(self.incident.began).timestamp()
        traffic = self._traffic.lane(began, max(self.incident.at, self._traffic.last - began))
        return {**self.incident.as_json(utc), "queued": queued, "traffic": traffic}
