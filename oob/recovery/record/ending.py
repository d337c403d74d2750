"""The endings of a run, the same everywhere from the exit code to the report. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import oob.recovery.record.events as events
from oob.recovery.record.journal import JournalEntry

RECOVER, PUT_BACK = "recover", "put-back"  # the phases of a recovery, as its journal calls them


class Ending(StrEnum):
    """The end of a run that was not stopped; its value stands in the journal."""

    RECOVERED = "recovered"
    UNCHANGED = "nothing was wrong"
    WAITING = "waiting for neighbours"
    PUT_BACK = "broken state put back"
    FAILED = "not recovered"


def ending_of(entries: Iterable[JournalEntry]) -> Ending | None:
    """Return how the run with these *entries* ended, None where it has not, or was stopped."""
    is_back = False
    found: Ending | None = None
    for entry in entries:
        if entry.event == events.PUTBACK_ENDED:
            is_back = bool(entry.data.get("proven"))
        elif entry.event == events.RUN_FINISHED:
            found = _named(entry) or _concluded(entry, is_back=is_back)
    return found


def _named(entry: JournalEntry) -> Ending | None:
    name: Any = entry.marks.get("ending")
    return Ending(name) if name in set(Ending) else None


def _concluded(entry: JournalEntry, *, is_back: bool) -> Ending:
    """Return the ending in a journal of oob 0.1, which did not name it."""
    if entry.marks.get("exit_code") == 0:
        return Ending.UNCHANGED if entry.data.get("outcome", {}).get("is_unchanged") else Ending.RECOVERED
    return Ending.PUT_BACK if is_back else Ending.FAILED
