"""What a journal says of a run so far, as far as going on needs it. Pure: the device's word counts more than this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import oob.recovery.record.events as events
from oob.recovery.authority.authority import Persons
from oob.recovery.record.journal import Entry

Verdict = Literal["", "failed", "proven", "waiting"]


@dataclass(slots=True, kw_only=True)
class AttemptPast:
    """One attempt: whether it was begun, what it was judged, and which acts had been announced.

    *armed_since* is `armed_at` on the monotonic clock, known to the process alone that armed the timer. *has_finished*
    tells that the outcome of its last step was written down. *failure* is set once it is known that it
    did not work, also before it has been undone.
    """

    is_begun: bool = False
    armed_at: str = ""
    is_rebooting: bool = False
    is_half_done: bool = False
    has_finished: bool = False
    armed_since: float | None = None
    failure: str = ""
    verdict: Verdict = ""


@dataclass(slots=True, kw_only=True)
class Past:
    """Everything that has been written down; a new run has an empty one.

    *approved* is the hash of the scope that *authority* was given for.
    """

    started: Mapping[str, Any] = field(default_factory=dict)
    preserved: str = ""
    preflight: Mapping[str, Any] | None = None
    attempts: dict[tuple[str, int], AttemptPast] = field(default_factory=dict)
    is_putting_back: bool = False
    ended: str = ""
    authority: Persons = "none"
    approved: str = ""

    def attempt(self, phase: str, number: int) -> AttemptPast:
        """Return what is known of one attempt."""
        return self.attempts.setdefault((phase, number), AttemptPast())


def recall(entries: Iterable[Entry]) -> Past:
    """Return the past that *entries* tell."""
    past = Past()
    for entry in entries:
        _take(past, entry)
    return past


def armed_for(armed_at: str, now: datetime) -> float:
    """Return the seconds since a step that arms the timer was announced."""
    return max(0.0, (now - datetime.fromisoformat(armed_at)).total_seconds())


def _take(past: Past, entry: Entry) -> None:
    marks = entry.marks
    if entry.event == events.RUN_STARTED:
        past.started = marks
    elif entry.event == events.PRESERVE.finished:
        past.preserved = str(marks["backup"])
    elif entry.event == events.PREFLIGHT.finished:
        past.preflight = marks
    elif entry.event in (events.AUTHORITY_GIVEN, events.AUTHORITY_CONFIRMED):
        past.authority, past.approved = marks["persons"], str(marks.get("approved", ""))
    elif entry.event == events.PUTBACK_STARTED:
        past.is_putting_back = True
    elif entry.event == events.RUN_FINISHED:
        past.ended = entry.event
    elif "number" in marks:
        _take_attempt(past.attempt(str(marks["phase"]), int(marks["number"])), entry)


def _take_attempt(attempt: AttemptPast, entry: Entry) -> None:
    marks = entry.marks
    attempt.is_begun = True
    if entry.event == events.STEP.started:
        attempt.is_half_done = True
        attempt.is_rebooting |= bool(marks.get("reboots"))
        if marks.get("arms"):
            attempt.armed_at = entry.utc
    elif entry.event == events.STEP.finished:
        attempt.has_finished = True
    elif entry.event == events.ATTEMPT_JUDGED:
        attempt.failure = str(entry.data.get("failure", ""))
    elif entry.event == events.ATTEMPT_ENDED:
        attempt.verdict = marks["verdict"]
