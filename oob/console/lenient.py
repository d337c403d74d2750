"""A tape that ends where the disk takes no more of it, and the session goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from oob.console.stream import Tape


class Lenient:
    """Writes on *tape* until that fails, which is told to *say* once."""

    def __init__(self, tape: Tape, say: Callable[[str], object]) -> None:
        self._tape = tape
        self._say = say
        self._is_broken = False

    def received(self, data: bytes) -> None:
        """Write down what came from the device."""
        self._write(lambda: self._tape.received(data))

    def sent(self, data: bytes) -> None:
        """Write down what went to the device."""
        self._write(lambda: self._tape.sent(data))

    def mark(self, text: str) -> None:
        """Mark that something begins here."""
        self._write(lambda: self._tape.mark(text))

    def close(self) -> None:
        """End the tape."""
        with suppress(OSError):
            self._tape.close()

    def _write(self, act: Callable[[], None]) -> None:
        if self._is_broken:
            return
        try:
            act()
        except OSError as error:
            self._is_broken = True
            self._say(f"the transcript cannot be written any more: {error.strerror}")
