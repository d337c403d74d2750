"""A drill: a stage to prepare, recoveries to run on it, and their expected results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from oob.drill.stage import DrillStage
from oob.errors import OobError
from oob.lab.topology import RouterSpec
from oob.recovery.context import RunOptions
from oob.recovery.record.outcome import Outcome

# Routes return only after both routers are recovered, so each proof waits for both.
CONVERGE = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """The end of one router's recovery: an outcome, or the error that stopped it."""

    device: str
    outcome: Outcome | None = None
    error: OobError | None = None

    @property
    def exit_code(self) -> int:
        """The exit code that `oob recover` would have returned."""
        if self.error is not None:
            return self.error.exit_code
        return self.outcome.exit_code if self.outcome else 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRecovery:
    """The expected end of one router's recovery; *failed* attempts precede the proven attempt."""

    exit_code: int = 0
    failed: int | None = None
    error: str = ""

    def unmet(self, result: DrillResult) -> tuple[str, ...]:
        """Return one sentence for each difference from the expectation."""
        found = []
        if result.exit_code != self.exit_code:
            why = f" ({result.error})" if result.error else ""
            found.append(f"{result.device}: exit code {result.exit_code}{why} where {self.exit_code} was expected")
        if self.error and self.error not in type(result.error).__name__:
            found.append(f"{result.device}: no {self.error} stopped it")
        if self.failed is not None and result.outcome:
            failed = sum(bool(attempt.failure) for attempt in result.outcome.attempts)
            if failed != self.failed:
                found.append(f"{result.device}: {failed} attempts failed where {self.failed} should have")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A drill: *prepare* sets the stage, *expected* gives the expected end for each router to recover.

    *routers* are added to the lab on oob's own stage, and *needs* names routers of the lab of five. *needs_own*
    requires that stage, *is_real* the real site. *check* inspects the stage afterwards and returns the faults.
    *repair* removes whatever blocks the recovery of a router that is not oob's own. *meaning* says why
    passing is right where the recovery is meant to be refused.
    """

    name: str
    title: str
    prepare: Callable[[DrillStage], None]
    expected: Callable[[DrillStage], Mapping[str, ExpectedRecovery]]
    routers: tuple[RouterSpec, ...] = ()
    needs: tuple[str, ...] = ()
    needs_own: bool = False
    is_real: bool = False
    choices: RunOptions = field(
        default_factory=lambda: RunOptions(converge=CONVERGE, reason="drill", allow_undrilled=True)
    )
    check: Callable[[DrillStage], tuple[str, ...]] = lambda stage: ()
    repair: Callable[[DrillStage], None] = lambda stage: None
    meaning: str = ""
