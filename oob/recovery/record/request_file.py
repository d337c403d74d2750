"""A file beside a journal that only grows: the requests of other terminals and of the live page to work under way."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar

from oob import durable
from oob.errors import UsageError
from oob.kept import kept


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyRequest:
    """A request to *do* something, and *by* whom."""

    do: str
    by: str


Kind = TypeVar("Kind", bound=AnyRequest)


class RequestFile(Generic[Kind]):
    """The requests in the file *path*, each a *kind*; `new` returns each once.

    Those that were made before now are left out, unless *from_start*.
    """

    def __init__(self, path: Path, kind: type[Kind], *, from_start: bool = False) -> None:
        self._path, self._kind = path, kind
        self._read = 0 if from_start else self._size()

    def write(self, request: Kind) -> None:
        """Write a request down, so that it is on the disk; raises UsageError where that is not possible."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(asdict(request)).encode() + b"\n")
                file.flush()
                os.fsync(descriptor)
        except OSError as error:
            raise UsageError(f"{self._path}: cannot be written: {error.strerror}") from error

    def new(self) -> list[Kind]:
        """Return the requests since the last call; a line without one is left out."""
        if self._size() <= self._read:
            return []
        try:
            data = durable.read_file(self._path)[self._read :]
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        return [request for line in whole.splitlines() if (request := kept(self._kind, line))]

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0
