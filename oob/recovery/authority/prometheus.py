"""Figures from a Prometheus server, each with how long it has been beyond its limit: its HTTP API, over IP literals."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from oob.errors import UsageError
from oob.fault import unreadable
from oob.recovery.authority.decision import Thresholds
from oob.recovery.authority.given import LARGEST, GivenFigure, direct_url, fetched
from oob.yaml_file import load

NAME = "figures.yaml"
STEP = 15.0  # seconds between two samples
FIGURES = ("availability", "error_rate", "degradation")
Sample = tuple[float, float]  # a time, in seconds, and the value then


class Prometheus(BaseModel):
    """Servers, tried in their order, and the query of each figure; *minutes* are looked back on.

    *impact* are figures that a run reads while it goes on; those need a server only where they are queries.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    urls: tuple[Annotated[str, AfterValidator(direct_url)], ...] = ()
    queries: dict[str, str] = {}
    impact: dict[str, GivenFigure] = {}
    minutes: Annotated[float, Field(gt=0, le=1440)] = 15
    timeout: Annotated[float, Field(gt=0)] = 5

    @model_validator(mode="after")
    def _has_server(self) -> Self:
        if not self.urls and (self.queries or not self.impact or any(one.query for one in self.impact.values())):
            raise ValueError("urls: a query needs a server")
        return self

    @classmethod
    def load(cls, path: Path) -> Prometheus:
        """Return the servers and queries in *path*; raises UsageError, naming the key."""
        found = load(path, cls)
        if unknown := sorted(set(found.queries) - set(FIGURES)):
            raise UsageError(f"{path}: queries.{unknown[0]}: known figures are {', '.join(FIGURES)}")
        return found

    def figures(self, thresholds: Thresholds, now: float) -> dict[str, object]:
        """Return each figure and the minutes for which it has been beyond its critical limit, up to *now* (Unix time).

        Raises UsageError where no server replies, or a query gives no value.
        """
        found: dict[str, object] = {}
        for name, query in self.queries.items():
            samples = self.samples(query, now)
            found[name] = samples[-1][1]
            if (is_beyond := beyond(name, thresholds)) is not None:
                found[f"{name}_minutes"] = sustained(samples, is_beyond) / 60
        return found

    def given(self, name: str, now: float) -> float:
        """Return the value of the impact figure *name* at *now*; raises UsageError where it cannot be read."""
        figure = self.impact[name]
        return self.samples(figure.query, now)[-1][1] if figure.query else figure.value(self.timeout)

    def samples(self, query: str, now: float) -> Sequence[Sample]:
        """Return the samples of *query* up to *now*, of the first server that replies."""
        wanted = {"query": query, "start": now - 60 * self.minutes, "end": now, "step": STEP}
        problems = []
        for url in self.urls:
            try:
                answer = _get(f"{url}/api/v1/query_range?{urlencode(wanted)}", self.timeout)
            except (OSError, ValueError) as error:
                problems.append(f"{url}: {unreadable(error)}")
                continue
            return _samples(answer, query, url)
        raise UsageError(f"no Prometheus server replies: {'; '.join(problems)}")


def beyond(name: str, thresholds: Thresholds) -> Callable[[float], bool] | None:
    """Return what tells whether a value of the figure *name* is beyond its critical limit, None without a limit."""
    limits = thresholds.critical
    if name == "availability":
        low = limits.availability_below
        return None if low is None else lambda value: value < low
    high = limits.error_rate_above if name == "error_rate" else limits.degradation_above
    return None if high is None else lambda value: value > high


def sustained(samples: Sequence[Sample], is_beyond: Callable[[float], bool]) -> float:
    """Return for how many seconds the value has been beyond without a break, 0 where it is not now.

    A gap of more than two steps is a break: nothing is known of it.
    """
    began, after = math.nan, math.nan
    for when, value in reversed(samples):
        if not is_beyond(value) or after - when > 2 * STEP:
            break
        began = after = when
    return samples[-1][0] - began if math.isfinite(began) else 0.0


def _get(url: str, timeout: float) -> Any:
    try:
        return json.loads(fetched(url, timeout))
    except HTTPError as error:
        with error:
            said = error.read(LARGEST)
        raise UsageError(f"Prometheus refuses the query: {_error(said)}") from error


def _error(said: bytes) -> str:
    try:
        return str(json.loads(said)["error"])[:300]
    except (ValueError, KeyError, TypeError):
        return said[:200].decode(errors="replace")


def _samples(answer: Any, query: str, url: str) -> Sequence[Sample]:
    try:
        series: Iterable[Any] = answer["data"]["result"]
        found = [[(float(when), float(value)) for when, value in one["values"]] for one in series]
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{url}: an answer that is not Prometheus's: {str(answer)[:200]}") from error
    if len(found) != 1:
        what = "no value" if not found else f"{len(found)} series; write a query that gives one, such as avg(...)"
        raise UsageError(f"{url}: {query!r} gives {what}")
    samples = [(when, value) for when, value in found[0] if math.isfinite(value)]
    if not samples:
        raise UsageError(f"{url}: {query!r} gives no number")
    return samples
