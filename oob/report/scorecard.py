"""The score of a run, in figures: made from its journal alone, so that any copy of it gives the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import oob.recovery.record.events as events
from oob.events import REACH, REOPEN
from oob.recovery.record.ending import PUT_BACK, Ending, ending_of
from oob.recovery.record.journal import JournalEntry
from oob.report.elapsed import elapsed

TARGET_SECONDS = 300.0
KILO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """One run in figures, seconds from its beginning; None for a point not reached.

    *ending* says how it ended, empty where it has not. A run that found nothing wrong is not recovered and has no time
    to its proof. *lines* were typed and *bytes_in*, *bytes_out* crossed the line, as far as the processes that carried
    the run lived to count them: *uncounted* processes did not.
    """

    run: str
    device: str
    is_recovered: bool
    ending: str
    exit_code: int | None
    to_console: float | None
    to_proof: float | None
    seconds: float
    attempts_tried: int
    attempts_skipped: int
    strategy: str
    resumed: int
    interruptions: int
    lines: int
    bytes_in: int
    bytes_out: int
    uncounted: int = 0

    @property
    def traffic(self) -> tuple[str, str]:
        """The lines typed and the bytes that crossed, as far as they were counted."""
        if self.uncounted > self.resumed:
            return (UNCOUNTED, UNCOUNTED)
        least = "at least " if self.uncounted else ""
        return (f"{least}{self.lines}", f"{least}{self.bytes_in} received, {self.bytes_out} sent")

    @property
    def is_within_target(self) -> bool:
        """Tell whether the proof came within TARGET_SECONDS."""
        return self.to_proof is not None and self.to_proof <= TARGET_SECONDS

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return {**asdict(self), "target": TARGET_SECONDS, "is_within_target": self.is_within_target}

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return the figures as names and values to show."""
        return (
            ("device", self.device),
            ("recovered and proven", "yes" if self.is_recovered else f"no{f': {self.ending}' if self.ending else ''}"),
            ("time to console", _seconds(self.to_console)),
            ("time to proof", f"{_seconds(self.to_proof)} (target {TARGET_SECONDS:.0f} s)"),
            ("whole run", _seconds(self.seconds)),
            ("attempts", f"{self.attempts_tried} tried, {self.attempts_skipped} left out"),
            ("what worked", self.strategy or ("nothing was needed" if self.ending == Ending.UNCHANGED else "nothing")),
            ("path died or run resumed", f"{self.interruptions} and {self.resumed} times"),
            ("lines typed", self.traffic[0]),
            ("bytes", self.traffic[1]),
        )


def score(entries: Iterable[JournalEntry]) -> Scorecard:
    """Return the figures of the run whose journal has these *entries*; at least one has to be there."""
    lines = list(entries)
    seconds = elapsed(lines)

    def since(entry: JournalEntry | None) -> float | None:
        return seconds[entry.sequence] if entry else None

    proven = next((entry for entry in reversed(lines) if is_proof(entry)), None)
    finished = _last(lines, events.RUN_FINISHED)
    ended = finished or _last(lines, events.RUN_STOPPED) or _last(lines, events.RUN_INTERRUPTED)
    exit_code = ended.marks.get("exit_code") if ended else None
    counted = [entry.marks for entry in lines if entry.event == events.LINE_COUNTED]
    ending = ending_of(lines)
    is_recovered = ending is Ending.RECOVERED
    return Scorecard(
        run=lines[0].run,
        device=lines[0].device,
        is_recovered=is_recovered,
        ending=str(ending or ""),
        exit_code=exit_code,
        to_console=since(next((entry for entry in lines if entry.event == REACH.finished), None)),
        to_proof=since(proven or finished) if is_recovered else None,
        seconds=since(ended or lines[-1]) or 0.0,
        attempts_tried=_count(lines, events.ATTEMPT_STARTED),
        attempts_skipped=sum(
            entry.event == events.ATTEMPT_SKIPPED and entry.data.get("phase") != PUT_BACK for entry in lines
        ),
        strategy=str(proven.marks.get("strategy", "")) if proven else "",
        resumed=_count(lines, events.RUN_RESUMED),
        interruptions=_count(lines, REOPEN.started),
        lines=sum(marks["lines"] for marks in counted),
        bytes_in=sum(marks["bytes_in"] for marks in counted),
        bytes_out=sum(marks["bytes_out"] for marks in counted),
        uncounted=max(0, 1 + _count(lines, events.RUN_RESUMED) - len(counted)),
    )


def scoreboard(cards: Sequence[Scorecard]) -> list[str]:
    """Return the figures as lines: one under the other for one run, a table with a run a line for more."""
    if len(cards) == 1:
        rows = cards[0].rows()
        width = max(len(name) for name, _ in rows)
        return [*(f"{name:<{width}}  {value}" for name, value in rows), ""]
    lines = [HEADING, *map(_line, cards)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    left = [f"{card.device}: {card.ending or 'the run has not ended'}" for card in cards if not card.is_recovered]
    return [*table, *left, f"target: proof within {TARGET_SECONDS:.0f} s", ""] if cards else []


UNCOUNTED = "not counted"  # each process of a run counts at its end
HEADING = ("device", "proven", "console", "proof", "tried", "what worked", "drops", "lines", "kB in/out")


def _line(card: Scorecard) -> tuple[str, ...]:
    """Return the cells of one run, in the order of HEADING."""
    times = ("-" if value is None else f"{value:.1f} s" for value in (card.to_console, card.to_proof))
    return (
        card.device,
        "yes" if card.is_recovered else "no",
        *times,
        str(card.attempts_tried),
        card.strategy or "-",
        str(card.interruptions),
        str(card.lines),
        f"{card.bytes_in / KILO:.1f}/{card.bytes_out / KILO:.1f}",
    )


def is_proof(entry: JournalEntry) -> bool:
    """Tell whether *entry* says that an attempt has brought the device back, and not the broken state."""
    return (
        entry.event == events.ATTEMPT_ENDED
        and entry.marks.get("verdict") == "proven"
        and entry.marks.get("phase") != PUT_BACK
    )


def _last(lines: list[JournalEntry], event: str, **marks: object) -> JournalEntry | None:
    found = (
        entry
        for entry in reversed(lines)
        if entry.event == event and all(entry.marks.get(key) == value for key, value in marks.items())
    )
    return next(found, None)


def _count(lines: list[JournalEntry], event: str) -> int:
    return sum(entry.event == event and entry.marks.get("phase") != PUT_BACK for entry in lines)


def _seconds(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.1f} s"
