"""What an event of a run is worth to a person: a line, the thing going on now, or nothing. Pure; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oob.events import Event

Tone = Literal["heading", "going", "done", "failed", "warning", "note"]

# Acts that a person need not see begin and end; their parts speak for themselves.
QUIET = frozenset(
    {"backups.started", "backups.finished", "reading.expected", "path.trying", "attempt.interrupted", "path.open"}
)
HEADINGS = frozenset({"run.started", "run.resumed", "attempt.started", "putback.started"})
WARNINGS = frozenset(
    {
        "warning",
        "path.failed",
        "console.note",
        "reading.doubt",
        "reading.opaque",
        "timer.absent",
        "tidy.failed",
        "path.budget",
        "window.extended",
        "attempt.waiting",
    }
)
FAILURES = frozenset({"attempt.judged", "run.stopped", "run.interrupted"})
NOTES = frozenset(
    {
        "after.checked",
        "timer.armed",
        "window.opened",
        "clock.compared",
        "hazards.found",
        "stage",
        "attempt.found",
        "step.shown",
        "timer.awaited",
        "putback.ended",
        "approval.requested",
        "authority.given",
        "authority.confirmed",
        "path.counted",
        "journal.anchored",
        "path.program",
    }
)
PARTS = frozenset({"reading", "proof"})  # acts whose parts are announced one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to show. *expected* seconds belong to something that is going on."""

    tone: Tone
    text: str
    device: str = ""
    expected: float = 0.0


def line(event: Event) -> Line | None:
    """Return what to show for *event*, None where that is nothing."""
    name = event.name
    _, _, moment = name.rpartition(".")
    if name in QUIET:
        return None
    if name in HEADINGS:
        return _line(event, "heading")
    if name in WARNINGS:
        return _line(event, "warning")
    if name in FAILURES:
        return _line(event, "failed")
    if name == "attempt.ended":
        tones: dict[object, Tone] = {"proven": "done", "waiting": "warning"}
        tone = tones.get(event.data.get("verdict"))
        return _line(event, tone) if tone else None
    if name == "attempt.skipped":
        return _line(event, "note", f"left out: {event.data.get('title', '')}: {event.text}")
    if name == "run.finished":
        return _line(event, "done" if event.data.get("exit_code") == 0 else "failed")
    if moment == "started":
        return _line(event, "going", expected=_number(event, "expected"))
    if moment == "finished":
        return _line(event, "done", f"{event.text} ({_number(event, 'seconds'):.1f} s)")
    if moment in ("failed", "interrupted"):
        return _line(event, "failed")
    if name in NOTES:
        return _line(event, "note")
    if name.partition(".")[0] in PARTS:
        return _line(event, "going", expected=_number(event, "seconds"))
    return None


def _line(event: Event, tone: Tone, text: str = "", *, expected: float = 0.0) -> Line:
    return Line(tone=tone, text=text or event.text, device=event.device, expected=expected)


def _number(event: Event, key: str) -> float:
    value = event.data.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
