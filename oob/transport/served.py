"""A line at a console server whose family has manners of its own: how it is woken, and how a BREAK is typed at it."""

from __future__ import annotations

import math
from typing import Final

from oob.deadline import Deadline
from oob.transport.base import Transport
from oob.transport.family import Family, Wake
from oob.transport.layer import Layer
from oob.transport.program import keys
from oob.transport.ssh import Ssh

SILENCE: Final = 1.0  # seconds without an answer after which a line is asleep
_KEYS_TAKEN: Final = 5.0


def serve(transport: Transport, family: Family) -> Transport:
    """Return *transport* as a line at a server of *family*, which is woken and sent a BREAK as that likes it."""
    typed = family.break_ if isinstance(transport, Ssh) else ""
    return Served(transport, family.wake, typed) if family.wake or typed else transport


class Served(Layer):
    """A line at a server with manners of its own."""

    def __init__(self, inner: Transport, wake: Wake | None, typed_break: str) -> None:
        super().__init__(inner)
        self._keys = keys(wake.keys) if wake else b""
        self._wakes_left = wake.times if wake else 0
        self._typed_break = keys(typed_break)
        self._was_typed_at = False

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read; a line that has never answered a key is woken in the server's own way meanwhile."""
        deadline = Deadline(timeout)
        while True:
            is_asleep = self._was_typed_at and self._wakes_left > 0
            data = self.inner.read(max_bytes, min(deadline.remaining(), SILENCE if is_asleep else math.inf))
            if data and self._was_typed_at:
                self._wakes_left = 0
            if data or not is_asleep or deadline.is_over:
                return data
            self._wakes_left -= 1
            self.inner.write(self._keys, _KEYS_TAKEN)

    def write(self, data: bytes, timeout: float) -> None:
        """Write."""
        self._was_typed_at = True
        self.inner.write(data, timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Send a BREAK, by the keys that its family uses for one, where it has some."""
        if self._typed_break:
            self.inner.write(self._typed_break, _KEYS_TAKEN)
        else:
            self.inner.send_break(seconds)
