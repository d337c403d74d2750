"""The task that an engine hands to whatever recovers one device, and its result. Data alone, without any secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from oob.errors import Interrupted, OobError
from oob.recovery.record.ending import Ending
from oob.recovery.record.outcome import Outcome

STOPPED, UNKNOWN = "stopped", "unknown"  # beside the endings of a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One device to recover. *run* is the identifier that its run has, *round* counts the executions of the fleet.

    *plan* is the SHA-256 of the fleet's plan and *signature* the one over it, empty without one; *part* is what the
    plan says of this device, *given* the options of this recovery.
    *agreed* are the limits of the policy that a person agreed to exceed with the whole fleet.
    *approval* is the approver's of the whole plan, "" where the policy requires none, given when the fleet began at
    *since*. *site* and *resources* tell an engine of several jump hosts which of them reaches the device.
    """

    fleet: str
    member: str
    run: str
    plan: str
    signature: Mapping[str, str] = field(default_factory=dict)
    round: int = 1
    part: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    agreed: tuple[str, ...] = ()
    approval: str = field(default="", repr=False)
    since: str = ""
    site: str = ""
    resources: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, which `of_json` reads."""
        return asdict(self)

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> Self:
        """Return the assignment that *content* is; raises TypeError where another version of oob wrote it."""
        return cls(**{**content, "resources": tuple(content["resources"]), "agreed": tuple(content["agreed"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnd:
    """The end of the recovery of one device: an ending of a run, `stopped` by the error in *text*, or `unknown`."""

    member: str
    run: str
    round: int
    ending: str
    exit_code: int
    text: str = ""
    seconds: float = 0.0
    worker: str = ""

    @classmethod
    def of(cls, assignment: Assignment, outcome: Outcome) -> Self:
        """Return the end that *outcome* tells."""
        reasons = () if outcome.is_recovered or outcome.proof is None else outcome.proof.reasons
        return cls(
            member=assignment.member,
            run=outcome.run,
            round=assignment.round,
            ending=str(outcome.ending),
            exit_code=outcome.exit_code,
            text=str(outcome.waiting or "; ".join(reasons[:3])),
            seconds=round(outcome.seconds, 1),
        )

    @classmethod
    def stopped(cls, assignment: Assignment, error: OobError) -> Self:
        """Return the end by *error*; an interrupted run is unknown, since it can be resumed."""
        ending = UNKNOWN if isinstance(error, Interrupted) else STOPPED
        return cls(
            member=assignment.member,
            run=assignment.run,
            round=assignment.round,
            ending=ending,
            exit_code=error.exit_code,
            text=str(error),
        )

    @classmethod
    def unknown(cls, assignment: Assignment, why: str) -> Self:
        """Return the end of a device of which nothing is known but that its recovery was begun."""
        return cls(
            member=assignment.member,
            run=assignment.run,
            round=assignment.round,
            ending=UNKNOWN,
            exit_code=Interrupted.exit_code,
            text=why,
        )

    @property
    def is_recovered(self) -> bool:
        """Tell whether the device is proven to be as its baseline says."""
        return self.ending in (Ending.RECOVERED, Ending.UNCHANGED)

    @property
    def is_waiting(self) -> bool:
        """Tell whether its configuration is proven, and its routes wait for neighbours that are down."""
        return self.ending == Ending.WAITING

    @property
    def is_unknown(self) -> bool:
        """Tell whether it has to be resumed before anything can be said of it."""
        return self.ending == UNKNOWN

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)
