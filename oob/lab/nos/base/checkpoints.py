"""Stored configurations for a rollback."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A stored configuration: its user, time and description (*about*)."""

    name: str
    user: str
    at: str
    text: str
    about: str = ""


class CheckpointStore:
    """The last *most* of them, in *file*, which outlives a restart."""

    def __init__(self, file: Path, most: int) -> None:
        self._file = file
        self._most = most

    @property
    def all(self) -> list[StoredCheckpoint]:
        """All of them, oldest first."""
        if not self._file.is_file():
            return []
        return [StoredCheckpoint(**one) for one in json.loads(self._file.read_text())]

    def find(self, name: str) -> StoredCheckpoint | None:
        """Return the checkpoint *name*."""
        return next((one for one in self.all if one.name == name), None)

    def keep(self, checkpoint: StoredCheckpoint) -> None:
        """Add one; it takes the place of another of its name."""
        self._write([*(one for one in self.all if one.name != checkpoint.name), checkpoint])

    def delete(self, name: str) -> None:
        """Drop one."""
        self._write([one for one in self.all if one.name != name])

    def clear(self) -> None:
        """Drop all."""
        self._write([])

    def _write(self, kept: list[StoredCheckpoint]) -> None:
        self._file.write_text(json.dumps([asdict(one) for one in kept[-self._most :]]))
