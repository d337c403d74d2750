"""Requests of another terminal, or of the live page, to a run under way: pause, or the reply to a question.

The run reads them where it would ask the person at its own terminal, so there is one place at which a word counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from oob.recovery.record.request_file import AnyRequest, RequestFile

NAME = "requests.jsonl"
Verb = Literal["pause", "yes", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest(AnyRequest):
    """A request to the run; a reply names its *question* by the number of the question's journal line."""

    do: Verb
    question: int = 0


class Requests:
    """The requests to the run in *folder*, those that were made before now left out."""

    def __init__(self, folder: Path) -> None:
        self._file = RequestFile(folder / NAME, RunRequest)
        self._pause: RunRequest | None = None
        self._replies: dict[int, RunRequest] = {}

    def write(self, request: RunRequest) -> None:
        """Write a request down; raises UsageError where that is not possible."""
        self._file.write(request)

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
        for request in self._file.new():
            if request.do == "pause":
                self._pause = request
            else:
                self._replies.setdefault(request.question, request)
