"""`?baud=auto`: the speed of a serial line, found by trying which of the usual ones makes it readable.

Speeds are tried from the fastest to the slowest. A byte that is sent faster than the device reads lasts less than five
of its bits, so the device takes it for one character from 0xC0 up, and never for a control character or a BREAK.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from oob.deadline import Deadline
from oob.errors import LineUnsupported
from oob.transport.base import LineSettings, Transport
from oob.transport.layer import Layer

AUTO: Final = "auto"
USUAL: Final = (115200, 57600, 38400, 19200, 9600, 4800, 2400, 1200)
FALLBACK: Final = 9600
LISTEN: Final = 1.5  # seconds in which nothing is typed: a boot loader counts down by the second
GAP: Final = 0.15  # seconds of silence after which the bytes heard are judged
ENOUGH: Final = 120  # bytes that are judged at once: a line that never pauses is judged, too
KEYS: Final = ((b"\x12", 0.3), (b"\x15", 0.05), (b"\r", 0.8))  # show the line, clear it, ask for a prompt
_WRITE: Final = 2.0
_SHORT: Final = 3  # bytes: a return and a prompt of one sign
_ODD: Final = 0.1  # the share of the bytes heard that may be unreadable: noise, an old device's padding


class Heard(Layer):
    """A line whose speed has been found: the bytes heard meanwhile are read first."""

    def __init__(self, inner: Transport, heard: bytes) -> None:
        super().__init__(inner)
        self._heard = heard

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read the bytes heard meanwhile, then from the line."""
        if not self._heard:
            return self.inner.read(max_bytes, timeout)
        data, self._heard = self._heard[:max_bytes], self._heard[max_bytes:]
        return data


def is_readable(data: bytes) -> bool:
    """Tell whether *data* is text that was received at the speed it was sent at.

    Received at twice its speed or more, text has no blank and no line end in it: their bits do not come in pairs.
    """
    if len(data) < _SHORT or not any(blank in data for blank in b"\r\n "):
        return False
    text = data.decode("utf-8", "replace")
    odd = sum(1 for sign in text if sign == "\ufffd" or (sign < " " and sign not in "\r\n\t\b\a\x1b\0"))
    odd += text.count("\0") // 2  # as a terminator, beside text; a line that is read too fast is full of them
    return odd <= _ODD * len(text)


def find_speed(transport: Transport, deadline: Deadline, first: int = 0) -> tuple[Transport, int]:
    """Return *transport* set to the speed at which its line is readable, and that speed; 0 where none is.

    Nothing is typed while the line says something: its next text is listened to at the next speed. *first* is the speed
    at which it was readable before. Where no speed is readable the line is left at FALLBACK, with the bytes of it.
    """
    search = _Search(transport, deadline)
    speeds = tuple(dict.fromkeys((*((first,) if first else ()), *USUAL)))
    found = search.listening(speeds) or search.typing(speeds)
    if not found:
        search.change(FALLBACK)
    return Heard(transport, search.heard), found


class _Search:
    """One search for the speed of *transport*; *heard* is what came at the speed that it is set to."""

    def __init__(self, transport: Transport, deadline: Deadline) -> None:
        self.heard = b""
        self._transport = transport
        self._deadline = deadline
        self._settings = transport.line or LineSettings()
        self._trip = 0.0  # seconds that a change of the line takes: a round trip, where it is behind a server

    def change(self, speed: int) -> bool:
        """Set the line to *speed* and forget what came before; False where the adapter cannot do it."""
        started = time.monotonic()
        try:
            self._transport.set_line(replace(self._settings, baud=speed))
        except LineUnsupported:
            return False
        self._trip = time.monotonic() - started
        while self._transport.read(4096, 0):
            pass
        self.heard = b""
        return True

    def listening(self, speeds: tuple[int, ...]) -> int:
        """Return the first of *speeds* at which what the line says by itself is readable, 0 where it is silent."""
        for speed in self._settable(speeds):
            if not self._listen(LISTEN):
                return 0
            if is_readable(self.heard):
                return speed
        return 0

    def typing(self, speeds: tuple[int, ...]) -> int:
        """Return the first of *speeds* at which the line answers readably, 0 where none does."""
        for speed in self._settable(speeds):
            for key, patience in KEYS:  # one by one: together they would last long enough to be read as something
                self._transport.write(key, min(_WRITE, max(0.1, self._deadline.remaining())))
                self._listen(patience + self._trip)
                if is_readable(self.heard):
                    return speed
        return 0

    def _settable(self, speeds: tuple[int, ...]) -> Iterator[int]:
        """Set the line to each of *speeds* in turn, and yield those that it takes, until the time is over."""
        for speed in speeds:
            if self._deadline.is_over:
                return
            if self.change(speed):
                yield speed

    def _listen(self, patience: float) -> bool:
        """Add the bytes of the next *patience* seconds to those heard; tell whether anything came."""
        has_come = False
        while data := self._transport.read(4096, min(GAP if has_come else patience, self._deadline.remaining())):
            has_come = True
            self.heard += data
            if len(self.heard) >= ENOUGH:
                break
        return has_come
