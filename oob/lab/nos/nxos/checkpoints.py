"""The checkpoints of an NX-OS switch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from oob.lab.clock import Scheduler
from oob.lab.nos.base.checkpoints import CheckpointStore, StoredCheckpoint

MAXIMUM = 10


class NxosCheckpoints(CheckpointStore):
    """The configurations to roll back to; `write erase` deletes them."""

    def __init__(self, file: Path, clock: Scheduler, printed: Callable[[], str]) -> None:
        super().__init__(file, MAXIMUM)
        self._clock = clock
        self._printed = printed

    def save(self, name: str, user: str, about: str = "None") -> str:
        """Save the running configuration; return the name of the checkpoint."""
        number = 1
        while not name:
            free = f"user-checkpoint-{number}"
            name = free if self.find(free) is None else ""
            number += 1
        at = f"{self._clock.utc():%a, %H:%M:%S %d %b %Y}"
        self.keep(StoredCheckpoint(name=name, user=user, at=at, about=about, text=self._printed()))
        return name
