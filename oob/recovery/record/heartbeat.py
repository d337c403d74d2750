"""The clock of a run: a heartbeat every five minutes, the extension and the escalation of its window.

It runs in a thread of its own, so that it goes on while the path is dead or a device keeps the run waiting.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.errors import JournalError
from oob.recovery.record.record import Record

EVERY = 300.0  # seconds between two heartbeats
TICK = 15.0  # seconds between two looks at the window


class Heartbeat:
    """Writes the heartbeats of a run to its *record* while the block lasts."""

    def __init__(self, record: Record, clock: Clock, *, every: float = EVERY) -> None:
        self._record = record
        self._clock = clock
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        due = self._clock.monotonic() + self._every
        while not self._clock.pause(self._over, max(0.0, min(TICK, due - self._clock.monotonic()))):
            with suppress(JournalError):  # the next line of the run itself stops it
                self._record.check_window()
                if self._clock.monotonic() >= due:
                    self._beat()
            while due <= self._clock.monotonic():
                due += self._every

    def _beat(self) -> None:
        window = self._record.window
        percent = f"; {window.percent} % of the window has passed, it ends at {window.end:%H:%M} UTC" if window else ""
        text = f"{self._record.under_way}{percent}"
        self._record.note(events.HEARTBEAT, text, next_in=self._every)
