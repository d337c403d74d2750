"""The account at the top of a report: three sentences, and three numbers beside their targets. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oob.recovery.record.ending import PUT_BACK, Ending
from oob.report.scorecard import TARGET_SECONDS
from oob.report.spans import duration
from oob.report.story import Story
from oob.report.tiles import WHOLE, Tile

TO_CONSOLE = 60.0  # seconds to a console that are aimed at


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the report: *value* as shown, *target* beside it; *is_kept* is None where nothing is aimed at."""

    name: str
    value: str
    target: str
    is_kept: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The proof of one thing: *state* is `proven`, `differs` or `not looked at`."""

    name: str
    state: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Routes that changed for one cause: how many differed when the run began, and how many at its end."""

    name: str
    before: int
    after: int
    prefixes: tuple[str, ...] = ()


def sentences(story: Story) -> tuple[str, str, str]:
    """Return the change, its effect and the recovery, a sentence each."""
    return _change(story), _effect(story), _recovery(story)


def figures(story: Story) -> tuple[Figure, Figure, Figure]:
    """Return the time to the console, the time to proof, and the time in which something critical was missing."""
    card = story.card
    seconds = critical_seconds(story)
    return (
        _timed("to console", card.to_console, TO_CONSOLE),
        _timed("to proof", card.to_proof, TARGET_SECONDS),
        Figure(
            name="with something critical missing",
            value="not measured" if seconds is None else f"{seconds / 60:.1f} min",
            target="as measured by the run; the records count from its start",
        ),
    )


def critical_seconds(story: Story) -> float | None:
    """Return the seconds of the run in which something critical was missing, None where nothing critical was read."""
    tile = next((tile for tile in story.incident.tiles if tile.name == "impact"), None)
    if tile is None or not tile.samples:
        return None
    return _off(tile, story.incident.at)


def levels(story: Story) -> tuple[Level, ...]:
    """Return how far the end state was proven, level by level."""
    proof: Mapping[str, Any] = story.proof
    if not proof:
        names = ("configuration", "neighbours and interfaces", "critical prefixes", "routing table", "pings")
        return tuple(Level(name=name, state="not looked at") for name in names)
    routes = proof.get("routes")
    problem = str(proof.get("routes_problem", ""))
    differing, lost, silent = (_count(proof, name) for name in ("lines_differing", "lost", "silent"))
    missing = len(routes.get("missing", ())) if routes else 0
    return (
        _level("configuration", differing, "lines differ"),
        _level("neighbours and interfaces", lost, "down"),
        _level("critical prefixes", missing, "missing", is_read=bool(routes)),
        _level("pings from the device", silent, "without a reply"),
        Level(name="routing table", state="not looked at", text=problem)
        if not routes
        else Level(
            name="routing table",
            state="proven" if routes.get("equal") else "differs",
            text=str(routes.get("level", "")),
        ),
        Level(name="the service as its users see it", state="not looked at", text="oob reads the device alone"),
    )


def causes(story: Story) -> tuple[Cause, ...]:
    """Return the changes of routes by cause, those of the beginning first, the largest first."""
    before, after = _groups(story.found), _groups(story.proof)
    found = []
    for name in dict.fromkeys([*before, *after]):
        prefixes = tuple((before.get(name) or after[name]).get("prefixes", ()))
        found.append(Cause(name=name, before=_size(before.get(name)), after=_size(after.get(name)), prefixes=prefixes))
    return tuple(sorted(found, key=lambda cause: -cause.before))


def cost(story: Story) -> tuple[tuple[str, str], ...]:
    """Return what the run cost, against what the line can carry at best, as names and values."""
    card, rate = story.card, story.incident.rate
    rows = [("bytes", card.traffic[1])]
    if rate and not card.uncounted:
        least = (card.bytes_in + card.bytes_out) / rate
        share = WHOLE * least / card.seconds if card.seconds else 0.0
        text = f"{duration(least)} of {duration(card.seconds)} ({share:.0f} %) at {rate:.0f} bytes a second"
        rows.append(("the line's own limit", text))
    return tuple(rows)


def _change(story: Story) -> str:
    differing = _count(story.found, "lines_differing")
    what = f"Change {story.change}" if story.change else "A change that was not named"
    lines = f"left {differing} lines of {story.device} different from its known-good configuration"
    if not story.found:
        return f"{what} was to be rolled back on {story.device}; its configuration was not read."
    return f"{what} {lines}." if differing else f"The configuration of {story.device} was as its baseline says."


def _effect(story: Story) -> str:
    routes = story.found.get("routes") or {}
    counts = {str(kind): int(count) for kind, count in (routes.get("counts") or {}).items()}
    lost, silent = _count(story.found, "lost"), _count(story.found, "silent")
    missing = len(routes.get("missing", ()))
    parts = [
        f"{missing} critical prefixes had no route" if missing else "",
        f"{sum(counts.values())} routes differed" if counts else "",
        f"{lost} neighbours or interfaces were down" if lost else "",
        f"{silent} critical addresses did not reply" if silent else "",
    ]
    said = [part for part in parts if part]
    if not story.found:
        return "What it did to routes and neighbours was not read."
    return f"{', '.join(said)}." if said else "Routes, neighbours and critical addresses were as the baseline says."


def _recovery(story: Story) -> str:
    worked = next((one for one in story.tried if one.verdict == "proven" and one.phase != PUT_BACK), None)
    failed = sum(one.verdict == "failed" and one.phase != PUT_BACK for one in story.tried)
    before = f" after {failed} {'attempt' if failed == 1 else 'attempts'} that did not work" if failed else ""
    if story.card.ending == Ending.UNCHANGED:
        return "Nothing was wrong, and nothing was changed."
    if story.is_recovered and worked:
        took = duration(story.card.to_proof) if story.card.to_proof is not None else "an unknown time"
        return f"oob restored it over the console{before}, and proved it from the device after {took} ({worked.title})."
    return f"The device is not proven to be back{before}: {story.state}."


def _timed(name: str, seconds: float | None, target: float) -> Figure:
    aim = f"target {duration(target)}"
    if seconds is None:
        return Figure(name=name, value="not reached", target=aim, is_kept=False)
    return Figure(name=name, value=duration(seconds), target=aim, is_kept=seconds <= target)


def _off(tile: Tile, end: float) -> float:
    """Return the seconds up to *end* in which the tile was below its baseline; the run's start counts as its first."""
    since, off = 0.0, 0.0
    is_off = tile.samples[0].percent < WHOLE
    for sample in (*tile.samples, None):
        at = end if sample is None else sample.at
        if is_off:
            off += at - since
        since = at
        is_off = sample is not None and sample.percent < WHOLE
    return off


def _level(name: str, wrong: int, word: str, *, is_read: bool = True) -> Level:
    if not is_read:
        return Level(name=name, state="not looked at")
    return Level(name=name, state="differs" if wrong else "proven", text=f"{wrong} {word}" if wrong else "")


def _groups(reading: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    groups: Sequence[Mapping[str, Any]] = (reading.get("routes") or {}).get("groups") or ()
    return {f"{group['cause']} (vrf {group['vrf']})": group for group in groups}


def _size(group: Mapping[str, Any] | None) -> int:
    return int(group.get("count", len(group.get("prefixes", ())))) if group else 0


def _count(reading: Mapping[str, Any], name: str) -> int:
    value = reading.get(name, 0)
    return value if isinstance(value, int) else len(value)
