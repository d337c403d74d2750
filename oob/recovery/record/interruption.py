"""Tell a refusal of the device from an interruption, after which the fate of the last command is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import oob.recovery.record.events as events
from oob.device.session import DeviceSession
from oob.errors import (
    BudgetSpent,
    CommandUnfinished,
    ConsoleError,
    DataError,
    DeviceError,
    LoginRefused,
    OobError,
    QuestionAsked,
    StateUnreachable,
    TransportError,
)

# The device refused, or its answer is of no use: the attempt has failed, the console works.
REFUSALS = (DeviceError, StateUnreachable, QuestionAsked, CommandUnfinished, DataError)
# The path died, the device went silent, or another operator typed: return to the console and look.
INTERRUPTIONS = (TransportError, ConsoleError)
READINGS = 3  # tries of a part of a run that only reads
INTERRUPTIONS_TAKEN = 6  # tries of an attempt or a step before the run stops

_T = TypeVar("_T")


def is_interruption(error: OobError) -> bool:
    """Tell whether the run may return to the console after *error* and ask the device for its state."""
    return isinstance(error, INTERRUPTIONS) and not isinstance(error, (*REFUSALS, LoginRefused))


def is_dead_path(error: OobError) -> bool:
    """Tell whether *error* says that the path died; a path whose byte budget is spent is closed in order instead."""
    return isinstance(error, TransportError) and not isinstance(error, BudgetSpent)


class WornOut(DeviceError):
    """A part of a run was interrupted too often; *last* is the last interruption."""

    def __init__(self, what: str, tries: int, last: OobError) -> None:
        super().__init__(f"{what} was interrupted {tries} times, the last time: {last}; the run can be resumed")
        self.last = last


def persist(
    session: DeviceSession,
    part: Callable[[], _T],
    interrupted: Callable[[OobError], object],
    *,
    what: str,
    tries: int = INTERRUPTIONS_TAKEN,
    may_retry: Callable[[OobError], bool] = is_interruption,
) -> _T:
    """Do a *part* that may be done twice, and return to the console after each interruption.

    *interrupted* records each but the last. Raises WornOut after *tries*, and at once what *may_retry* refuses.
    """
    for count in range(1, tries + 1):
        try:
            return part()
        except OobError as error:
            if not may_retry(error):
                raise
            if count == tries:
                raise WornOut(what, tries, error) from error
            interrupted(error)
            session.again(error)
    raise AssertionError("a part is tried at least once")


def steady(
    session: DeviceSession, part: Callable[[], _T], may_retry: Callable[[OobError], bool] = is_interruption
) -> _T:
    """Do a *part* that only reads, again after an interruption; raises the last one itself."""
    try:
        return persist(
            session,
            part,
            lambda error: session.log.note(events.PART_INTERRUPTED, str(error)),
            what="a reading",
            tries=READINGS,
            may_retry=may_retry,
        )
    except WornOut as error:
        raise error.last from None
