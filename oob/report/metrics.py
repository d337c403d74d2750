"""Figures of recoveries over time: made from journals alone, of one home or of several."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from oob.recovery.record.ending import Ending
from oob.report.run_figures import RunFigures
from oob.report.scorecard import TARGET_SECONDS

if TYPE_CHECKING:
    from oob.report.story import Story

CRITICAL = "critical"
OTHER_SECONDS = 900.0  # for devices of another tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The success of a strategy on a platform: how often it worked, of how often it was tried."""

    platform: str
    strategy: str
    tried: int
    proven: int

    def __str__(self) -> str:
        return f"{self.platform} {self.strategy}: {self.proven} of {self.tried}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRate:
    """The recoveries of the devices of one *tier* of the inventory, "" for none, against the *target* in seconds."""

    tier: str
    target: float
    proven: int
    within: int

    def __str__(self) -> str:
        return f"{self.tier or 'no tier'}: {self.within} of {self.proven} within {self.target / 60:g} minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of many runs.

    Those in which nothing was wrong (*unchanged*) are not recoveries and give no sample; neither does an attempt to put
    a broken state back. *to_proof* are the seconds from the decision to the proof, *complete* counts the runs whose
    record is whole: an end, a state that was kept, and a proof. Those that were *turned_away* before they had begun, by
    a guard or for want of a path, are not attempts to recover anything.
    """

    runs: int
    turned_away: int
    unchanged: int
    recovered: int
    unfinished: int
    complete: int
    to_proof: tuple[float, ...]
    rates: tuple[Rate, ...]
    per_month: dict[str, int]
    scores: tuple[tuple[str, str, float | None], ...]
    tiers: tuple[TierRate, ...] = ()
    rolled_back: int = 0
    changes: int | None = None

    @property
    def per_change(self) -> float | None:
        """The percentage of the changes made that were rolled back, None where their number is not known."""
        return 100 * self.rolled_back / self.changes if self.changes else None

    @property
    def attempted(self) -> int:
        """Return the number of runs that had something to recover, and began."""
        return self.runs - self.turned_away - self.unchanged

    @property
    def median(self) -> float | None:
        """The time to proof that half of the recoveries kept."""
        return statistics.median(self.to_proof) if self.to_proof else None

    @property
    def worst(self) -> float | None:
        """The longest time to proof."""
        return max(self.to_proof, default=None)

    @property
    def target(self) -> float:
        """The seconds to proof that are aimed at."""
        return TARGET_SECONDS

    @property
    def within(self) -> int:
        """The number of recoveries that were proven within the target."""
        return sum(seconds <= TARGET_SECONDS for seconds in self.to_proof)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return {**asdict(self), "median": self.median, "worst": self.worst, "target": TARGET_SECONDS} | {
            "per_change": self.per_change
        }

    def summary(self) -> list[str]:
        """Return the figures of the whole as lines."""
        shown = [
            f"runs              {self.runs}, {self.unfinished} of them unfinished, {self.turned_away} never begun",
            f"nothing was wrong {self.unchanged}",
            f"recovered, proven {self.recovered} of {self.attempted}",
            f"time to proof     median {_seconds(self.median)}, longest {_seconds(self.worst)}",
            f"within {TARGET_SECONDS:.0f} s      {self.within} of {len(self.to_proof)}",
            f"record complete   {self.complete} of {self.attempted}",
        ]
        shown += [f"tier              {rate}" for rate in self.tiers if rate.tier]
        if self.per_change is not None:
            shown.append(f"rolled back       {self.rolled_back} of {self.changes} changes, {self.per_change:.1f} %")
        return shown

    def lines(self) -> list[str]:
        """Return the figures as lines to show."""
        shown = self.summary()
        shown += ["what worked:", *(f"  {rate}" for rate in self.rates)] if self.rates else []
        shown += ["runs a month:", *(f"  {month}  {count}" for month, count in self.per_month.items())]
        shown += ["over time:", *(f"  {run}  {device:<16} {_seconds(time)}" for run, device, time in self.scores)]
        return shown


def target_of(tier: str) -> float:
    """Return the seconds to proof that are aimed at for a device of *tier*: 5 minutes if critical or without a tier."""
    return TARGET_SECONDS if tier in ("", CRITICAL) else OTHER_SECONDS


def measure(stories: Iterable[Story], *, changes: int | None = None) -> Metrics:
    """Return the figures of *stories*, in whatever order they come; *changes* is how many changes were made."""
    return over_time(map(RunFigures.of, stories), changes=changes)


def over_time(runs: Iterable[RunFigures], *, changes: int | None = None) -> Metrics:
    """Return the figures of *runs*, in whatever order they come; *changes* is how many changes were made."""
    every = sorted(runs, key=lambda run: run.began)
    told = [run for run in every if run.ending != Ending.UNCHANGED]
    return Metrics(
        runs=len(every),
        turned_away=sum(run.is_turned_away for run in told),
        unchanged=len(every) - len(told),
        recovered=sum(run.is_recovered for run in told),
        unfinished=sum(run.exit_code is None for run in told),
        complete=sum(run.is_complete for run in told),
        to_proof=tuple(run.to_proof for run in told if run.to_proof is not None),
        rates=_rates(told),
        per_month=dict(Counter(run.began[:7] for run in every)),
        scores=tuple((run.run, run.device, run.to_proof) for run in told),
        tiers=_tiers(told),
        rolled_back=len({run.change or run.run for run in told if run.is_restored}),
        changes=changes,
    )


def _tiers(told: Sequence[RunFigures]) -> tuple[TierRate, ...]:
    found: dict[str, list[float]] = {}
    for run in told:
        if run.to_proof is not None:
            found.setdefault(run.tier, []).append(run.to_proof)
    return tuple(
        TierRate(tier=tier, target=target, proven=len(times), within=sum(time <= target for time in times))
        for tier, times in sorted(found.items())
        for target in [target_of(tier)]
    )


def _rates(told: Sequence[RunFigures]) -> tuple[Rate, ...]:
    tried = [(run.platform, *one) for run in told for one in run.tried]
    proven = Counter((platform, strategy) for platform, strategy, verdict in tried if verdict == "proven")
    counts = Counter((platform, strategy) for platform, strategy, _ in tried)
    return tuple(
        Rate(platform=platform, strategy=strategy, tried=count, proven=proven[platform, strategy])
        for (platform, strategy), count in sorted(counts.items())
    )


def _seconds(value: float | None) -> str:
    return "not proven" if value is None else f"{value:.0f} s"
