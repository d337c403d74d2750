"""What a drill consists of: a stage to set, recoveries to run on it, and what they must come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from oob.drill.stage import DrillStage
from oob.errors import OobError
from oob.lab.topology import RouterSpec
from oob.recovery.context import RunOptions
from oob.recovery.record.outcome import Outcome

# Routes come back when the other router has been recovered too, so each proof waits for both.
CONVERGE = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """How the recovery of one router ended: an outcome, or the error that stopped it."""

    device: str
    outcome: Outcome | None = None
    error: OobError | None = None

    @property
    def exit_code(self) -> int:
        """What `oob recover` would have exited with."""
        if self.error is not None:
            return self.error.exit_code
        return self.outcome.exit_code if self.outcome else 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRecovery:
    """What one router's recovery must come to. *failed* attempts come before the one that is proven."""

    exit_code: int = 0
    failed: int | None = None
    error: str = ""

    def unmet(self, result: DrillResult) -> tuple[str, ...]:
        """Return what is not as it must be, one sentence each."""
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
    """A drill: *prepare* sets the stage, *expected* says what each router that is then recovered must come to.

    *routers* stand on a stage of oob's own besides those of the lab; with *needs_own* no other stage will do, with
    *is_real* only the real site. *check* looks at the stage afterwards and returns what is wrong. *repair* takes back
    what keeps a router from being recovered, so that somebody else's can be.
    """

    name: str
    title: str
    prepare: Callable[[DrillStage], None]
    expected: Callable[[DrillStage], Mapping[str, ExpectedRecovery]]
    routers: tuple[RouterSpec, ...] = ()
    needs_own: bool = False
    is_real: bool = False
    choices: RunOptions = field(
        default_factory=lambda: RunOptions(converge=CONVERGE, reason="drill", allow_undrilled=True)
    )
    check: Callable[[DrillStage], tuple[str, ...]] = lambda stage: ()
    repair: Callable[[DrillStage], None] = lambda stage: None
