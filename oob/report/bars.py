"""A run on one time axis: its acts as bars, and beside them the paths, the revert timer and the messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import oob.recovery.record.events as events
from oob.events import REACH, REOPEN
from oob.recovery.record.ending import PUT_BACK
from oob.recovery.record.journal import JournalEntry
from oob.report.elapsed import elapsed
from oob.report.messages import messages

WORK, PROOF, PATH, TIMER, MESSAGE = "work", "proof", "path", "timer", "message"
LANES = (WORK, PROOF, PATH, TIMER, MESSAGE)

ACTS = {
    "reach": (WORK, "reach"),
    "preserve": (WORK, "snapshot"),
    "preflight": (WORK, "preflight"),
    "trial": (WORK, "preflight"),
    "attempt": (WORK, "attempt"),
    "save": (WORK, "save"),
    "after": (WORK, "checks"),
    "watch": (WORK, "watch"),
    "proof": (PROOF, "prove"),
    "confirm": (PROOF, "confirm"),
    "revert": (PROOF, "revert"),
    "confirmation": (PROOF, "approval"),
    "pause": (PROOF, "pause"),
}
FAILED, DONE, GOING = "failed", "done", "going"
OUTCOMES = {"finished": DONE, "failed": FAILED, "interrupted": FAILED, "ended": DONE}
DISARMED = frozenset({events.CONFIRM.finished, events.REVERT.finished, events.ATTEMPT_ENDED, *events.RUN_ENDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Something from *start* to *end*, seconds of the run; *end* is None while it goes on.

    *state* is `done`, `failed`, `going`, for a timer `armed`, for a path `drop`; a message is a bar without length.
    """

    lane: str
    name: str
    text: str
    start: float
    end: float | None
    state: str

    def as_json(self) -> dict[str, Any]:
        """Return the bar as plain data."""
        return asdict(self)


def bars(entries: Sequence[JournalEntry]) -> tuple[Bar, ...]:
    """Return the bars of the run with these *entries*, lane by lane, each in order of time."""
    seconds = elapsed(entries)
    found = [*_acts(entries, seconds), *_paths(entries, seconds), *_timers(entries, seconds)]
    found += [
        Bar(lane=MESSAGE, name=told.kind, text=told.text, start=at, end=at, state=DONE)
        for told in messages(entries)
        if (at := seconds.get(told.number)) is not None
    ]
    return tuple(sorted(found, key=lambda bar: (LANES.index(bar.lane), bar.start)))


def _acts(entries: Sequence[JournalEntry], seconds: dict[int, float]) -> list[Bar]:
    found: list[Bar] = []
    going: dict[str, int] = {}
    for entry in entries:
        at = seconds[entry.sequence]
        act, _, moment = entry.event.rpartition(".")
        if entry.event in events.RUN_ENDS:
            for index in going.values():
                found[index] = replace(found[index], end=at, state=FAILED)
            going.clear()
        elif act in ACTS and moment == "started":
            lane, name = ACTS[act]
            going[act] = len(found)
            shown = f"{_kind(entry)}{name} {entry.marks['number']}" if act == "attempt" else name
            text = str(entry.data.get("text", ""))
            found.append(Bar(lane=lane, name=shown, text=text, start=at, end=None, state=GOING))
        elif act in going and moment in OUTCOMES:
            state = FAILED if entry.marks.get("verdict") == "failed" else OUTCOMES[moment]
            index = going.pop(act)
            found[index] = replace(found[index], end=at, state=state)
    return found


def _kind(entry: JournalEntry) -> str:
    return "put back: " if entry.marks.get("phase") == PUT_BACK else ""


def _paths(entries: Sequence[JournalEntry], seconds: dict[int, float]) -> list[Bar]:
    found: list[Bar] = []
    for entry in entries:
        at = seconds[entry.sequence]
        if entry.event == REOPEN.started:
            found = _ended(found, at)
            found.append(Bar(lane=PATH, name="drop", text=str(entry.data["text"]), start=at, end=None, state="drop"))
        elif entry.event in (REACH.finished, REOPEN.finished) or entry.event in events.RUN_ENDS:
            found = _ended(found, at)
            path = str(entry.data.get("path") or entry.path)
            if path and entry.event not in events.RUN_ENDS:
                found.append(Bar(lane=PATH, name=path.partition(":")[0], text=path, start=at, end=None, state=GOING))
    return found


def _timers(entries: Sequence[JournalEntry], seconds: dict[int, float]) -> list[Bar]:
    found: list[Bar] = []
    for entry in entries:
        at = seconds[entry.sequence]
        if entry.event == events.TIMER_ARMED:
            until = _seconds_between(entry.utc, str(entry.data.get("deadline", "")))
            name = f"reverts after {until / 60:.0f} min" if until >= 60 else "revert timer"
            text = str(entry.data.get("text", ""))
            found = _ended(found, at)
            found.append(Bar(lane=TIMER, name=name, text=text, start=at, end=None, state="armed"))
        elif entry.event in DISARMED:
            found = _ended(found, at)
    return found


def _ended(found: list[Bar], at: float) -> list[Bar]:
    if found and found[-1].end is None:
        state = DONE if found[-1].state == GOING else found[-1].state
        return [*found[:-1], replace(found[-1], end=at, state=state)]
    return found


def _seconds_between(utc: str, later: str) -> float:
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(utc)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
