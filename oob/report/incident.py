"""One run as its page and its report show it, made from its journal alone: band, ladder, bars, tiles, missing routes.

The state of the band is that of `board`, so the terminal and the browser say the same. Pure; draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import oob.recovery.record.events as events
from oob.errors import JournalError
from oob.printable import one_line
from oob.recovery.record.ending import PUT_BACK, RECOVER
from oob.recovery.record.journal import JournalEntry
from oob.report.bars import LANES, Bar, bars
from oob.report.board import Board, DeviceBoard
from oob.report.elapsed import elapsed
from oob.report.messages import Message, messages
from oob.report.sides import sections
from oob.report.tiles import PROGRESS, Tile, missing_of, tiles
from oob.report.words import ViewLine, event_of

LINES = 8  # that the page shows of the device's log of events
ROWS = 100  # of the configuration's difference
PREFIXES = 50  # of each cause
LONGEST = 240  # characters of a line there
ATTEMPTED = {"proven": "proven", "waiting": "neighbour down", "failed": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An attempt of the ladder: *state* is `next`, `in progress`, `failed`, `proven`, `neighbour down` or `skipped`."""

    number: int
    strategy: str
    title: str
    state: str
    reason: str = ""
    phase: str = RECOVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line of the view: the *number* of its journal line, and the UTC time at which that was written."""

    number: int
    utc: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The last reading's difference from the baseline: *lines* of the configuration differ.

    *rows* are all of them or the first: section, on the device, as it should be. *critical* prefixes have no route;
    *prefixes* are those of each cause.
    """

    lines: int = 0
    is_cut: bool = False
    rows: tuple[tuple[str, str, str], ...] = ()
    critical: tuple[str, ...] = ()
    prefixes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A run at the moment of its last line.

    *board* is the state of the band, *at* the seconds of the run and *utc* the time of that line. *missing* are the
    critical prefixes, addresses and neighbours that the last reading missed, *causes* its changes of routes by cause;
    *question* is the open question of the run, with its number, text and window, empty while none is open;
    *rate* is what the line carries, in bytes a second, 0 where it is unknown.
    """

    run: str
    device: str
    operators: tuple[str, ...]
    change: str
    reason: str
    began: str
    utc: str
    at: float
    board: DeviceBoard
    ladder: tuple[Rung, ...]
    bars: tuple[Bar, ...]
    tiles: tuple[Tile, ...]
    missing: Mapping[str, Any]
    causes: tuple[str, ...]
    said: tuple[Spoken, ...]
    messages: tuple[Message, ...]
    path: str
    question: Mapping[str, Any]
    difference: Difference
    rate: float = 0.0
    damage: str = ""

    @property
    def verdict(self) -> str:
        """The word of the band."""
        return self.board.verdict or "STARTING"

    def moment(self, utc: datetime) -> float:
        """Return the seconds of the run at the time *utc*, which is that of its last line once it is over."""
        if self.board.is_over:
            return self.at
        return self.at + max(0.0, (utc - datetime.fromisoformat(self.utc)).total_seconds())

    def band(self, utc: datetime) -> dict[str, Any]:
        """Return what the band shows at the time *utc*; left is in whole seconds, None where it is unknown."""
        at = self.moment(utc)
        left = self.board.left(at)
        going = self.board.activity
        return {
            "run": self.run,
            "device": self.device,
            "verdict": self.verdict,
            "percent": self.board.percent(at),
            "left": None if left is None else round(left),
            "deadline": self.board.deadline.isoformat() if self.board.deadline else "",
            "doing": one_line(going.text)[:LONGEST] if going else "",
            "over": self.board.is_over,
            "attempt": list(self.board.place or ()),
            "began": self.began,
            "by": ", ".join(self.operators),
        }

    def gauges(self, utc: datetime) -> tuple[Tile, ...]:
        """Return the tiles at the time *utc*: the percent of the run is that of the band."""
        percent = self.board.percent(self.moment(utc))
        if percent is None:
            return self.tiles
        return tuple(replace(tile, text=f"{percent} %") if tile.name == PROGRESS else tile for tile in self.tiles)

    def as_json(self, utc: datetime) -> dict[str, Any]:
        """Return all that a page shows, as plain data of keys and short values."""
        return {
            "band": self.band(utc),
            "at": round(self.at, 1),
            "change": self.change,
            "reason": self.reason,
            "path": self.path,
            "question": dict(self.question),
            "damage": self.damage,
            "ladder": [_short(asdict(rung)) for rung in self.ladder],
            "bars": {lane: [_short(bar.as_json()) for bar in self.bars if bar.lane == lane] for lane in LANES},
            "tiles": {tile.name: tile.as_json() for tile in self.gauges(utc)},
            "missing": dict(self.missing),
            "causes": [cause[:LONGEST] for cause in self.causes],
            "difference": {
                "lines": self.difference.lines,
                "cut": self.difference.is_cut,
                "rows": [[text[:LONGEST] for text in row] for row in self.difference.rows],
                "critical": list(self.difference.critical),
                "prefixes": [list(prefixes) for prefixes in self.difference.prefixes],
            },
            "said": {str(line.number): _short(asdict(line)) for line in self.said},
            "messages": [{"utc": one.utc[:19], "kind": one.kind, "text": one.text[:LONGEST]} for one in self.messages],
        }


def incident(entries: Sequence[JournalEntry], *, damage: str = "") -> Incident:
    """Return the run with these *entries*; raises JournalError without one."""
    if not entries:
        raise JournalError(damage or "the journal holds no whole line")
    seconds = elapsed(entries)
    board, said = _followed(entries, seconds)
    choices = next((entry.marks for entry in entries if entry.event == events.RUN_STARTED), {}).get("choices", {})
    last, at = entries[-1], seconds[entries[-1].sequence]
    reading = _last_reading(entries)
    return Incident(
        run=last.run,
        device=last.device,
        operators=tuple(dict.fromkeys(entry.operator for entry in entries)),
        change=str(choices.get("change", "")),
        reason=str(choices.get("reason", "")),
        began=entries[0].utc,
        utc=last.utc,
        at=at,
        board=board,
        ladder=ladder(entries),
        bars=bars(entries),
        tiles=tiles(entries, board.verdict, board.percent(at)),
        missing=missing_of(reading),
        causes=_causes(_last_reading(entries, "routes")),
        said=said,
        messages=tuple(messages(entries)),
        path=next((entry.path for entry in reversed(entries) if entry.path), ""),
        question=_question(entries),
        difference=_difference(reading, _last_reading(entries, "routes")),
        rate=_rate(entries),
        damage=damage,
    )


def ladder(entries: Sequence[JournalEntry]) -> tuple[Rung, ...]:
    """Return the attempts of the plan in their order, each with what came of it; those to put back come last."""
    found: dict[tuple[str, str], Rung] = {}
    for entry in entries:
        marks, data = entry.marks, entry.data
        if entry.event == events.PLAN_MADE and isinstance(data.get("plan"), Mapping):
            for one in data["plan"].get("attempts", ()):
                found[RECOVER, one["strategy"]] = _planned(one)
        elif entry.event == events.ATTEMPT_SKIPPED:
            phase, strategy = str(data.get("phase", RECOVER)), str(marks["strategy"])
            number = found[phase, strategy].number if (phase, strategy) in found else 0
            title, why = str(data.get("title", "")), str(data["text"])
            found[phase, strategy] = Rung(
                number=number, strategy=strategy, title=title, state="skipped", reason=why, phase=phase
            )
        elif entry.event in (events.ATTEMPT_STARTED, events.ATTEMPT_ENDED, events.ATTEMPT_JUDGED):
            key = (str(marks["phase"]), str(marks["strategy"]))
            found[key] = _tried(entry, found.get(key))
    is_over = any(entry.event == events.RUN_FINISHED for entry in entries)
    rungs = (replace(rung, state="not needed") if is_over and rung.state == "next" else rung for rung in found.values())
    return tuple(sorted(rungs, key=lambda rung: rung.phase == PUT_BACK))


def _planned(one: Mapping[str, Any]) -> Rung:
    why = str(one.get("skipped", ""))
    return Rung(
        number=int(one["number"]),
        strategy=str(one["strategy"]),
        title=str(one.get("title", "")),
        state="skipped" if why else "next",
        reason=why or str(one.get("why", "")),
    )


def _tried(entry: JournalEntry, known: Rung | None) -> Rung:
    text, verdict = str(entry.data["text"]), str(entry.marks.get("verdict", ""))
    is_start = entry.event == events.ATTEMPT_STARTED
    state = "in progress" if is_start else ATTEMPTED.get(verdict, "failed")
    return Rung(
        number=int(entry.marks["number"]),
        strategy=str(entry.marks["strategy"]),
        title=text if is_start else known.title if known else "",
        state=state,
        reason="" if state in ("in progress", "proven") else text,
        phase=str(entry.marks["phase"]),
    )


def _followed(entries: Sequence[JournalEntry], seconds: Mapping[int, float]) -> tuple[DeviceBoard, tuple[Spoken, ...]]:
    board, said = Board(), list[Spoken]()
    for entry in entries:
        shown = board.take(event_of(entry), seconds[entry.sequence])
        if shown is not None:
            said.append(_spoken(entry, shown))
    return next(iter(board)), tuple(said[-LINES:])


def _spoken(entry: JournalEntry, shown: ViewLine) -> Spoken:
    return Spoken(number=entry.sequence, utc=entry.utc[11:19], code=shown.tone.code, text=one_line(shown.text))


def _question(entries: Sequence[JournalEntry]) -> Mapping[str, Any]:
    ends = {events.QUESTION.finished, events.QUESTION.failed, events.QUESTION.interrupted, *events.RUN_ENDS}
    for entry in reversed(entries):
        if entry.event in ends:
            return {}
        if entry.event == events.QUESTION.started:
            end = datetime.fromisoformat(entry.utc) + timedelta(seconds=float(entry.data.get("expected", 0.0)))
            text, silence = (str(entry.data.get(name, "")) for name in ("text", "silence"))
            return {"number": entry.sequence, "text": text, "silence": silence, "until": end.isoformat()}
    return {}


def _rate(entries: Sequence[JournalEntry]) -> float:
    plans = (entry.data.get("plan") for entry in reversed(entries) if entry.event == events.PLAN_MADE)
    speed = next((plan.get("speed") for plan in plans if isinstance(plan, Mapping)), None) or {}
    return float(speed.get("bytes_per_second", 0.0))


def _last_reading(entries: Sequence[JournalEntry], key: str = "") -> Mapping[str, Any]:
    """Return the data of the last reading of a proof, of the last that has *key* where one is given."""
    kinds = (events.DIFFERENCE, events.PROOF_WAITING, events.PROOF.finished)
    found = (entry.data for entry in reversed(entries) if entry.event in kinds)
    return next((data for data in found if not key or data.get(key)), {})


def _causes(reading: Mapping[str, Any]) -> tuple[str, ...]:
    routes = reading.get("routes") or {}
    groups = routes.get("groups")
    if groups is None:
        return tuple(map(str, routes.get("lines", ())))
    return tuple(f"{group['cause']} (vrf {group['vrf']}): {_counted(group['counts'])}" for group in groups)


def _difference(reading: Mapping[str, Any], routing: Mapping[str, Any]) -> Difference:
    routes = routing.get("routes") or {}
    found = [
        (section.title, row.found, row.wanted)
        for section in sections(reading.get("lines") or ())
        for row in section.rows
    ]
    return Difference(
        lines=int(reading.get("lines_differing", 0)),
        is_cut=len(found) > ROWS or len(reading.get("lines") or ()) < int(reading.get("lines_differing", 0)),
        rows=tuple(found[:ROWS]),
        critical=tuple(map(str, routes.get("missing") or ()))[:PREFIXES],
        prefixes=tuple(tuple(map(str, group.get("prefixes", ())))[:PREFIXES] for group in routes.get("groups") or ()),
    )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _short(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value[:LONGEST] if isinstance(value, str) else value for key, value in data.items()}
