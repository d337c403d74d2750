"""The last end of each command on each device: a file of lines per command in the home's folder `results`."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from oob import durable
from oob.errors import UsageError
from oob.inventory.home import Home
from oob.kept import kept
from oob.naming import folder_name

_GROWTH: Final = 4  # lines per device above which the file is written anew
_FEW: Final = 1000  # lines that are never worth it


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceResult:
    """The end of one command on one device; *at* is ISO 8601 in UTC, *detail* what the command keeps of its answer."""

    device: str
    at: str
    seconds: float
    exit_code: int
    text: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def when(self) -> datetime:
        """The moment of *at*."""
        return datetime.fromisoformat(self.at)


class Results:
    """The results of the command *kind* in *home*, appended as each device ends, so that a crash loses none."""

    def __init__(self, home: Home, kind: str) -> None:
        self._home = home
        self.file: Path = home.results / f"{folder_name(kind)}.jsonl"
        self._turn = threading.Lock()

    def add(self, result: DeviceResult) -> None:
        """Append *result*; raises UsageError where the disk does not take it."""
        line = _line(result)
        self._home.create(self.file.parent)
        try:
            with self._held(), open(self.file, "ab+", opener=_private) as file:
                if file.tell() and not _ends_whole(file):
                    line = f"\n{line}"  # a full disk tore the line before
                file.write(line.encode())
        except OSError as error:
            raise UsageError(f"{self.file}: cannot be written: {error.strerror}") from error

    def last(self) -> dict[str, DeviceResult]:
        """Return the last result of each device, in the order in which they ended; a torn line is passed over."""
        lines = self._lines()
        found = _newest(lines)
        if len(lines) > max(_FEW, _GROWTH * len(found)):
            with suppress(OSError, UsageError):  # the next reader can do it
                self._compact()
        return found

    def _lines(self) -> list[str]:
        try:
            return durable.read_file(self.file).decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UsageError(f"{self.file}: cannot be read: {error.strerror}") from error

    def _compact(self) -> None:
        with self._held():
            durable.replace_file(self.file, "".join(map(_line, _newest(self._lines()).values())).encode())

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep threads and other processes from the file."""
        with self._turn, open(self.file.with_suffix(".lock"), "ab", opener=_private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def utc_now() -> str:
    """Return this moment as a result's *at*."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _line(result: DeviceResult) -> str:
    return json.dumps(asdict(result), ensure_ascii=True, separators=(",", ":")) + "\n"


def _newest(lines: Iterable[str]) -> dict[str, DeviceResult]:
    found: dict[str, DeviceResult] = {}
    for line in lines:
        if result := _result(line):
            found.pop(result.device, None)
            found[result.device] = result
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _ends_whole(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _result(line: str) -> DeviceResult | None:
    result = kept(DeviceResult, line)
    try:
        return result if result and result.when.tzinfo else None
    except ValueError:
        return None
