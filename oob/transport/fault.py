"""`fault+tcp://...?fault.kind=drop&fault.at=120`: a wrapper that breaks a path on purpose, to see what becomes of it.

At byte `at` (counted from 0) of the bytes read, or with `of=write` of the bytes written:

    fail      the path dies
    stall     nothing goes through any more in this direction, for `seconds` or (0) for good
    drop      `length` bytes vanish; with `seconds`, the line is open that long and all that comes in it vanishes
    garble    `length` bytes arrive changed
"""

from __future__ import annotations

import threading
import time
from typing import Final

from oob.deadline import Deadline
from oob.errors import PathLost, UsageError, WriteStalled
from oob.transport.base import Transport
from oob.transport.layer import Layer
from oob.transport.url import ConsoleURL

WRAPPER: Final = "fault"
OPTIONS: Final[tuple[str, ...]] = ("kind", "at", "of", "length", "seconds")

KINDS: Final = ("fail", "stall", "drop", "garble")

_GARBLE: Final = bytes(byte ^ 0x15 for byte in range(256))


class Fault(Layer):
    """Lets bytes through until byte *at* of one direction, where the fault begins, and leaves the other alone."""

    def __init__(
        self, inner: Transport, *, kind: str, at: int, of: str = "read", length: int = 1, seconds: float = 0
    ) -> None:
        super().__init__(inner)
        self._kind = kind
        self._at = at
        self._of = of
        self._length = length
        self._seconds = seconds
        self._count = 0
        self._began = 0.0
        self._closed = threading.Event()

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read through the fault."""
        if self._of != "read":
            return self.inner.read(max_bytes, timeout)
        deadline = Deadline(timeout)
        while True:
            if self._count < self._at:
                max_bytes = min(max_bytes, self._at - self._count)  # the fault begins at a byte, not at a chunk
            elif self._kind == "stall" and not self._wait_out(deadline):
                return b""
            data = self.inner.read(max_bytes, deadline.remaining())
            if not data:
                return b""
            data = self._through(data)
            if data:
                return data

    def write(self, data: bytes, timeout: float) -> None:
        """Write through the fault."""
        if self._of != "write":
            self.inner.write(data, timeout)
            return
        deadline = Deadline(timeout)
        before, data = data[: max(0, self._at - self._count)], data[max(0, self._at - self._count) :]
        if before:
            self._count += len(before)
            self.inner.write(before, deadline.remaining())
        if data and self._kind == "stall" and not self._wait_out(deadline):
            raise WriteStalled("a fault on purpose: nothing goes through", path=self.path, unsent=len(data))
        data = self._through(data) if data else b""
        if data:
            self.inner.write(data, deadline.remaining())

    def close(self) -> None:
        """Close the inner transport; a read that is stalled in another thread ends."""
        self._closed.set()
        self.inner.close()

    def _through(self, data: bytes) -> bytes:
        """Return the rest of *data*, whose bytes are either all before the fault or all from it on."""
        start = self._count
        self._count += len(data)
        if start < self._at or self._kind == "stall":
            return data
        if self._kind == "fail":
            self.inner.close()
            raise PathLost("a fault on purpose: the path has died", path=self.path)
        if self._kind == "drop" and self._seconds:
            return b"" if self._elapsed() < self._seconds else data
        hit = max(0, self._at + self._length - start)
        return (b"" if self._kind == "drop" else data[:hit].translate(_GARBLE)) + data[hit:]

    def _wait_out(self, deadline: Deadline) -> bool:
        """Wait until the stall is over; False when the deadline comes first."""
        left = self._seconds - self._elapsed() if self._seconds else float("inf")
        self._closed.wait(min(left, deadline.remaining(), threading.TIMEOUT_MAX))
        return self._closed.is_set() or (self._seconds > 0 and self._elapsed() >= self._seconds)

    def _elapsed(self) -> float:
        """Return how long the fault has lasted; asking begins it."""
        now = time.monotonic()
        self._began = self._began or now
        return now - self._began


def wrap(inner: Transport, url: ConsoleURL) -> Fault:
    """Put a fault around *inner*, as the options say."""
    url.allow(*OPTIONS)
    if "kind" not in url.options:
        raise UsageError(f"fault+ needs fault.kind, one of {', '.join(KINDS)}")
    return Fault(
        inner,
        kind=url.choice("kind", KINDS, ""),
        at=url.integer("at", 0),
        of=url.choice("of", ("read", "write"), "read"),
        length=url.integer("length", 1),
        seconds=url.number("seconds", 0),
    )
