"""The check before a credential is typed, and before anything but reading: is this the right device?"""

from __future__ import annotations

from typing import Protocol, TypeVar

from oob.errors import WrongDevice

Asked = TypeVar("Asked", contravariant=True)  # the console that is asked: the gate stands below it


class CredentialGate(Protocol):
    """Keeps credentials from a device that is not the expected one."""

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return why *secret* must not be typed at a device that shows *name*, None where nothing contradicts."""


class Gate(CredentialGate, Protocol[Asked]):
    """Keeps credentials and commands from a device that is not the expected one."""

    def identify(self, console: Asked) -> None:
        """Ask the device who it is, in the state that the console is in; raises WrongDevice."""


class OpenGate:
    """A gate for a console without an expectation: every device passes."""

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return None."""
        return None

    def identify(self, console: object) -> None:
        """Ask nothing."""
