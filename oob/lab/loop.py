"""The lab's routers on an asyncio loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime

from oob.lab.clock import ScheduledCall

_tasks: set[asyncio.Task[None]] = set()


class LoopClock:
    """The loop's time as a scheduler."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        """Return the loop's seconds."""
        return self._loop.time()

    def utc(self) -> datetime:
        """Return the date and time."""
        return datetime.now(UTC)

    def call_later(self, seconds: float, fn: Callable[[], None]) -> ScheduledCall:
        """Call *fn* from the loop."""
        return self._loop.call_later(max(0.0, seconds), fn)


def spawn(work: Coroutine[None, None, None]) -> None:
    """Let *work* go on beside everything else (the loop itself would forget it)."""
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
