"""The story of a run, told from its journal alone: what happened, when, with what result. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import oob.recovery.record.events as events
from oob.errors import JournalError
from oob.events import WARNING, Tone
from oob.recovery.after.point import Point
from oob.recovery.record.ending import PUT_BACK, RECOVER, Ending
from oob.recovery.record.journal import JournalEntry
from oob.report.after import check_list
from oob.report.elapsed import elapsed
from oob.report.incident import Incident, incident
from oob.report.lacking import lacking
from oob.report.scorecard import Scorecard, score
from oob.report.words import event_of, line

ENDS = {"finished": "done", "failed": "failed", "interrupted": "interrupted"}
UNSEEN = frozenset({"backups", "line", "identify"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A row of the timeline. *since* and *seconds* are from the beginning of the run, and how long it took.

    *result* is `done`, `failed`, `interrupted`, or empty for what has no end; *commands* are those of a step,
    *printed* is the device's answer to the step that failed.
    """

    utc: str
    since: float
    what: str
    tone: Tone
    seconds: float | None = None
    result: str = ""
    operator: str = ""
    commands: tuple[str, ...] = ()
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt and what came of it; in the phase `put-back` it is the broken state that was to be proven."""

    number: int
    strategy: str
    title: str
    verdict: str
    reason: str = ""
    phase: str = RECOVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A whole run. *found* is the first proof, *proof* the last, each as the journal has it; *gap* says what part
    of the journal could not be read, *lacks* what the timeline lacks, *milestones* are the names of all its events."""

    run: str
    device: str
    platform: str
    operators: tuple[str, ...]
    began: str
    ended: str
    state: str
    target: str
    baseline: str
    broken: str
    change: str
    reason: str
    card: Scorecard
    timeline: tuple[Moment, ...]
    tried: tuple[Tried, ...]
    found: Mapping[str, Any]
    proof: Mapping[str, Any]
    paths: tuple[str, ...]
    warnings: tuple[str, ...]
    left: tuple[str, ...]
    after: tuple[Point, ...]
    last_hash: str
    incident: Incident
    gap: str = ""
    lacks: tuple[str, ...] = ()
    incident_id: str = ""
    problem_id: str = ""
    trigger: str = ""
    affects: str = ""
    tier: str = ""
    milestones: frozenset[str] = frozenset()

    @property
    def is_recovered(self) -> bool:
        """Tell whether the device was proven to be back."""
        return self.card.is_recovered

    @property
    def is_restored(self) -> bool:
        """Tell whether the run left the target's configuration on the device."""
        return self.card.ending in (Ending.RECOVERED, Ending.WAITING)

    @property
    def attempts(self) -> Mapping[str, tuple[Tried, ...]]:
        """The attempts below their headings, without a heading that has none."""
        headings = {"Attempts to recover": RECOVER, "Attempts to put the broken state back": PUT_BACK}
        found = {
            heading: tuple(one for one in self.tried if (one.phase == PUT_BACK) == (phase == PUT_BACK))
            for heading, phase in headings.items()
        }
        return {heading: tried for heading, tried in found.items() if tried}


def tell(entries: Iterable[JournalEntry], *, gap: str = "") -> Story:
    """Return the story of the run that *entries* record; raises JournalError without one."""
    lines = tuple(entries)
    if not lines:
        raise JournalError(gap or "the journal holds no whole line")
    started = next((entry.marks for entry in lines if entry.event == events.RUN_STARTED), {})
    choices = started.get("choices", {})
    finished = _last(lines, events.RUN_FINISHED)
    return Story(
        run=lines[0].run,
        device=lines[0].device,
        platform=str(started.get("platform", "")),
        operators=tuple(dict.fromkeys(entry.operator for entry in lines)),
        began=lines[0].utc,
        ended=lines[-1].utc,
        state=_state(lines),
        target=str(started.get("target", "")),
        baseline=str(started.get("baseline", "")),
        broken=next((str(entry.marks["backup"]) for entry in lines if entry.event == events.PRESERVE.finished), ""),
        change=str(choices.get("change", "")),
        reason=str(choices.get("reason", "")),
        card=score(lines),
        timeline=_timeline(lines),
        tried=_tried(lines),
        found=_data(lines, "difference"),
        proof=_data([line for line in lines if line.marks.get("phase") != PUT_BACK], events.PROOF.finished)
        or _data(lines, "difference"),
        paths=tuple(dict.fromkeys(entry.path for entry in lines if entry.path)),
        warnings=tuple(dict.fromkeys(str(entry.data["text"]) for entry in lines if entry.event == WARNING)),
        left=tuple(finished.data.get("left", ())) if finished else (),
        after=check_list(lines),
        last_hash=lines[-1].hash,
        incident=incident(lines, damage=gap),
        gap=gap,
        lacks=lacking(lines, choices),
        incident_id=str(choices.get("incident", "")),
        problem_id=str(choices.get("problem", "")),
        trigger=str(choices.get("trigger", "")),
        affects=str(choices.get("affects", "")),
        tier=str(started.get("tier", "")),
        milestones=frozenset(entry.event for entry in lines),
    )


def _state(lines: tuple[JournalEntry, ...]) -> str:
    for entry in reversed(lines):
        if entry.event in events.RUN_ENDS:
            return str(entry.data["text"])
    return "unfinished: it was killed, or is still going on"


def _timeline(lines: tuple[JournalEntry, ...]) -> tuple[Moment, ...]:
    moments: list[Moment] = []
    going: dict[str, int] = {}
    seconds = elapsed(lines)
    for entry in lines:
        act, _, moment = entry.event.rpartition(".")
        if act in UNSEEN:
            continue
        if moment in ENDS and act in going:
            index = going.pop(act)
            moments[index] = _over(moments[index], entry, ENDS[moment])
            continue
        shown = line(event_of(entry))
        if shown is None:
            continue
        if moment == "started" and shown.is_going:
            going[act] = len(moments)
        moments.append(
            Moment(
                utc=entry.utc,
                since=seconds[entry.sequence],
                what=shown.text,
                tone=shown.tone,
                operator=entry.operator,
                commands=tuple(entry.data.get("commands", ())),
            )
        )
    return tuple(moments)


def _over(moment: Moment, entry: JournalEntry, result: str) -> Moment:
    why = "" if result == "done" else f": {entry.data['text']}"
    printed = "" if result == "done" else str(entry.data.get("printed", ""))
    what = f"{moment.what}{why}"
    return replace(moment, seconds=entry.data.get("seconds"), result=result, what=what, printed=printed)


def _tried(lines: tuple[JournalEntry, ...]) -> tuple[Tried, ...]:
    titles = {
        (entry.marks["phase"], entry.marks["number"]): str(entry.data["text"])
        for entry in lines
        if entry.event == events.ATTEMPT_STARTED
    }
    found: dict[tuple[object, ...], Tried] = {}
    for entry in lines:
        marks = entry.marks
        if entry.event == events.ATTEMPT_SKIPPED:
            text, title = str(entry.data["text"]), str(entry.data.get("title", ""))
            phase = str(entry.data.get("phase", RECOVER))
            skipped = Tried(
                number=0, strategy=marks["strategy"], title=title, verdict="left out", reason=text, phase=phase
            )
            found[("skipped", phase, marks["strategy"])] = skipped
        elif entry.event in (events.ATTEMPT_STARTED, events.ATTEMPT_ENDED):
            key = (marks["phase"], marks["number"])
            verdict = str(marks.get("verdict", "not ended"))
            found[key] = Tried(
                number=marks["number"],
                strategy=marks["strategy"],
                title=titles.get(key, ""),
                verdict=verdict,
                reason=str(entry.data["text"]) if verdict == "failed" else "",
                phase=str(marks["phase"]),
            )
    return tuple(found.values())


def _data(lines: Sequence[JournalEntry], event: str) -> Mapping[str, Any]:
    entry = _last(lines, event)
    return entry.data if entry else {}


def _last(lines: Sequence[JournalEntry], event: str) -> JournalEntry | None:
    return next((entry for entry in reversed(lines) if entry.event == event), None)
