"""Which errors say that the device refused, and which only that nobody knows what became of the last command."""

from __future__ import annotations

from oob.errors import (
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

# The device said no, or nothing that can be gone on with: the attempt has failed, the console is all right.
REFUSALS = (DeviceError, StateUnreachable, QuestionAsked, CommandUnfinished, DataError)
# The path died, or the device went silent or was talked to by somebody else: come back and look.
INTERRUPTIONS = (TransportError, ConsoleError)
INTERRUPTIONS_TAKEN = 6  # how often one attempt or step comes back before the run stops


def is_interruption(error: OobError) -> bool:
    """Tell whether the run may come back to the console after *error* and look where the device is."""
    return isinstance(error, INTERRUPTIONS) and not isinstance(error, (*REFUSALS, LoginRefused))


def worn_out(what: str) -> DeviceError:
    """Return what stops a run when *what* has been interrupted too often."""
    return DeviceError(f"the path died {INTERRUPTIONS_TAKEN} times during {what}; the run can be resumed")
