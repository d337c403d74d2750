"""Gaps of a timeline: time that no line accounts for, and facts that a review asks for and were not given. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import oob.recovery.record.events as events
from oob.recovery.record.heartbeat import EVERY
from oob.recovery.record.journal import JournalEntry
from oob.report.elapsed import elapsed

SILENT = EVERY + 60.0  # seconds: a run that goes on writes a heartbeat before
BETWEEN = 60.0  # seconds between two processes of a run
ASKED = {
    "trigger": "what triggered it (--trigger)",
    "affects": "whom it affected (--affects)",
    "change": "which change broke it (--change)",
    "reason": "why it was rolled back (--reason)",
    "incident": "the incident (--incident)",
}


def lacking(entries: Sequence[JournalEntry], choices: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the timeline of *entries* lacks, as sentences; *choices* are those that the run began with."""
    not_given = ", ".join(text for name, text in ASKED.items() if not choices.get(name))
    return (*_gaps(entries), *((f"Not given: {not_given}.",) if not_given else ()))


def _gaps(entries: Sequence[JournalEntry]) -> Iterator[str]:
    """Yield a sentence for each time before the end of the run in which no process wrote a line."""
    since = elapsed(entries)
    for before, entry in pairwise(entries):
        if before.event == events.RUN_FINISHED:
            return
        seconds = since[entry.sequence] - since[before.sequence]
        is_resumed = entry.event == events.RUN_RESUMED
        if seconds > (BETWEEN if is_resumed else SILENT):
            why = "the run was interrupted, and resumed then" if is_resumed else "the run wrote nothing"
            minutes, rest = divmod(round(seconds), 60)
            yield f"No line from {before.utc[11:19]} to {entry.utc[11:19]} UTC ({minutes}:{rest:02d}): {why}."
