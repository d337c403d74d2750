"""Whether to roll a change back: a decision tree over measured or typed-in figures, its thresholds data. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from oob.errors import UsageError
from oob.recovery.fault import first_fault

NAME = "thresholds.yaml"
Answer = Literal["roll back now", "assess", "fix forward", "monitor"]


class Limits(BaseModel):
    """From where on a figure is bad, in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    availability_below: float
    error_rate_above: float
    degradation_above: float


class Thresholds(BaseModel):
    """What the decision goes by; see thresholds.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    critical: Limits
    serious: Limits
    patience_minutes: float
    forward_at_most: float

    @classmethod
    def load(cls, home: Path) -> Thresholds:
        """Return those that oob comes with, with what the *home* says instead; raises UsageError, naming the key."""
        own = home / NAME
        known = yaml.safe_load((files("oob.recovery.authority") / NAME).read_text())
        try:
            given = (yaml.safe_load(own.read_text()) if own.is_file() else None) or {}
        except (OSError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise UsageError(f"{own}: cannot be read: {' '.join(str(error).split())[:300]}") from error
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
            raise UsageError(f"{own}: {first_fault(error)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known; None is not known. Percent of what is normal, and minutes."""

    availability: float | None = None
    error_rate: float | None = None
    degradation: float | None = None
    duration: float | None = None
    corruption: bool = False
    rollback: float | None = None
    forward: float | None = None


def measured(given: Mapping[str, object]) -> Figures:
    """Return the figures that were measured elsewhere, by their names; raises UsageError where one is none of them."""
    known = [field.name for field in fields(Figures)]
    if unknown := sorted(set(given) - set(known)):
        raise UsageError(f"there is no figure {unknown[0]}; there are {', '.join(sorted(known))}")
    values: dict[str, float] = {}
    for name, value in given.items():
        if not isinstance(value, int | float | str):
            raise UsageError(f"{name}: {value!r} is no number")
        try:
            values[name] = float(value)
        except ValueError:
            raise UsageError(f"{name}: {value!r} is no number; write availability=80") from None
    corruption = bool(values.pop("corruption", 0.0))
    return Figures(corruption=corruption, **values)


def figures(text: str) -> Figures:
    """Return the figures in a text like `availability=80,duration=12`; raises UsageError."""
    parts = (part.strip().partition("=") for part in text.split(","))
    return measured({name: value for name, _, value in parts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer and every reason for it; *is_emergency* tells that the person on call may act alone."""

    answer: Answer
    reasons: tuple[str, ...]
    is_emergency: bool = False


def decide(figures: Figures, thresholds: Thresholds) -> Decision:
    """Return what to do, from what is known."""
    if figures.corruption:
        why = "data are being corrupted: every minute makes more of them"
        return Decision(answer="roll back now", reasons=(why,), is_emergency=True)
    if critical := tuple(_beyond(figures, thresholds.critical)):
        return _act(figures, thresholds, critical, is_emergency=True)
    if serious := tuple(_beyond(figures, thresholds.serious)):
        if figures.duration is not None and figures.duration > thresholds.patience_minutes:
            lasted = f"it has lasted {figures.duration:g} minutes, more than {thresholds.patience_minutes:g}"
            return _act(figures, thresholds, (*serious, lasted), is_emergency=False)
        return Decision(answer="assess", reasons=(*serious, f"{thresholds.patience_minutes:g} minutes to find out why"))
    known = (figures.availability, figures.error_rate, figures.degradation)
    if all(figure is None for figure in known):
        return Decision(answer="assess", reasons=("no figure says how bad it is: measure first",))
    return Decision(answer="monitor", reasons=("no figure that is known is beyond its threshold",))


def _act(figures: Figures, thresholds: Thresholds, reasons: tuple[str, ...], *, is_emergency: bool) -> Decision:
    if figures.forward is None:
        why = "no fix forward is known"
    elif figures.rollback is None:
        why = "how long rolling back takes is not known: oob plan says it; rolling back is known to work"
    elif figures.forward <= thresholds.forward_at_most * figures.rollback:
        why = f"the fix takes {figures.forward:g} minutes, rolling back {figures.rollback:g}"
        return Decision(answer="fix forward", reasons=(*reasons, why), is_emergency=is_emergency)
    else:
        why = f"the fix takes {figures.forward:g} minutes, rolling back {figures.rollback:g} and ends in a known state"
    return Decision(answer="roll back now", reasons=(*reasons, why), is_emergency=is_emergency)


def _beyond(figures: Figures, limits: Limits) -> Iterator[str]:
    if figures.availability is not None and figures.availability < limits.availability_below:
        yield f"availability is {figures.availability:g} %, below {limits.availability_below:g} %"
    if figures.error_rate is not None and figures.error_rate > limits.error_rate_above:
        yield f"the error rate is {figures.error_rate:g} %, above {limits.error_rate_above:g} %"
    if figures.degradation is not None and figures.degradation > limits.degradation_above:
        yield f"it is {figures.degradation:g} % slower, above {limits.degradation_above:g} %"
