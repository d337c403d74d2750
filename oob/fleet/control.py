"""Requests of another terminal to a fleet under way: pause, continue, skip a device. A file that only grows."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from oob import durable
from oob.errors import UsageError
from oob.kept import kept

NAME = "control.jsonl"
Verb = Literal["pause", "continue", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRequest:
    """One request: what to do, of whom, and with which device."""

    do: Verb
    by: str
    member: str = ""
    reason: str = ""


class Control:
    """The requests of a fleet below *folder*; each is returned once by `new`."""

    def __init__(self, folder: Path, *, from_start: bool = False) -> None:
        self._path = folder / NAME
        self._read = 0 if from_start else self._size()

    def ask(self, request: FleetRequest) -> None:
        """Write a request down; raises UsageError where that is not possible."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(asdict(request)).encode() + b"\n")
        except OSError as error:
            raise UsageError(f"{self._path}: cannot be written: {error.strerror}") from error

    def new(self) -> list[FleetRequest]:
        """Return the requests since the last call; a line that is not one is left out."""
        if self._size() <= self._read:
            return []
        try:
            data = durable.read_file(self._path)[self._read :]
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        return [request for line in whole.splitlines() if (request := kept(FleetRequest, line))]

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0
