"""A console that a person keeps: a path that dies under it is opened again, until it is there or the person leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from oob.errors import (
    BudgetSpent,
    HostKeyRefused,
    OobError,
    PathInvalid,
    PathLost,
    ServerLoginRefused,
)
from oob.transport.base import Transport
from oob.transport.layer import Layer

PAUSES = (0.2, 5.0)  # seconds between two tries, the first and the longest
STEADY = 10.0  # seconds for which a path must have held before the pauses begin from the first again
# Trying again cannot mend these, or locks an account.
_FINAL = (BudgetSpent, HostKeyRefused, ServerLoginRefused, PathInvalid)


class KeptLine(Layer):
    """A transport whose *inner* path is opened anew by *opener* when it has died; *say* tells the person.

    One thread reads. Keys written without a path are dropped: keys that were typed for a console that is gone
    must not reach the next one. A program that has ended is not started again.
    """

    def __init__(self, inner: Transport, opener: Callable[[], Transport], say: Callable[[str], None]) -> None:
        super().__init__(inner)
        self._open = opener
        self._say = say
        self._closed = threading.Event()
        self._swapping = threading.Lock()
        self._lost: PathLost | None = None
        self._dropped = 0
        self._opened_at = time.monotonic()
        self._pauses = _pauses()

    @property
    def lost(self) -> PathLost | None:
        """Why there is no path at the moment; None where there is one."""
        return self._lost

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read, over a path that was opened again where it died; raises PathLost once closed."""
        while True:
            try:
                return self.inner.read(max_bytes, timeout)
            except PathLost as error:
                if self._closed.is_set():
                    raise
                self._lost = self._lost or error
                if isinstance(error, _FINAL) or self.path.partition("://")[0].endswith("exec"):
                    raise
                self.inner.close()
                self._reopen(self._lost)

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over *data*, or drop it without a path."""
        if self._lost:
            self._dropped += len(data)
            return
        try:
            self.inner.write(data, timeout)
        except PathLost as error:
            self._lost = error
            self.inner.close()  # which wakes the reader

    def close(self) -> None:
        """Close the path for good, also while it is being opened again."""
        self._closed.set()
        with self._swapping:
            self.inner.close()

    def _reopen(self, error: PathLost) -> None:
        """Open the path again; raises *error* once closed, or what cannot be mended by trying again."""
        self._say(f"WAIT {error}; trying to reopen it until it is back, ~. leaves")
        started, said = time.monotonic(), ""
        if started - self._opened_at > STEADY:
            self._pauses = _pauses()
        while not self._closed.wait(next(self._pauses)):
            try:
                inner = self._open()
            except _FINAL:
                raise
            except OobError as failure:
                if str(failure) not in (said, str(error)):
                    said = str(failure)
                    self._say(f"WAIT {said}")
                continue
            if self._take(inner):
                keys = f"; {self._dropped} bytes typed meanwhile were not sent" if self._dropped else ""
                self._dropped = 0
                self._say(f"OK reopened {inner.path} after {time.monotonic() - started:.0f} s{keys}")
                return
        raise error

    def _take(self, inner: Transport) -> bool:
        """Use *inner* from now on; False where the person has left meanwhile."""
        with self._swapping:
            if self._closed.is_set():
                inner.close()
                return False
            self.inner = inner
            self._opened_at = time.monotonic()
            self._lost = None
            return True


def _pauses() -> Iterator[float]:
    pause, longest = PAUSES
    while True:
        yield pause
        pause = min(2 * pause, longest)
