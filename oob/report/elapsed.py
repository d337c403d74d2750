"""The seconds since a run began, for each line of its journal, whatever the wall clock did in between. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import oob.recovery.record.events as events
from oob.recovery.record.journal import JournalEntry


def elapsed(entries: Sequence[JournalEntry]) -> dict[int, float]:
    """Return the seconds from the first of *entries* to each, by its sequence.

    Within one process the monotonic clock counts: a wall clock that is set in mid-run changes no duration. Between two
    processes, which may run on two machines, only the wall clock is left, and time never runs backwards.
    """
    since = 0.0
    found = {entries[0].sequence: since} if entries else {}
    for before, entry in pairwise(entries):
        since += max(0.0, _between(before, entry))
        found[entry.sequence] = round(since, 3)
    return found


def _between(before: JournalEntry, entry: JournalEntry) -> float:
    seconds = entry.monotonic - before.monotonic
    if entry.event in events.NEXT_PROCESS or seconds < 0:
        return (datetime.fromisoformat(entry.utc) - datetime.fromisoformat(before.utc)).total_seconds()
    return seconds
