"""The bytes that a path may carry in a month, as on a SIM card: counted, warned of, and kept.

The count is that of a carrier's bill: the bytes themselves, headers and acknowledgements, opening, keepalives.
The count lies in the home, so that it is that of everybody who works from there; a month is one of UTC.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from oob import durable
from oob.errors import BudgetSpent
from oob.events import CONSOLE_NOTE, PATH_BUDGET, PATH_COUNTED, Events
from oob.transport.base import Transport
from oob.transport.carriers import SharedAllowance
from oob.transport.layer import Layer

UNLIMITED: Final = sys.maxsize  # bytes a month of a path whose carrier alone is limited
LOW: Final = 0.8  # the share after which a warning is due
PACKET: Final = 104  # bytes beside its content: IPv4 and TCP with timestamps, and an acknowledgement of the same size
_PAYLOAD: Final = 1400
OPENING: Final = 6000  # logging in over SSH, the dearest
IDLE_RATE: Final = 55  # bytes a second while nothing else crosses: a sign of life asked for and given over SSH
SLACK: Final = 1.5  # what comes in small packets costs more than its size
_SAVED_EVERY: Final = 10_000
_LEAVE: Final = 2000  # bytes to leave a console in order with, after the budget is spent


def _today() -> datetime:
    return datetime.now(UTC)


class Budget:
    """The allowance of one path: *limit* bytes a month. *file* holds the counts of a device's paths by their names.

    *shared* is the allowance of its carrier for all devices of a run; the path ends where either of the two does.
    """

    def __init__(
        self,
        name: str,
        limit: int,
        file: Path,
        today: Callable[[], datetime] = _today,
        *,
        shared: SharedAllowance | None = None,
    ) -> None:
        self.name = name
        self.limit = limit
        self.shared = shared
        self._file = file
        self._today = today
        self._unsaved = 0
        self._wanted = 0
        self._lock = threading.Lock()
        self._saved = self._read()

    @property
    def used(self) -> int:
        """The bytes that have crossed this month."""
        return self._saved + self._unsaved

    @property
    def left(self) -> int:
        """The bytes that may still cross, in this month and in this run; less than 0 when it was overdrawn."""
        own = self.limit - self.used
        return own if self.shared is None else min(own, self.shared.left(self))

    @property
    def is_low(self) -> bool:
        """Tell whether it is time for a warning."""
        is_shared_low = self.shared is not None and self.shared.used >= LOW * self.shared.limit
        return is_shared_low or self.used >= LOW * self.limit

    def expect(self, size: int) -> None:
        """Refuse the path, from now on, while it may not carry *size* bytes more."""
        self._wanted = math.ceil(SLACK * size)

    def want(self, size: int, what: str) -> None:
        """Raise BudgetSpent where *what*, of *size* bytes, would break the budget; the path is then refused as well."""
        self.expect(size)
        is_kept = self.shared is None or self.shared.set_aside(self, self._wanted)
        if not is_kept or self._wanted > self.left:
            raise self.spent(f"{what} takes about {amount(self._wanted)}")
        self._wanted = 0

    def can_carry(self, size: int) -> bool:
        """Tell whether *size* bytes more are within the budget."""
        return math.ceil(SLACK * size) <= self.left

    def check(self) -> None:
        """Raise BudgetSpent where there is nothing left, or less than is expected."""
        self._saved = self._read()
        if self.left <= 0 or self.left < self._wanted:
            raise self.spent(f"about {amount(self._wanted)} are expected" if self._wanted else "")

    def spent(self, why: str = "") -> BudgetSpent:
        """Return the error that keeps the budget."""
        reason = f"{why}, and {self}" if why else str(self)
        limit = "limit of the carrier in fleet.yaml" if self._tighter else "byte_budget in the inventory"
        return BudgetSpent(f"{reason}; a larger {limit} lets it go on")

    def charge(self, count: int) -> bool:
        """Count bytes that have crossed; tell whether it is time to write them down."""
        if self.shared is not None:
            self.shared.charge(self, count)
        with self._lock:
            self._unsaved += count
            return self._unsaved >= _SAVED_EVERY

    def release(self) -> None:
        """Let other devices have what was set aside for this path and not used."""
        if self.shared is not None:
            self.shared.release(self)

    def save(self) -> None:
        """Write down what has been counted, beside what others have counted meanwhile; raises OSError."""
        if self.limit == UNLIMITED:
            return
        with self._lock, self._held():
            count = self._read() + self._unsaved
            counts = {**self._load(), self.name: {"month": self._month, "bytes": count}}
            durable.replace_file(self._file, json.dumps(counts, indent=1).encode() + b"\n")
            self._saved, self._unsaved = count, 0

    @property
    def _tighter(self) -> SharedAllowance | None:
        """The allowance of the carrier where it ends before that of the path."""
        shared = self.shared
        return shared if shared is not None and shared.left(self) < self.limit - self.used else None

    @property
    def figures(self) -> tuple[int, int]:
        """The bytes used, and the limit, of whichever ends first: the path's month or the carrier's run."""
        shared = self._tighter
        return (shared.used, shared.limit) if shared else (self.used, self.limit)

    def __str__(self) -> str:
        used, limit = map(amount, self.figures)
        if shared := self._tighter:
            return f"carrier {shared.carrier} has used {used} of {limit} in this run"
        return f"path {self.name} has used {used} of {limit} this month"

    @property
    def _month(self) -> str:
        return self._today().strftime("%Y-%m")

    def _read(self) -> int:
        match self._load().get(self.name):
            case {"month": self._month, "bytes": int(count)}:
                return count
        return 0

    def _load(self) -> Mapping[str, object]:
        try:
            counts = json.loads(durable.read_file(self._file))
        except (OSError, ValueError):
            return {}  # nothing has been counted yet
        return counts if isinstance(counts, dict) else {}

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep other processes from counting at the same time."""
        durable.create_folder(self._file.parent)
        descriptor = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class Metered(Layer):
    """A transport whose bytes are charged to *budget*; the first call after it is spent raises BudgetSpent.

    A little more goes through after that, for leaving the console in order.
    """

    def __init__(self, inner: Transport, budget: Budget, events: Events) -> None:
        super().__init__(inner)
        self.budget = budget
        self._events = events
        self._crossed = 0
        self._charged_at = time.monotonic()
        self._has_warned = False
        self._floor = 0  # what must be left for a call to go through
        self._can_save = True
        self._is_closed = False
        self._charge(OPENING)

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read and count."""
        self._keep()
        data = self.inner.read(max_bytes, timeout)
        self._charge(_on_wire(len(data)))
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Count and write."""
        self._keep()
        self._charge(_on_wire(len(data)))
        self.inner.write(data, timeout)

    def close(self) -> None:
        """Close the inner transport, write the count down and say it."""
        self.inner.close()
        if not self._is_closed:
            self._is_closed = True
            self._charge(0)
            self._save()
            self.budget.release()
            said = f"{amount(self._crossed)} crossed; {self.budget}"
            used, limit = self.budget.figures
            self._events.emit(PATH_COUNTED, said, bytes=self._crossed, used=used, limit=limit)

    def _keep(self) -> None:
        if self.budget.left > self._floor:
            return
        self._floor = self._floor or self.budget.left - _LEAVE
        raise self.budget.spent()

    def _charge(self, count: int) -> None:
        now = time.monotonic()
        silence, self._charged_at = now - self._charged_at, now
        count += round(IDLE_RATE * silence)
        self._crossed += count
        if self.budget.charge(count):
            self._save()
        if self.budget.is_low and not self._has_warned:
            self._has_warned = True
            used, limit = self.budget.figures
            self._events.emit(PATH_BUDGET, str(self.budget), used=used, limit=limit)

    def _save(self) -> None:
        """Write the count to disk; on a full disk count on in memory, since that must not stop a recovery."""
        if self._can_save:
            try:
                self.budget.save()
            except OSError as error:
                self._can_save = False
                text = f"what path {self.budget.name} has used cannot be written down: {error.strerror}"
                self._events.emit(CONSOLE_NOTE, text)


def budget_of(transport: Transport) -> Budget | None:
    """Return the budget that *transport* is charged to, None where it has none."""
    return transport.budget if isinstance(transport, Metered) else None


def amount(count: int) -> str:
    """Return a number of bytes as people write it."""
    for size, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if abs(count) >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"


def _on_wire(size: int) -> int:
    """Return what *size* bytes cost with their packets."""
    return size + PACKET * math.ceil(size / _PAYLOAD)
