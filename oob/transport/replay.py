"""`replay:///edge1.jsonl?chunk=7`: a recorded conversation as a path.

It gives what the far end said (at most `chunk` bytes a read), and where the recording has input it waits until the same
bytes have been written. Other input than the recorded is an error, the end of the recording is the end of the path.
`record.py` describes the file.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from oob import durable
from oob.deadline import Deadline
from oob.errors import PathLost, TransportError, UsageError
from oob.fault import unreadable
from oob.transport.access import Access
from oob.transport.base import LineSettings
from oob.transport.record import VERSION
from oob.transport.url import ConsoleURL

SCHEME: Final = "replay"
OPTIONS: Final[tuple[str, ...]] = ("chunk",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The far end said *data*."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """*data* is to be written next; with *secret* it is the key that ends a text that was not recorded."""

    data: bytes
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """A BREAK is to be sent next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The path died here."""

    message: str


Scene = Said | Typed | Broke | Ended


class Replay:
    """Plays *scenes*; any bytes may be written, as on a line, and only the recorded words bring the play further."""

    def __init__(self, scenes: Iterator[Scene] | list[Scene], path: str = "replay://", chunk: int = 0) -> None:
        self._scenes = deque(scenes)
        self._path = path
        self._chunk = chunk
        self._input = bytearray()
        self._received = 0
        self._sent = 0
        self._is_closed = False
        self._changed = threading.Condition()
        self._line: LineSettings | None = None
        self._failure: TransportError | None = None

    @property
    def path(self) -> str:
        """The URL as it may be shown."""
        return self._path

    @property
    def line(self) -> LineSettings | None:
        """The settings last asked for."""
        return self._line

    @property
    def left(self) -> int:
        """The number of scenes that have not been played."""
        return len(self._scenes)

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return what the far end says next; `b""` while the recording waits for input."""
        with self._changed:
            if not self._changed.wait_for(self._has_news, timeout):
                return b""
            if self._is_closed:
                raise self._lost("it has been closed on this side")
            scene = self._scenes[0] if self._scenes else Ended(message="the recording ends here")
            if not isinstance(scene, Said):
                raise self._lost(scene.message if isinstance(scene, Ended) else "")
            size = min(max_bytes, self._chunk or max_bytes, len(scene.data))
            data, rest = scene.data[:size], scene.data[size:]
            if rest:
                self._scenes[0] = Said(data=rest)
            else:
                self._scenes.popleft()
                self._match()
            self._received += len(data)
            return data

    def write(self, data: bytes, timeout: float) -> None:
        """Take *data*; raises PathLost where the recording has other input."""
        with self._changed:
            if self._is_closed:
                raise self._lost("it has been closed on this side")
            self._input += data
            self._sent += len(data)
            self._match()
            self._changed.notify_all()

    def send_break(self, seconds: float = 0.25) -> None:
        """Take a BREAK, which the recording must have here."""
        with self._changed:
            if not self._scenes or not isinstance(self._scenes[0], Broke):
                raise self._lost("a BREAK was sent where the recording has none")
            self._scenes.popleft()
            self._match()
            self._changed.notify_all()

    def set_line(self, settings: LineSettings) -> None:
        """Take the settings; a recording plays the same at any."""
        self._line = settings

    def close(self) -> None:
        """End the play; a read that waits in another thread ends with PathLost."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has_news(self) -> bool:
        return self._is_closed or not self._scenes or isinstance(self._scenes[0], Said | Ended)

    def _match(self) -> None:
        """Take recorded input off the play as far as it has been written."""
        while self._input and self._scenes and isinstance(scene := self._scenes[0], Typed):
            taken = self._secret_length(scene) if scene.secret else self._plain_length(scene)
            if not taken:
                return
            del self._input[:taken]
            self._scenes.popleft()

    def _plain_length(self, scene: Typed) -> int:
        typed = bytes(self._input[: len(scene.data)])
        if not scene.data.startswith(typed):
            raise self._lost(f"the recording has {scene.data!r} here, and {typed!r} was written")
        return len(scene.data) if len(typed) == len(scene.data) else 0

    def _secret_length(self, scene: Typed) -> int:
        end = self._input.find(scene.data)
        return end + len(scene.data) if end >= 0 else 0

    def _lost(self, message: str) -> PathLost:
        return PathLost(message, path=self._path, received=self._received, sent=self._sent)


def load(path: Path) -> list[Scene]:
    """Read a recording; raises UsageError as `file:line: reason` where it is not one."""
    try:
        lines = durable.read_file(path).decode("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a recording: {unreadable(error)}") from error
    records = [_record(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not records or records[0].get("recording") != VERSION:
        raise UsageError(f"{path}:1: this is not a recording of version {VERSION}")
    try:
        return [scene for record in records[1:] if (scene := _scene(record))]
    except (AttributeError, UnicodeEncodeError) as error:
        raise UsageError(f"{path}: an event of the recording holds no bytes") from error


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Replay:
    """Open a recording as a path."""
    url.allow(*OPTIONS)
    if url.host or not url.path:
        raise UsageError(f"{url}: replay:// needs a file, as in replay:///var/tmp/edge1.jsonl")
    return Replay(load(Path(url.path)), str(url), url.integer("chunk", 0))


def _record(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}:{number}: this is not JSON") from error
    if not isinstance(record, dict):
        raise UsageError(f"{path}:{number}: this is not an event of a recording")
    return record


def _scene(record: Mapping[str, Any]) -> Scene | None:
    if "read" in record:
        return Said(data=record["read"].encode("latin-1"))
    if "write" in record:
        return Typed(data=record["write"].encode("latin-1"), secret=bool(record.get("secret")))
    if "break" in record:
        return Broke()
    if "lost" in record:
        return Ended(message=record["lost"])
    return None
