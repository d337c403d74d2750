"""The decision to roll a change back: a tree over measured or typed figures, its thresholds data. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from oob.errors import UsageError
from oob.fault import first_fault
from oob.yaml_file import read

NAME = "thresholds.yaml"
Answer = Literal["roll back now", "assess", "fix forward", "monitor"]


class Limits(BaseModel):
    """The figures from which on a state is bad, in percent, and for how many minutes; None sets no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    availability_below: float | None = None
    availability_minutes: float = 0
    error_rate_above: float | None = None
    error_rate_minutes: float = 0
    degradation_above: float | None = None
    degradation_minutes: float = 0


class Thresholds(BaseModel):
    """The limits of a decision; see thresholds.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    critical: Limits
    serious: Limits
    patience_minutes: float
    forward_at_most: float

    @classmethod
    def load(cls, home: Path) -> Thresholds:
        """Return oob's own thresholds, overridden by those of the *home*; raises UsageError, naming the key."""
        own = home / NAME
        known = yaml.safe_load((files("oob.recovery.authority") / NAME).read_text())
        given = read(own, {}) or {}
        if not isinstance(given, dict):
            raise UsageError(f"{own}: holds no thresholds: there are {', '.join(known)}")
        limits = {
            name: {**limit, **given[name]}
            for name, limit in known.items()
            if isinstance(limit, dict) and isinstance(given.get(name), dict)
        }
        try:
            return cls.model_validate({**known, **given, **limits})
        except ValidationError as error:
            raise UsageError(f"{own}: {first_fault(error, {**cls.model_fields, **Limits.model_fields})}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The known figures; None is unknown. Percent of normal, and minutes.

    *duration* is how long all of it has lasted, the `_minutes` how long one figure has been as it is. *confidence* is
    the percent to which the minutes of the fix *forward* are believed.
    """

    availability: float | None = None
    availability_minutes: float | None = None
    error_rate: float | None = None
    error_rate_minutes: float | None = None
    degradation: float | None = None
    degradation_minutes: float | None = None
    duration: float | None = None
    corruption: bool = False
    exposure: bool = False
    lost: bool = False
    partial: bool = False
    few: bool = False
    rollback: float | None = None
    forward: float | None = None
    confidence: float = 100.0

    def lasted(self, name: str) -> float | None:
        """Return for how many minutes the figure *name* has been as it is, None where that is unknown."""
        own: float | None = getattr(self, f"{name}_minutes")
        return self.duration if own is None else own


FACTS = {
    "corruption": "data are being corrupted: every minute damages more",
    "exposure": "a security exposure was found",
    "lost": "a critical function is lost",
}
SIGNS = {"partial": "part of the function is degraded", "few": "a few users are affected"}
FLAGS = (*FACTS, *SIGNS)
SINCE = "_since"
SHARES = ("availability", "error_rate", "confidence")
SKEW = timedelta(minutes=5)  # by which a monitoring system's clock may be ahead of ours


def measured(given: Mapping[str, object], *, now: datetime | None = None) -> Figures:
    """Return the figures that were measured elsewhere, by name; raises UsageError at an unknown name or value.

    `availability_since` and the like are times (ISO 8601) in place of minutes, counted up to *now*.
    """
    known = [field.name for field in fields(Figures)]
    values: dict[str, float] = {}
    for name, value in given.items():
        if name.endswith(SINCE) and f"{name.removesuffix(SINCE)}_minutes" in known:
            values[f"{name.removesuffix(SINCE)}_minutes"] = _minutes_since(name, value, now or datetime.now(UTC))
        elif name not in known:
            raise UsageError(f"unknown figure {name}; known: {', '.join(sorted(known))}")
        else:
            values[name] = _number(name, value)
    flags = {name: bool(values.pop(name)) for name in FLAGS if name in values}
    return replace(Figures(**values), **flags)  # type: ignore[arg-type]  # the names of both were checked above


def _number(name: str, value: object) -> float:
    if not isinstance(value, int | float | str) or (isinstance(value, bool) and name not in FLAGS):
        raise UsageError(f"{name}: {value!r} is not a number")
    try:
        number = float(value.rstrip(" %") if isinstance(value, str) else value)
    except ValueError:
        raise UsageError(f"{name}: {value!r} is not a number such as 80") from None
    if not math.isfinite(number) or number < 0:
        raise UsageError(f"{name}: {value!r} is not a number, zero or more")
    if name in SHARES and number > 100:
        raise UsageError(f"{name}: {value!r} is more than 100 percent")
    if name == "availability" and 0 < number <= 1:
        raise UsageError(f"{name}: {value!r} looks like a ratio; write it in percent, such as {100 * number:g}")
    return number


def _minutes_since(name: str, value: object, now: datetime) -> float:
    try:
        began = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        raise UsageError(f"{name}: {value!r} is not a time such as 2026-11-30T02:40:00Z") from None
    if began.tzinfo is None:
        raise UsageError(f"{name}: {value!r} has no time zone; write 2026-11-30T02:40:00Z")
    if began - now > SKEW:
        raise UsageError(f"{name}: {value!r} is in the future: it is {now:%Y-%m-%dT%H:%M:%SZ}")
    return max(0.0, (now - began).total_seconds() / 60)


def figures(text: str) -> Figures:
    """Return the figures in a text like `availability=80,duration=12`; raises UsageError."""
    parts = (part.strip().partition("=") for part in text.split(","))
    return measured({name: value for name, _, value in parts})


Places = str | Sequence[str]  # where a figure stands: a dotted way, or several, of which the first that exists counts


def webhook(name: str) -> dict[str, Places] | None:
    """Return where the webhook of the monitoring system *name* holds the figures, None for an unknown one."""
    file = files("oob.recovery.authority") / "webhooks" / f"{name}.yaml"
    return yaml.safe_load(file.read_text()) if name.isalpha() and file.is_file() else None


def mapped(body: object, paths: Mapping[str, Places]) -> dict[str, object]:
    """Return the figures in the JSON *body* of a monitoring system: *paths* has the dotted way to each by name.

    `alerts.0.annotations.availability` goes into a key, an index, and two keys; `alerts.status=firing.startsAt` into
    the items of a list with that value. Of several items the worst figure counts, and the time of the same item. A
    figure that the body lacks is left out, and a time without its figure; raises UsageError where it has none of them.
    """
    ways = {name: (places,) if isinstance(places, str) else tuple(places) for name, places in paths.items()}
    found: dict[str, _Place] = {}
    for name, places in ways.items():
        if not name.endswith(SINCE) and (held := _held(body, places)):
            found[name] = min(held, key=_badness(name))
    if not found:
        raise UsageError(f"the measured JSON has none of {', '.join(way for each in ways.values() for way in each)}")
    values = {name: one.value for name, one in found.items()}
    for name, places in ways.items():
        figure = found.get(name.removesuffix(SINCE)) if name.endswith(SINCE) else None
        if figure and (held := _held(body, places)):
            same = [one for one in held if one.items == figure.items]
            values[name] = min(str(one.value) for one in same or held)
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A value in a body, and the *items* of the lists on the way to it that a condition chose."""

    value: object
    items: tuple[int, ...] = ()


def _held(body: object, places: Sequence[str]) -> list[_Place]:
    """Return what the first of *places* that exists holds."""
    return next((found for place in places if (found := list(_at(body, place.split("."), ())))), [])


def _badness(name: str) -> Callable[[_Place], float]:
    """Return what sorts the values of the figure *name*, the worst first; a text is told by its own refusal."""

    def of(place: _Place) -> float:
        try:
            number = float(str(place.value).rstrip(" %"))
        except ValueError:
            return -math.inf
        return number if name == "availability" else -number

    return of


def _at(body: object, parts: Sequence[str], items: tuple[int, ...]) -> Iterator[_Place]:
    if not parts:
        if body is not None:
            yield _Place(value=body, items=items)
        return
    part, rest = parts[0], parts[1:]
    if isinstance(body, Mapping):
        yield from _at(body.get(part), rest, items)
    elif isinstance(body, list) and part.isdigit() and int(part) < len(body):
        yield from _at(body[int(part)], rest, items)
    elif isinstance(body, list) and "=" in part:
        key, _, wanted = part.partition("=")
        for number, one in enumerate(body):
            if isinstance(one, Mapping) and str(one.get(key)) == wanted:
                yield from _at(one, rest, (*items, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer and every reason for it; *is_emergency* tells that the person on call may act alone.

    *automatic_in* is after how many minutes an unchanged state becomes an automatic trigger, None where it does not.
    """

    answer: Answer
    reasons: tuple[str, ...]
    is_emergency: bool = False
    automatic_in: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Breach:
    """A figure beyond its limit: why, and how many minutes are left until it counts as sustained."""

    why: str
    left: float


def decide(figures: Figures, thresholds: Thresholds) -> Decision:
    """Return the decision, by the known figures: an automatic trigger first, which no fix forward outweighs."""
    facts = tuple(text for name, text in FACTS.items() if getattr(figures, name))
    critical = tuple(_beyond(figures, thresholds.critical))
    sustained = tuple(breach.why for breach in critical if breach.left <= 0)
    if facts or sustained:
        return Decision(answer="roll back now", reasons=(*facts, *sustained, *_outweighed(figures)), is_emergency=True)
    serious = (
        *_serious(figures, thresholds.serious),
        *(text for name, text in SIGNS.items() if getattr(figures, name)),
    )
    soonest = min((breach.left for breach in critical), default=None)
    if critical and not _others(figures, serious, critical):
        watched = tuple(f"{breach.why}; automatic in {breach.left:g} minutes" for breach in critical)
        return Decision(answer="monitor", reasons=watched, automatic_in=soonest)
    if serious:
        return _assessed(figures, thresholds, serious, soonest)
    known = (figures.availability, figures.error_rate, figures.degradation)
    if all(figure is None for figure in known):
        return Decision(answer="assess", reasons=("no figure says how bad it is: measure first",))
    return Decision(answer="monitor", reasons=("no known figure is beyond its threshold",))


def _assessed(figures: Figures, thresholds: Thresholds, serious: tuple[str, ...], left: float | None) -> Decision:
    """Return the faster of fix and rollback; without both figures, the one to find out, and for how long."""
    if figures.forward is not None and figures.rollback is not None:
        fix = figures.forward / max(figures.confidence, 1.0) * 100
        sure = f" ({figures.forward:g} at {figures.confidence:g} % confidence)" if figures.confidence < 100 else ""
        both = f"the fix takes {fix:g} minutes{sure}, the rollback {figures.rollback:g}"
        if fix < thresholds.forward_at_most * figures.rollback:
            return Decision(answer="fix forward", reasons=(*serious, both), automatic_in=left)
        return Decision(answer="roll back now", reasons=(*serious, f"{both} and ends in a known state"))
    if figures.duration is not None and figures.duration > thresholds.patience_minutes:
        lasted = f"it has lasted {figures.duration:g} minutes, more than {thresholds.patience_minutes:g}"
        if figures.forward is None:
            return Decision(answer="roll back now", reasons=(*serious, lasted, "no fix forward is known"))
        unknown = "the minutes of the rollback are unknown (oob plan says them), but it is known to work"
        return Decision(answer="roll back now", reasons=(*serious, lasted, unknown))
    missing = "the minutes of the fix" if figures.forward is None else "the minutes of the rollback (oob plan)"
    find = f"find out {missing} within {thresholds.patience_minutes:g} minutes"
    return Decision(answer="assess", reasons=(*serious, find), automatic_in=left)


def _outweighed(figures: Figures) -> tuple[str, ...]:
    if figures.forward is None:
        return ()
    return (f"the fix of {figures.forward:g} minutes is not taken: a fix forward never outweighs an automatic trigger",)


def _others(figures: Figures, serious: tuple[str, ...], critical: tuple[_Breach, ...]) -> bool:
    """Tell whether anything is serious besides the figures that are about to become automatic."""
    return len(serious) > len(critical) or (figures.forward is not None and figures.rollback is not None)


def _beyond(figures: Figures, limits: Limits) -> Iterator[_Breach]:
    low, high, slow = limits.availability_below, limits.error_rate_above, limits.degradation_above
    if figures.availability is not None and low is not None and figures.availability < low:
        why = f"availability is {figures.availability:g} %, below {low:g} %"
        yield _breach(why, figures.lasted("availability"), limits.availability_minutes)
    if figures.error_rate is not None and high is not None and figures.error_rate > high:
        why = f"the error rate is {figures.error_rate:g} %, above {high:g} %"
        yield _breach(why, figures.lasted("error_rate"), limits.error_rate_minutes)
    if figures.degradation is not None and slow is not None and figures.degradation > slow:
        why = f"responses are {figures.degradation:g} % slower, above {slow:g} %"
        yield _breach(why, figures.lasted("degradation"), limits.degradation_minutes)


def _breach(why: str, lasted: float | None, minutes: float) -> _Breach:
    """Return the breach of a limit that must last; one of unknown duration counts as sustained, and says so."""
    if lasted is None:
        return _Breach(why=f"{why}{'; since when is unknown, so it counts as sustained' if minutes else ''}", left=0)
    since = f" for {lasted:g} minutes" if minutes else ""
    return _Breach(why=f"{why}{since}", left=max(0.0, minutes - lasted))


def _serious(figures: Figures, limits: Limits) -> Iterator[str]:
    """Yield the figures to assess; the error rate counts from its limit on, which the guides write as a range."""
    if figures.error_rate is not None and figures.error_rate == limits.error_rate_above:
        yield f"the error rate is {figures.error_rate:g} %, from {limits.error_rate_above:g} % on to be assessed"
    yield from (breach.why for breach in _beyond(figures, limits))
