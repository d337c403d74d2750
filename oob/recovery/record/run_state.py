"""The state of a run, rebuilt from the events in its journal. Pure: the device's own answers count more than this.

`RunState.apply` is the only thing that changes it, with each line that a run writes and with each that a resumed run
reads, so both come to the same state. The states are frozen: nothing else can set a field of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Literal, Self

import oob.recovery.record.events as events
from oob.recovery.authority.authority import Persons
from oob.recovery.record.journal import JournalEntry

Verdict = Literal["", "failed", "proven", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptState:
    """One attempt: whether it was begun, its verdict, and which acts were announced.

    *armed_at* is when the step that arms the device's timer was announced; *armed_since* is the same on the monotonic
    clock, known only to the process that armed it. *is_half_done* tells that a step was announced, *has_finished* that
    the outcome of the last one was written. *before* is the digest of what a server's query answered before its step.
    *failure* is set once the attempt has failed, also before it is undone.
    """

    is_begun: bool = False
    armed_at: str = ""
    armed_since: float | None = None
    is_rebooting: bool = False
    is_half_done: bool = False
    has_finished: bool = False
    before: str = ""
    failure: str = ""
    verdict: Verdict = ""

    def apply(self, entry: JournalEntry) -> AttemptState:
        """Return the state after *entry*, a line of this attempt."""
        state, marks = replace(self, is_begun=True), entry.marks
        if entry.event == events.STEP.started:
            state = replace(
                state,
                is_half_done=True,
                has_finished=False,
                before=state.before or str(marks.get("before", "")),
                is_rebooting=state.is_rebooting or bool(marks.get("reboots")),
            )
            return replace(state, armed_at=entry.utc, armed_since=entry.monotonic) if marks.get("arms") else state
        if entry.event == events.STEP.finished:
            return replace(state, has_finished=True)
        if entry.event == events.ATTEMPT_JUDGED:
            return replace(state, failure=str(entry.data.get("failure") or "it failed without a reason"))
        if entry.event == events.ATTEMPT_ENDED:
            return replace(state, verdict=marks["verdict"])
        return state


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """Everything that a run has done so far; a new run has an empty one.

    *started* and *preflight* are the marks of these events. *approved* is the hash of the scope that *authority* was
    given for.
    """

    started: Mapping[str, Any] = field(default_factory=dict)
    preserved: str = ""
    preflight: Mapping[str, Any] | None = None
    attempts: Mapping[tuple[str, int], AttemptState] = field(default_factory=dict)
    is_putting_back: bool = False
    ended: str = ""
    authority: Persons = "none"
    approved: str = ""

    @classmethod
    def of(cls, entries: Iterable[JournalEntry]) -> Self:
        """Return the state that *entries* lead to."""
        return reduce(cls.apply, entries, cls())

    def attempt(self, phase: str, number: int) -> AttemptState:
        """Return the state of one attempt, which may not have begun."""
        return self.attempts.get((phase, number)) or AttemptState()

    def apply(self, entry: JournalEntry) -> Self:
        """Return the state after *entry*."""
        marks = entry.marks
        match entry.event:
            case events.RUN_STARTED:
                return replace(self, started=marks)
            case events.RUN_RESUMED:  # the next process has another monotonic clock
                kept = {key: replace(attempt, armed_since=None) for key, attempt in self.attempts.items()}
                return replace(self, attempts=kept)
            case events.PRESERVE.finished:
                return replace(self, preserved=str(marks["backup"]))
            case events.PREFLIGHT.finished:
                return replace(self, preflight=marks)
            case events.AUTHORITY_GIVEN | events.AUTHORITY_CONFIRMED:
                return replace(self, authority=marks["persons"], approved=str(marks.get("approved", "")))
            case events.PUTBACK_STARTED:
                return replace(self, is_putting_back=True)
            case events.RUN_FINISHED:
                return replace(self, ended=entry.event)
        if "number" not in marks:
            return self
        key = str(marks["phase"]), int(marks["number"])
        return replace(self, attempts={**self.attempts, key: self.attempt(*key).apply(entry)})


def armed_for(armed_at: str, now: datetime) -> float:
    """Return the seconds since a step that arms the timer was announced."""
    return max(0.0, (now - datetime.fromisoformat(armed_at)).total_seconds())
