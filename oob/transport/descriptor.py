"""Bytes over one file descriptor: what serial lines, sockets and pseudo-terminals have in common.

Every wait is a poll on the descriptor and on a pipe that `close()` writes to, so closing wakes a reader in another
thread.
"""

from __future__ import annotations

import math
import os
import select
import threading
from types import TracebackType
from typing import Self

from oob.deadline import Deadline
from oob.errors import BreakUnsupported, LineUnsupported, PathLost, TransportError, WriteStalled
from oob.transport.base import LineSettings

_LONGEST_WAIT = 86_400.0  # poll() takes milliseconds as a C int


class Descriptor:
    """A transport over *fd*, which must not block and is closed with it.

    Subclasses say what an end means (`explain`) and give back whatever else they hold (`release`).
    """

    def __init__(self, fd: int, path: str) -> None:
        self.fd = fd
        self.received = 0
        self.sent = 0
        self._path = path
        self._wake_read, self._wake_write = os.pipe()
        self._readable = self._poller(select.POLLIN)
        self._writable = self._poller(select.POLLOUT)
        self._reading = threading.Lock()
        self.writing = threading.Lock()
        self._closing = threading.Lock()
        self._is_closed = False

    @property
    def path(self) -> str:
        """The URL as it may be shown."""
        return self._path

    @property
    def line(self) -> LineSettings | None:
        """None: not a line that we know the settings of."""
        return None

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the bytes that have come, as soon as there is one; `b""` when *timeout* passes first."""
        with self._reading:
            self.check_open()
            return self._read(max_bytes, timeout)

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data*; raises WriteStalled (with how much is unsent) or PathLost."""
        with self.writing:
            self.check_open()
            self._write(data, timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Refuse: this path cannot carry a BREAK."""
        raise BreakUnsupported("this path cannot carry a BREAK", path=self._path)

    def set_line(self, settings: LineSettings) -> None:
        """Refuse: this path has no line settings."""
        raise LineUnsupported("this path has no line settings to change", path=self._path)

    def close(self) -> None:
        """Give the path back; a read that waits in another thread ends with PathLost."""
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
        os.write(self._wake_write, b"x")
        with self._reading, self.writing:  # the threads that hold them have been woken
            os.close(self._wake_read)
            os.close(self._wake_write)
            self.release()

    def check_open(self) -> None:
        """Raise PathLost when the path has been closed; for who holds the lock *writing*."""
        if self._is_closed:
            raise self._closed()

    def wait(self, seconds: float) -> None:
        """Let *seconds* pass (a BREAK lasts that long); raises PathLost as soon as the path is closed."""
        waiter = select.poll()
        waiter.register(self._wake_read, select.POLLIN)
        if waiter.poll(math.ceil(seconds * 1000)):
            raise self._closed()

    def explain(self, error: OSError | None) -> TransportError:
        """Return the error that says why the stream ended: *error*, or without one its regular end."""
        reason = error.strerror if error else "the far end closed the connection"
        return PathLost(str(reason), path=self._path, received=self.received, sent=self.sent)

    def release(self) -> None:
        """Close the descriptor; called once, when no thread waits on it any more."""
        os.close(self.fd)

    def receive(self, max_bytes: int) -> bytes:
        """Take what the descriptor has, without waiting."""
        return os.read(self.fd, max_bytes)

    def hand_over(self, data: memoryview) -> int:
        """Give the descriptor what it takes of *data*, without waiting, and return how much that was."""
        return os.write(self.fd, data)

    def has_pending(self) -> bool:
        """Tell whether something is there to be read that the descriptor does not show."""
        return False

    def _read(self, max_bytes: int, timeout: float) -> bytes:
        deadline = Deadline(timeout)
        while timeout <= 0 or self.has_pending() or self._wait_for(self._readable, deadline):
            try:
                data = self.receive(max_bytes)
            except BlockingIOError:
                if deadline.is_over:
                    return b""
                continue
            except OSError as error:
                raise self.explain(error) from error
            if not data:
                raise self.explain(None)
            self.received += len(data)
            return data
        return b""

    def _write(self, data: bytes, timeout: float) -> None:
        deadline = Deadline(timeout)
        left = memoryview(data)
        while left:
            try:
                count = self.hand_over(left)
            except BlockingIOError:
                count = 0
            except OSError as error:
                raise self.explain(error) from error
            self.sent += count
            left = left[count:]
            if left:
                events = self._wait_for(self._writable, deadline)
                if not events:
                    raise self._stalled(len(data), len(left), timeout)
                if not events & select.POLLOUT:  # a pseudo-terminal that no program has open any more
                    raise self.explain(None)

    def _wait_for(self, poller: select.poll, deadline: Deadline) -> int:
        """Return the events that have come on the descriptor, 0 when the deadline came first."""
        events = dict(poller.poll(math.ceil(min(deadline.remaining(), _LONGEST_WAIT) * 1000)))
        if self._wake_read in events:
            raise self._closed()
        return events.get(self.fd, 0)

    def _stalled(self, size: int, unsent: int, timeout: float) -> WriteStalled:
        message = f"the far end took {size - unsent} of {size} bytes in {timeout:g} s and then no more"
        return WriteStalled(message, path=self._path, unsent=unsent)

    def _poller(self, event: int) -> select.poll:
        poller = select.poll()
        poller.register(self.fd, event)
        poller.register(self._wake_read, select.POLLIN)
        return poller

    def _closed(self) -> PathLost:
        return PathLost("it has been closed on this side", path=self._path, received=self.received, sent=self.sent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
