"""A transport as the console sees it: counted, timed, written to the transcript, and never waited for by sleeping."""

from __future__ import annotations

import time
from typing import Protocol

from oob.errors import BudgetSpent, PathLost
from oob.transport.base import Transport

CHUNK = 65536
WRITE_TIMEOUT = 30.0
RECENT = 2048
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
        """Write what was held back and end the tape."""


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
        self._asked: tuple[float, bytes] | None = None  # when something was sent, and its first byte
        self._wrote_at = float("-inf")
        self._has_echo = False  # the round trip was measured by an echo
        self._unread = b""

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
            if self.tape:
                self.tape.received(data)
        return data

    def unread(self, data: bytes) -> None:
        """Give back *data*, which the next read returns: it belongs to something else than what was read with it."""
        self._unread = data + self._unread

    def write(self, data: bytes) -> None:
        """Send *data*; the time to the first byte of its echo is a round trip."""
        if self.tape:
            self.tape.sent(data)
        try:
            self.transport.write(data, WRITE_TIMEOUT)
        except PathLost as error:
            raise self._lost(error) from error
        self.bytes_out += len(data)
        now = time.monotonic()
        if now - self._wrote_at >= (
            self.round_trip or 0.0
        ):  # else what comes next may be the echo of what was sent before
            self._asked = now, data[:1]
        self._wrote_at = now

    def _measure(self, data: bytes) -> None:
        """Measure the round trip; what does not begin like an echo may be a message, and counts until there is one."""
        if self._asked is None:
            return
        (asked_at, key), self._asked = self._asked, None
        taken = time.monotonic() - asked_at
        is_echo = key > b" " and data.startswith(key)
        if is_echo and not self._has_echo:
            self._has_echo, self.round_trip = True, taken
        elif is_echo or not self._has_echo:
            self.round_trip = taken if self.round_trip is None else min(self.round_trip, taken)

    def drain(self) -> bytes:
        """Return what is there already, without waiting; of a flood no more than DRAINED bytes or so."""
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
