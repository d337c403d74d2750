"""The score of a drill for people, from its record alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from oob.drill.practice.record import PracticeEvent

HINT_PRICE, WORSE_PRICE = 5, 5
CONSOLE_SECONDS = 120.0
# What arms a device's own timer, in the words of each platform.
ARMS = re.compile(
    r"(?i)^\s*(?:configure replace\s.*\b(?:time|timer|revert)\b|configure terminal revert timer|commit confirmed"
    r"|commit timer|reload in\b|configure session \S+ commit timer)"
)
LOOKS = re.compile(r"(?i)^\s*(?:do |run )?(?:sh(?:ow?)?|ping|traceroute|verify)\b")
READS_ROUTES = re.compile(r"(?i)^\s*(?:do |run )?sh(?:ow?)?\s+(?:ip\s+|ipv6\s+)?ro")
CHANGES = re.compile(
    r"(?i)^\s*(?:conf|edit\b|load\b|rollback\b|commit\b|set\b|delete\b|no\b|copy\b|reload\b|request\b)"
)
CANDIDATE = re.compile(
    r"(?i)^\s*(?:configure(?:\s+(?:exclusive|private))?\s*$|edit\b|load\b|rollback\b|set\b|delete\b|commit check)"
)  # moves no route by itself
EFFECTIVE = re.compile(
    r"(?i)^\s*(?:commit(?!\s+(?:confirmed|check|timer))|copy|no|reload(?!\s+in)|configure replace)\b"
)
SAVES = re.compile(r"(?i)^\s*(?:write(?: mem\w*)?|copy run\S* start\S*|wr)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeScore:
    """A drill in figures: seconds from its start, None for a point not reached.

    *worse* are the commands after which more routes were missing, or that saved the broken state.
    """

    to_console: float | None
    to_diagnosis: float | None
    to_restored: float | None
    to_proof: float | None
    timer_armed: bool
    record_kept: bool
    hints: int
    worse: tuple[str, ...]
    seconds: float
    is_finished: bool
    points: int

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return asdict(self)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return the figures as names and values to show."""
        return (
            ("time to console", _shown(self.to_console)),
            ("time to diagnosis", _shown(self.to_diagnosis)),
            ("routes restored", _shown(self.to_restored)),
            ("time to proof", _shown(self.to_proof)),
            ("revert timer armed first", "yes" if self.timer_armed else "NO"),
            ("record kept", "yes" if self.record_kept else "NO"),
            ("hints", f"{self.hints} (-{self.hints * HINT_PRICE})"),
            ("made it worse", "; ".join(self.worse) or "nothing"),
            ("points", f"{self.points} of 100{'' if self.is_finished else ', the drill was stopped'}"),
        )


def score(events: Iterable[PracticeEvent]) -> PracticeScore:
    """Return the score of the drill with these *events*, in the order in which they happened."""
    story = sorted(events, key=lambda one: one.seconds)
    change = _first(story, lambda one: one.kind == "line" and bool(CHANGES.match(one.text)))
    diagnosis = _first(story, lambda one: one.kind == "diagnosis")
    restored, proof = _restored(story), _proof(story)
    worse = tuple(_worse(story))
    hints = sum(one.kind == "hint" for one in story)
    console = _first(story, lambda one: one.kind == "key")
    is_armed = _is_armed(story)
    is_kept = any(one.kind in ("kept", "note") for one in story)
    points = 10 * (console is not None and console <= CONSOLE_SECONDS)
    points += (20 if change is None or diagnosis <= change else 10) if diagnosis is not None else 0
    points += 20 * is_armed + 20 * (restored is not None) + 20 * (proof is not None) + 10 * is_kept
    return PracticeScore(
        to_console=console,
        to_diagnosis=diagnosis,
        to_restored=restored,
        to_proof=proof,
        timer_armed=is_armed,
        record_kept=is_kept,
        hints=hints,
        worse=worse,
        seconds=story[-1].seconds if story else 0.0,
        is_finished=any(one.kind == "finished" for one in story),
        points=max(0, points - HINT_PRICE * hints - WORSE_PRICE * len(worse)),
    )


def _first(story: Sequence[PracticeEvent], is_it: Callable[[PracticeEvent], bool]) -> float | None:
    return next((one.seconds for one in story if is_it(one)), None)


def _restored(story: Sequence[PracticeEvent]) -> float | None:
    """Return when the last missing route came back for good."""
    counts = [one for one in story if one.kind == "routes"]
    if not counts or counts[-1].missing:
        return None
    back = counts[-1]
    for one in reversed(counts):
        if one.missing:
            break
        back = one
    return back.seconds


def _proof(story: Sequence[PracticeEvent]) -> float | None:
    """Return when the team read the routes, or oob proved them, once nothing was missing any more."""
    restored = _restored(story)
    if restored is None:
        return None
    return _first(
        story,
        lambda one: (
            one.seconds >= restored
            and (one.kind == "proven" or (one.kind == "line" and bool(READS_ROUTES.match(one.text))))
        ),
    )


def _worse(story: Sequence[PracticeEvent]) -> Iterator[str]:
    """Yield each command that cost routes, or saved a state in which some were missing."""
    last, missing = "", 0
    broken: tuple[str, ...] = ()
    for one in story:
        if one.kind == "line" and not LOOKS.match(one.text):
            last = f"{one.router}: {one.text.strip()}"
            if one.router in broken and SAVES.match(one.text):
                yield f"{last} (saved the broken state)"
        elif one.kind == "routes":
            if last and one.missing > missing:
                yield f"{last} ({one.missing - missing} more routes missing)"
            missing, broken = one.missing, one.broken
        elif one.kind == "started":
            missing, broken = one.missing, one.broken


def _is_armed(story: Sequence[PracticeEvent]) -> bool:
    """Tell whether a timer was armed on each changed router before anything took effect there."""
    routers = {one.router for one in story if one.router}
    armed = {name: _first([one for one in story if one.router == name], _arms) for name in routers}
    effective = {name: _effect(story, name) for name in routers}
    late = [
        name
        for name, effect in effective.items()
        if effect is not None and ((first := armed[name]) is None or first > effect)
    ]
    return not late and any(first is not None for first in armed.values())


def _arms(one: PracticeEvent) -> bool:
    return one.kind == "timer" or (one.kind == "line" and bool(ARMS.match(one.text)))


def _effect(story: Sequence[PracticeEvent], router: str) -> float | None:
    """Return when a change first took effect on *router*: by its command, or by the routes that it moved."""
    last: PracticeEvent | None = None
    for one in story:
        if one.kind == "line" and CHANGES.match(one.text) and not CANDIDATE.match(one.text):
            last = one
            if one.router == router and EFFECTIVE.match(one.text) and not _arms(one):
                return one.seconds
        elif one.kind == "routes" and last is not None and last.router == router:
            return one.seconds
    return None


def _shown(seconds: float | None) -> str:
    return "not reached" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
