"""The rules that stop a fleet: each says, after every device, whether another may still begin. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LEAST = 5  # devices that have ended before a share of them says anything


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRules:
    """The limits after which no further device begins; None sets no limit.

    *failed_in_wave* devices of one wave were not recovered or are unknown; *failed_percent* of all that have ended
    were; *impact* devices of the whole fleet were; *error_rate* is the percent of errors that monitoring may show.
    """

    failed_in_wave: int | None = 1
    failed_percent: float | None = 10.0
    impact: int | None = None
    error_rate: float | None = None

    def objections(self, tally: FailureTally) -> Iterator[str]:
        """Yield each rule that is met, as a sentence."""
        if self.failed_in_wave is not None and tally.failed_in_wave >= self.failed_in_wave:
            yield f"{tally.failed_in_wave} not recovered in this wave, the limit is {self.failed_in_wave}"
        if self.failed_percent is not None and tally.ended >= LEAST and tally.percent > self.failed_percent:
            yield f"{tally.percent:.0f} % of {tally.ended} not recovered, the limit is {self.failed_percent:g} %"
        if self.impact is not None and tally.failed >= self.impact:
            yield f"{tally.failed} devices not recovered in all, the impact limit is {self.impact}"
        if self.error_rate is not None and tally.error_rate is None:
            yield "the error rate cannot be read, and a rule limits it"
        elif self.error_rate is not None and (tally.error_rate or 0) > self.error_rate:
            yield f"the error rate is {tally.error_rate:g} %, the limit is {self.error_rate:g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureTally:
    """The figures that the rules look at. *error_rate* is in percent, None where it is unknown."""

    failed_in_wave: int = 0
    failed: int = 0
    ended: int = 0
    error_rate: float | None = None

    @property
    def percent(self) -> float:
        """The share of what has ended that was not recovered."""
        return 100 * self.failed / self.ended if self.ended else 0.0
