"""Journals of runs that never took place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from oob.clock import Clock
from oob.recovery.record.journal import NAME, Journal, JournalEntry, read
from oob.secret.masking import Masker

NOON = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)


class Writer:
    """Writes a journal line by line, each at a moment of its own."""

    def __init__(self, folder: Path, *, run: str = "20260304-120000Z-abcd", device: str = "edge1") -> None:
        self._now = NOON
        self.set_ahead = timedelta()  # by how much somebody has set the wall clock ahead
        self.folder = folder / run
        clock = Clock(utc=lambda: self._now + self.set_ahead, monotonic=lambda: (self._now - NOON).total_seconds())
        self._journal = Journal.create(
            self.folder, run=run, operator="ada", device=device, masker=Masker(), clock=clock
        )

    def at(self, seconds: float, event: str, text: str = "", **marks: object) -> None:
        """Write a line at *seconds* after noon; a mark called `data` is the data."""
        self._now = NOON + timedelta(seconds=seconds)
        data = marks.pop("data", {})
        assert isinstance(data, dict)
        self._journal.write(event, {"text": text, **data}, marks=marks)

    def close(self) -> Path:
        """Close it and return its folder."""
        self._journal.close()
        return self.folder

    def entries(self) -> tuple[JournalEntry, ...]:
        """Close it and return what stands in it."""
        return read(self.close() / NAME).entries
