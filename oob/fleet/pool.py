"""Work on many devices at once: a thread for each under way, under caps on what they share."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from oob.fleet.lanes import Lanes

Result = TypeVar("Result")


class DevicePool(Generic[Result]):
    """Does *work* with each waiting device of *lanes* and hands each result to *ended*, one at a time.

    *work* must not raise. A device that hangs holds what it takes and delays no device that takes something else.
    """

    def __init__(self, lanes: Lanes, work: Callable[[str], Result], ended: Callable[[Result], None]) -> None:
        self._lanes = lanes
        self._work = work
        self._ended = ended
        self._results: queue.SimpleQueue[tuple[str, Result]] = queue.SimpleQueue()
        self._over = threading.Event()
        self._is_stopping = False

    def run(self) -> bool:
        """Return once every device has ended; False where an interrupt kept some from beginning.

        An interrupt lets no further device begin and waits for those under way, which leave their consoles in order.
        """
        rounds = threading.Thread(target=self._go_round, name="device-pool", daemon=True)
        is_begun = False
        while not self._over.is_set():
            try:
                if not is_begun:
                    is_begun = True
                    rounds.start()
                self._over.wait()
            except KeyboardInterrupt:
                self.stop()
        return not len(self._lanes)

    def stop(self) -> None:
        """Let no further device begin."""
        self._is_stopping = True

    def _go_round(self) -> None:
        try:
            while True:
                while not self._is_stopping and (name := self._lanes.take()) is not None:
                    threading.Thread(target=self._do, args=(name,), name=name, daemon=True).start()
                if not self._lanes.held:
                    return
                name, result = self._results.get()
                self._lanes.release(name)
                self._ended(result)
        finally:
            self._over.set()

    def _do(self, name: str) -> None:
        self._results.put((name, self._work(name)))
