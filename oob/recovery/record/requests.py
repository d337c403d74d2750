"""Requests of another terminal, or of the live page, to a run under way: a file beside its journal that only grows.

The run reads it where it would ask the person at its own terminal, so there is one place at which a word counts.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from oob import durable
from oob.errors import UsageError
from oob.kept import kept

NAME = "requests.jsonl"
Verb = Literal["pause", "yes", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A word to the run, and *by* whom; a reply names its *question* by the number of the question's journal line."""

    do: Verb
    by: str
    question: int = 0


class Requests:
    """The requests to the run in *folder*, those that were made before now left out."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._read = self._size()
        self._pause: RunRequest | None = None
        self._replies: dict[int, RunRequest] = {}

    def write(self, request: RunRequest) -> None:
        """Write a request down; raises UsageError where that is not possible."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(asdict(request)).encode() + b"\n")
                file.flush()
                os.fsync(descriptor)
        except OSError as error:
            raise UsageError(f"{self._path}: cannot be written: {error.strerror}") from error

    def pause(self) -> RunRequest | None:
        """Return the request to pause that has come since the last call, None without one."""
        self._look()
        found, self._pause = self._pause, None
        return found

    def reply(self, question: int) -> RunRequest | None:
        """Return the reply to *question*, the first that came; None without one."""
        self._look()
        return self._replies.get(question)

    def _look(self) -> None:
        if self._size() <= self._read:
            return
        try:
            data = durable.read_file(self._path)[self._read :]
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for request in filter(None, (kept(RunRequest, line) for line in whole.splitlines())):
            if request.do == "pause":
                self._pause = request
            else:
                self._replies.setdefault(request.question, request)

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0
