"""The engine of one process: a thread for each device under way."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from oob.fleet.assignment import Assignment, MemberEnd


class ThreadEngine:
    """Carries out each assignment with *work* in a thread of its own, which does not keep the process from ending."""

    def __init__(self, work: Callable[[Assignment], MemberEnd]) -> None:
        self.lost = ""
        self._work = work
        self._ends: queue.SimpleQueue[MemberEnd] = queue.SimpleQueue()

    def begin(self, assignment: Assignment) -> None:
        """Start the thread of *assignment*."""
        threading.Thread(target=self._carry_out, args=(assignment,), name=assignment.member, daemon=True).start()

    def next(self, timeout: float) -> MemberEnd | None:
        """Return the next end, None without one within *timeout* seconds."""
        try:
            return self._ends.get(timeout=timeout)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Leave threads that still run to themselves."""

    def _carry_out(self, assignment: Assignment) -> None:
        try:
            end = self._work(assignment)
        except BaseException as error:  # without an end the fleet would wait for this thread for ever
            end = MemberEnd.unknown(assignment, f"its thread ended with {type(error).__name__}")
        self._ends.put(end)
