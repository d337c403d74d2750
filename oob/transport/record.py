"""`record+tcp://192.0.2.10:4007?record.to=edge1.jsonl`: a wrapper that writes the conversation into a file.

`replay://` plays the file. It holds one JSON object a line: first `{"recording": 1, "path": ..., "started": ...}`,
then events in the order in which they happened, `at` seconds after the start, each with one of

    "read": text        what came from the far end
    "write": text       the bytes sent; with "secret": true it is the key that ended a password, which is left out
    "break": seconds    a BREAK was sent
    "line": {...}       the line was set
    "lost": message     the path died

Text stands for bytes, U+0000 to U+00FF for 0 to 255. The file is for its owner only.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, TextIO

from oob.errors import PathLost, UsageError
from oob.profile.store import phrases
from oob.transport.base import LineSettings, Transport
from oob.transport.layer import Layer
from oob.transport.url import ConsoleURL

WRAPPER: Final = "record"
OPTIONS: Final[tuple[str, ...]] = ("to",)

VERSION: Final = 1

_END_OF_ENTRY: Final = re.compile(rb"[\r\n]")


@cache
def _asks_secret() -> re.Pattern[str]:
    """Return what matches a prompt for a secret, in any language; `spine1>` asks for no PIN."""
    words = (*phrases().secrets, *phrases().codes, r"^\W*(?:confirm|repeat|retype)")
    any_of = "|".join(f"(?:{word})" for word in words)
    return re.compile(rf"(?<![a-z0-9])(?:{any_of})(?![a-z0-9])(?:[^\r\n>]{{0,60}}[:?\uff1a]| ?>)\s*\Z", re.I | re.M)


class Recorder(Layer):
    """Writes what passes through it into *file*, a line at a time."""

    def __init__(self, inner: Transport, file: TextIO) -> None:
        super().__init__(inner)
        self._file = file
        self._began = time.monotonic()
        self._seen = b""
        self._hiding = False
        self._lock = threading.Lock()
        started = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._put({"recording": VERSION, "path": inner.path, "started": started})

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read and record."""
        try:
            data = self.inner.read(max_bytes, timeout)
        except PathLost as error:
            self._event(lost=str(error))
            raise
        if data:
            self._seen = (self._seen + data)[-160:]
            if not self._hiding or b"\n" in data:  # an echo at a password ends nothing
                self._hiding = _asks_secret().search(self._seen.decode(errors="replace")) is not None
            self._event(read=data.decode("latin-1"))
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Record and write; keys typed at a password prompt are not recorded."""
        shown = self._without_secret(data) if self._hiding else data
        if shown:
            self._event(write=shown.decode("latin-1"))
        self.inner.write(data, timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Record and send a BREAK."""
        self._event(**{"break": seconds})
        self.inner.send_break(seconds)

    def set_line(self, settings: LineSettings) -> None:
        """Record and set the line."""
        self._event(line=asdict(settings))
        self.inner.set_line(settings)

    def close(self) -> None:
        """Close the inner transport, then the file."""
        self.inner.close()
        with self._lock:
            self._file.close()

    def _without_secret(self, data: bytes) -> bytes:
        """Record the end of a password if *data* holds it, and return what comes after."""
        end = _END_OF_ENTRY.search(data)
        if not end:
            return b""
        self._hiding = False
        self._event(write=end[0].decode("latin-1"), secret=True)
        return data[end.end() :]

    def _event(self, **event: object) -> None:
        self._put({"at": round(time.monotonic() - self._began, 6), **event})

    def _put(self, record: dict[str, object]) -> None:
        with self._lock:
            if not self._file.closed:  # closed by another thread: later bytes belong to no recording
                try:
                    self._file.write(json.dumps(record) + "\n")
                except OSError:  # a full disk ends the recording, not the path
                    with suppress(OSError):
                        self._file.close()


def wrap(inner: Transport, url: ConsoleURL) -> Recorder:
    """Record *inner* into the new file that `record.to` names; an existing file is left alone."""
    url.allow(*OPTIONS)
    name = url.text("to")
    if not name:
        raise UsageError("record+ needs record.to=FILE, the file to write")
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{name} exists: a recording never overwrites another") from None
    except OSError as error:
        raise UsageError(f"{Path(name).absolute()} cannot be written: {error.strerror}") from error
    return Recorder(inner, os.fdopen(descriptor, "w", encoding="ascii", buffering=1))
