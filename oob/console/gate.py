"""What a console asks before it types a credential, and before anything but reading: is this the right device?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from oob.errors import WrongDevice

if TYPE_CHECKING:
    from oob.console.console import Console


class Gate(Protocol):
    """Keeps credentials and commands from a device that is not the expected one."""

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return why *secret* must not be typed at a device that shows *name*, None where nothing contradicts."""

    def identify(self, console: Console) -> None:
        """Ask the device who it is, in the state that the console is in; raises WrongDevice."""


class OpenGate:
    """A gate for a console without an expectation: every device passes."""

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return None."""
        return None

    def identify(self, console: Console) -> None:
        """Ask nothing."""
