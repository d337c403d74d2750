"""One path to a device proven by use: opened, logged in, identity compared, logged out; nothing else is typed."""

from __future__ import annotations

from typing import Final

from oob.device.session import DeviceSession
from oob.errors import (
    BudgetSpent,
    ConsoleInUse,
    LoginRefused,
    OobError,
    PathBusy,
    ServerLoginRefused,
    WrongDevice,
)
from oob.printable import one_line

_OUTCOMES: Final = (
    (BudgetSpent, "budget"),
    (PathBusy, "busy"),
    (ConsoleInUse, "busy"),
    (LoginRefused, "login refused"),
    (ServerLoginRefused, "login refused"),
    (WrongDevice, "wrong device"),
)


def check_path(session: DeviceSession) -> tuple[str, str]:
    """Return how the one path of *session* ended (`ok`, `busy`, `budget`, `login refused`, …), and a sentence."""
    try:
        with session as device:
            return "ok", f"logged in as the expected device {device.hostname or session.entry.name}"
    except OobError as error:
        outcome = next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "failed")
        return outcome, one_line(str(error))
