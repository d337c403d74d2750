"""A transport as the console sees it: counted, timed, and written to the transcript."""

from __future__ import annotations

import re
import threading
import time
from typing import Protocol

from oob.errors import BudgetSpent, PathLost
from oob.transport.base import Transport

CHUNK = 65536
WRITE_TIMEOUT = 30.0
RECENT = 2048
ECHOED = range(4, 9)  # bytes that tell an echo from a message
BURST, PAUSE = 400, 0.25  # bytes that tell a rate, and the seconds after which they are not one burst any more
WAKES = 1000  # a second, by all threads of this process together, while they read long outputs
LATENESS = 0.05  # of the seconds that an output has taken: the end of it may be seen so much later
SHORTEST = 0.016  # seconds: the time of 16 bytes at 9600 bit/s
HELD = 1024  # bytes, at most, that are left to come together: a pseudo-terminal holds 4096
DRAINED = 1 << 20  # bytes that are taken at once; a flood never ends on its own


class Tape(Protocol):
    """Whoever writes down what crosses the line."""

    def received(self, data: bytes) -> None:
        """Take bytes that came from the device."""

    def sent(self, data: bytes) -> None:
        """Take bytes that went to the device."""

    def mark(self, text: str) -> None:
        """Note that something begins here."""

    def close(self) -> None:
        """Write the bytes held back and end the tape."""


class Burst:
    """Measures the bytes a second of what comes without a pause; *rate* is that of the last long burst."""

    def __init__(self) -> None:
        self.rate: float | None = None
        self._began = self._last = float("-inf")
        self._size = 0

    def note(self, size: int, now: float) -> None:
        """Note that *size* bytes have come *now*; the first of a burst may have waited somewhere."""
        if now - self._last > PAUSE:
            self._began, self._size = now, 0
        else:
            self._size += size
        self._last = now
        if self._size >= BURST and now > self._began:
            self.rate = self._size / (now - self._began)


class Stream:
    """Reads and writes one transport; *bytes_in*, *bytes_out* count, *round_trip* is the shortest answer seen.

    *state* is the name of the state that the console is in, for the error that says where it was lost. *recent* is the
    end of what came.
    """

    def __init__(self, transport: Transport, tape: Tape | None = None) -> None:
        self.transport = transport
        self.tape = tape
        self.bytes_in = 0
        self.bytes_out = 0
        self.state = "unknown"
        self.recent = bytearray()
        self.round_trip: float | None = None
        self.is_lost = False
        self._asked: tuple[float, bytes] | None = None  # when something was sent, and how its echo begins
        self._wrote_at = float("-inf")
        self._heard = b""  # since then
        self._has_echo = False  # the round trip was measured by an echo
        self._unread = b""
        self.burst = Burst()

    @property
    def rate(self) -> float | None:
        """The bytes a second that the last long output came at; None before there was one."""
        return self.burst.rate

    def read(self, timeout: float) -> bytes:
        """Return what came within *timeout* seconds, `b""` when nothing did; raises PathLost with the byte counts."""
        if self._unread:
            data, self._unread = self._unread, b""
            return data
        try:
            data = self.transport.read(CHUNK, timeout)
        except PathLost as error:
            raise self._lost(error) from error
        if data:
            self.bytes_in += len(data)
            self.recent = (self.recent + data[-RECENT:])[-RECENT:]
            self._measure(data)
            self.burst.note(len(data), time.monotonic())
            if self.tape:
                self.tape.received(data)
        return data

    def gather(self, seconds: float) -> bytes:
        """Return what has come together on its way, in an output that has taken *seconds* so far; b"" without waiting.

        A line of 9600 bit/s brings 16 bytes at a time. One console reads them as they come; a thread among hundreds
        waits, so that the process has time for all of them. See docs/decisions/0142-many-consoles-in-one-process.md.
        """
        rate = self.burst.rate
        if not rate or self._unread:
            return b""
        pause = min(threading.active_count() / WAKES, LATENESS * seconds, HELD / rate)
        if pause <= SHORTEST:
            return b""
        time.sleep(pause)
        return self.read(0)

    def unread(self, data: bytes) -> None:
        """Give back *data*, which the next read returns: it belongs to something else than the bytes read with it."""
        self._unread = data + self._unread

    def write(self, data: bytes, *, is_timed: bool = True) -> None:
        """Send *data*; the time to its echo is a round trip, unless earlier keys may have the same echo."""
        if self.tape:
            self.tape.sent(data)
        try:
            self.transport.write(data, WRITE_TIMEOUT)
        except PathLost as error:
            raise self._lost(error) from error
        self.bytes_out += len(data)
        now = time.monotonic()
        if not is_timed:
            self._asked = None
        elif now - self._wrote_at >= (self.round_trip or 0.0):  # else it may be the echo of earlier keys
            self._asked = now, re.split(rb"[^!-~]", data, maxsplit=1)[0][: ECHOED[-1]]
            self._heard = b""
        self._wrote_at = now

    def _measure(self, data: bytes) -> None:
        """Measure the round trip; bytes other than the echo may be a log message, and count until the echo has come."""
        if self._asked is None:
            return
        asked_at, typed = self._asked
        taken = time.monotonic() - asked_at
        if not self._has_echo and not self._heard:
            self.round_trip = taken if self.round_trip is None else min(self.round_trip, taken)
        self._heard = (self._heard + data)[-RECENT:]
        if len(typed) in ECHOED and typed in self._heard:
            self.round_trip = min(taken, self.round_trip or taken) if self._has_echo else taken
            self._has_echo, self._asked = True, None

    def drain(self) -> bytes:
        """Return the bytes that have come, without waiting; of a flood no more than DRAINED bytes or so."""
        data = bytearray()
        while len(data) < DRAINED and (chunk := self.read(0)):
            data += chunk
        if data:
            self._asked = None
        return bytes(data)

    def close(self) -> None:
        """Give the path back and end the tape."""
        self.transport.close()
        if self.tape:
            self.tape.close()

    def _lost(self, error: PathLost) -> PathLost:
        self.is_lost = not isinstance(error, BudgetSpent)  # a little more goes through, to leave the console in order
        return type(error)(
            f"{error} (in state {self.state}, after {self.bytes_in} bytes received and {self.bytes_out} sent)",
            received=self.bytes_in,
            sent=self.bytes_out,
            state=self.state,
            is_gone=error.is_gone,
        )
