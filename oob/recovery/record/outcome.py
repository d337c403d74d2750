"""The outcome of a run, for the operator or program that started it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from oob.errors import NotProven
from oob.recovery.proof.neighbours import Waiting
from oob.recovery.proof.prove import Proof
from oob.recovery.record.ending import RECOVER, Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptOutcome:
    """The result of one attempt; *failure* is empty where it was proven. In put-back the broken state is proven."""

    number: int
    strategy: str
    title: str
    failure: str = ""
    skipped: str = ""
    phase: str = RECOVER

    @property
    def is_proven(self) -> bool:
        """Tell whether it was proven."""
        return not self.failure and not self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a run. *broken* is the snapshot of the broken state, *left* lists what a person still has to do.

    *waiting* is set where the configuration is proven and routes wait for neighbours that are down. *journal_head* is
    the hash of the last line of the journal, to keep where those who can change the journal cannot write.
    """

    run: str
    device: str
    platform: str
    ending: Ending
    path: str = ""
    target: str = ""
    baseline: str = ""
    broken: str = ""
    attempts: tuple[AttemptOutcome, ...] = ()
    proof: Proof | None = None
    waiting: Waiting | None = None
    warnings: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    seconds: float = 0.0
    journal_head: str = ""

    @property
    def is_recovered(self) -> bool:
        """Tell whether the device is proven to be as its baseline says, also where nothing had to be done for it."""
        return self.ending in (Ending.RECOVERED, Ending.UNCHANGED)

    @property
    def is_unchanged(self) -> bool:
        """Tell whether the run had nothing to do, and changed nothing."""
        return self.ending is Ending.UNCHANGED or (self.ending is Ending.WAITING and not self.attempts)

    @property
    def exit_code(self) -> int:
        """0 where the device is proven to be back, 1 where it is not."""
        return 0 if self.is_recovered else NotProven.exit_code

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        plain = {**asdict(self), "ending": str(self.ending)}
        plain |= {"is_recovered": self.is_recovered, "is_unchanged": self.is_unchanged}
        return {**plain, "proof": self.proof.as_json() if self.proof else None, "exit_code": self.exit_code}
