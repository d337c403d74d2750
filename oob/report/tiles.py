"""Four gauges of a run, each with its baseline: progress, error rate, health, impact. Pure.

A gauge turns to alert when it is 10 % off its baseline, and says since when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import oob.recovery.record.events as events
from oob.recovery.record.ending import PUT_BACK
from oob.recovery.record.journal import JournalEntry
from oob.report.elapsed import elapsed

PROGRESS = "progress"
OFF = 10.0  # percent off the baseline that make an alert
WHOLE = 100.0
POINTS = 40  # of a line, at most
ENDS = ("finished", "failed", "interrupted")
PROOFS = frozenset({events.DIFFERENCE, events.PROOF_WAITING, events.PROOF.finished})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """*percent* of the baseline at *at* seconds of the run; *text* says it in the field's own numbers."""

    at: float
    percent: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One gauge. *samples* is its line in percent of the *baseline*; *alert_since* is in seconds of the run.

    Without a sample *text* says why nothing is known.
    """

    name: str
    text: str
    baseline: str
    samples: tuple[Sample, ...] = ()
    alert_since: float | None = None

    @property
    def is_alert(self) -> bool:
        """Tell whether it is off its baseline by 10 % or more."""
        return self.alert_since is not None

    def as_json(self) -> dict[str, Any]:
        """Return the tile as plain data, its line thinned to POINTS."""
        points = [[sample.at, round(sample.percent, 1)] for sample in _thin(self.samples)]
        return {**asdict(self), "samples": points}


def tiles(entries: Sequence[JournalEntry], verdict: str, percent: int | None) -> tuple[Tile, ...]:
    """Return the four tiles of the run with these *entries*, which is *percent* done."""
    seconds = elapsed(entries)
    return (
        _progress(entries, seconds, verdict, percent),
        _errors(entries, seconds),
        _health(entries, seconds),
        _impact(entries, seconds),
    )


def _progress(entries: Sequence[JournalEntry], seconds: dict[int, float], verdict: str, percent: int | None) -> Tile:
    """Compare the time spent on each attempt and proof with the expected one."""
    samples: list[Sample] = []
    expected = spent = now = 0.0
    for entry in entries:
        act, _, moment = entry.event.rpartition(".")
        if entry.event == events.STEP.started:
            now = _number(entry.data, "expected")
        elif act == "step" and moment in ENDS and now:
            spent, expected = spent + _number(entry.data, "seconds"), expected + now
            share = WHOLE * spent / expected
            samples.append(Sample(at=seconds[entry.sequence], percent=share, text=f"{spent:.0f} s of {expected:.0f} s"))
    shown = "not known yet" if percent is None else f"{percent} %"
    late = f"steps took {samples[-1].text} expected" if samples else "expected seconds of the plan"
    return Tile(
        name=PROGRESS,
        text=shown if percent is not None else verdict.lower() or shown,
        baseline=late,
        samples=tuple(samples),
        alert_since=_since(samples, lambda value: value >= WHOLE + OFF),
    )


def _errors(entries: Sequence[JournalEntry], seconds: dict[int, float]) -> Tile:
    samples: list[Sample] = []
    steps = failed = 0
    for entry in entries:
        act, _, moment = entry.event.rpartition(".")
        if entry.event == events.ATTEMPT_STARTED and steps:  # the next attempt starts with a clean sheet
            steps = failed = 0
            samples.append(Sample(at=seconds[entry.sequence], percent=0.0, text="no step of this attempt yet"))
        if act != "step" or moment not in ENDS:
            continue
        steps += 1
        is_bad = moment != "finished" or bool(entry.data.get("refused")) or bool(entry.data.get("resent"))
        failed += is_bad
        share = WHOLE * failed / steps
        samples.append(Sample(at=seconds[entry.sequence], percent=share, text=f"{failed} of {steps} steps"))
    return Tile(
        name="error rate",
        text=f"{samples[-1].percent:.0f} % ({samples[-1].text})" if samples else "no step typed yet",
        baseline="baseline 0 %",
        samples=tuple(samples),
        alert_since=_since(samples, lambda value: value >= OFF),
    )


def _health(entries: Sequence[JournalEntry], seconds: dict[int, float]) -> Tile:
    samples = tuple(_present(entries, seconds, ("neighbours",)))
    return Tile(
        name="health",
        text=f"{samples[-1].text} neighbours and interfaces up" if samples else "neighbours not read yet",
        baseline="baseline 100 %; CPU and memory: oob verify",
        samples=samples,
        alert_since=_since(samples, lambda value: value <= WHOLE - OFF),
    )


def _impact(entries: Sequence[JournalEntry], seconds: dict[int, float]) -> Tile:
    samples = tuple(_present(entries, seconds, ("prefixes", "addresses")))
    given = [(seconds[entry.sequence], _figures(entry)) for entry in entries if entry.event == events.FIGURES_READ]
    critical = f"{samples[-1].text} critical prefixes and pings" if samples else "nothing critical read yet"
    since = [_since(samples, lambda value: value <= WHOLE - OFF)]
    texts = [critical]
    for name in given[-1][1] if given else ():
        found = [(at, figures[name]) for at, figures in given if name in figures]
        texts.append(_said(name, found[-1][1]))
        known = [_figure(at, figure) for at, figure in found if "value" in figure]  # one not read clears no alert
        since.append(_since(known, lambda value: value >= OFF))
    return Tile(
        name="impact",
        text="; ".join(texts),
        baseline="baseline 100 %",
        samples=samples,
        alert_since=min((one for one in since if one is not None), default=None),
    )


def _figures(entry: JournalEntry) -> Mapping[str, Mapping[str, Any]]:
    found = entry.data.get("figures")
    return found if isinstance(found, Mapping) else {}


def _figure(at: float, figure: Mapping[str, Any]) -> Sample:
    """Return by how many percent of its baseline a given figure is off to the bad side."""
    baseline = _number(figure, "baseline")
    worse = (_number(figure, "value") - baseline) * (1 if figure.get("rises") else -1)
    return Sample(at=at, percent=WHOLE * worse / baseline if baseline else WHOLE * (worse > 0))


def _said(name: str, figure: Mapping[str, Any]) -> str:
    if "value" not in figure:
        return f"{name} not read"
    unit = f" {figure['unit']}" if figure.get("unit") else ""
    return f"{name} {_number(figure, 'value'):g}{unit} (baseline {_number(figure, 'baseline'):g})"


def _present(entries: Sequence[JournalEntry], seconds: dict[int, float], names: tuple[str, ...]) -> Iterator[Sample]:
    """Yield how much of what the baseline has of *names* was there, reading for reading."""
    for entry in entries:
        if entry.event not in PROOFS or entry.marks.get("phase") == PUT_BACK:
            continue
        expected, missing = entry.data.get("expected"), missing_of(entry.data)
        total = sum(int(expected.get(name, 0)) for name in names) if isinstance(expected, Mapping) else 0
        if not total:
            continue
        there = max(0, total - sum(missing.get(name, 0) for name in names))
        yield Sample(at=seconds[entry.sequence], percent=WHOLE * there / total, text=f"{there} of {total}")


def missing_of(data: Mapping[str, Any]) -> dict[str, int]:
    """Return how many lines, prefixes, addresses and neighbours a reading of a proof misses."""
    counted = data.get("missing")
    if isinstance(counted, Mapping):
        return {str(name): int(count) for name, count in counted.items()}
    routes = data.get("routes") or {}
    return {
        "lines": int(data.get("lines_differing", 0)),
        "prefixes": len(routes.get("missing", ())),
        "addresses": len(data.get("silent", ())),
        "neighbours": len(data.get("lost", ())),
    }


def _since(samples: Sequence[Sample], is_off: Callable[[float], bool]) -> float | None:
    """Return since when the samples have been off up to the last one, None where the last one is not."""
    since: float | None = None
    for sample in samples:
        if not is_off(sample.percent):
            since = None
        elif since is None:
            since = sample.at
    return since


def _thin(samples: Sequence[Sample]) -> Sequence[Sample]:
    step = max(1, -(-len(samples) // POINTS))
    return [*samples[:-1:step], *samples[-1:]]


def _number(data: Mapping[str, Any], key: str) -> float:
    value = data.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
