"""The seam between the scheduler and what carries assignments out: threads here, workers of Dask elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from oob.errors import InternalFault, OobError
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.claims import Claims

Act = Callable[[Assignment], MemberEnd]


class Engine(Protocol):
    """Carries assignments out at once, each at most once as far as it knows; the claims see to the rest.

    *lost* says why it can begin nothing any more, "" while it can.
    """

    lost: str

    def begin(self, assignment: Assignment) -> None:
        """Let *assignment* be carried out; returns at once."""

    def next(self, timeout: float) -> MemberEnd | None:
        """Return an end that has not been returned yet, None without one within *timeout* seconds."""

    def close(self) -> None:
        """Let go of all that it holds; work under way may end or die."""


def carry_out(assignment: Assignment, claims: Claims, act: Act, worker: str = "") -> MemberEnd:
    """Return the end of *assignment*: of *act* under a new claim, else the end recorded under the claim there is."""
    try:
        known = claims.take(assignment, worker)
    except OobError as error:
        return replace(MemberEnd.stopped(assignment, error), worker=worker)
    if known is not None:
        return known
    end = replace(_acted(assignment, act), worker=worker)
    with suppress(OSError):  # the run's own journal has it, and a resume reads it there
        claims.settle(assignment, end)
    return end


def _acted(assignment: Assignment, act: Act) -> MemberEnd:
    try:
        return act(assignment)
    except OobError as error:
        return MemberEnd.stopped(assignment, error)
    except Exception as error:  # an unforeseen fault of one device must not end the others
        return MemberEnd.stopped(assignment, InternalFault.of(error))
