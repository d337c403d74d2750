"""Which errors say that the device refused, and which only that nobody knows what became of the last command."""

from __future__ import annotations

from oob.errors import (
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
REFUSALS = (DeviceError, StateUnreachable, QuestionAsked, DataError)
# The path died, or the device went silent or was talked to by somebody else: come back and look.
INTERRUPTIONS = (TransportError, ConsoleError)


def is_interruption(error: OobError) -> bool:
    """Tell whether the run may come back to the console after *error* and look where the device is."""
    return isinstance(error, INTERRUPTIONS) and not isinstance(error, (*REFUSALS, LoginRefused))
