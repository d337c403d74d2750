"""The check before a credential is typed, and before anything but reading: is this the right device?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from oob.errors import WrongDevice

Asked = TypeVar("Asked", contravariant=True)  # the console that is asked: the gate stands below it


class CredentialGate(Protocol):
    """Keeps credentials from a device that is not the expected one."""

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return why *secret* must not be typed at a device that shows *name*, None where nothing contradicts."""

    def compare_login(self, shown: Sequence[str], name: str) -> str:
        """Return what remains unknown about the device that has *shown* these lines before the first credential.

        *name* is the hostname that they were understood to show. Raises WrongDevice where they are another device's.
        """


class Gate(CredentialGate, Protocol[Asked]):
    """Keeps credentials and commands from a device that is not the expected one."""

    def identify(self, console: Asked) -> None:
        """Ask the device who it is, in the state that the console is in; raises WrongDevice."""


class OpenGate:
    """A gate for a console without an expectation: every device passes."""

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return None."""
        return None

    def compare_login(self, shown: Sequence[str], name: str) -> str:
        """Return nothing."""
        return ""

    def identify(self, console: object) -> None:
        """Ask nothing."""
