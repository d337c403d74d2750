"""Everything that crossed a line, secrets masked before they are written: an asciicast v2 and a plain log.

`NAME.cast` plays in asciinema. `NAME.log` has a UTC time before each line of the device and marks what was typed.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from oob.console.screen import plain
from oob.secret.masking import Masker
from oob.wire.asciicast import Asciicast


class Transcript:
    """Writes one session below *folder*; the tape of a Stream. Files are for their owner alone."""

    def __init__(self, folder: Path, name: str, masker: Masker, *, title: str = "") -> None:
        self._masker = masker
        self._started = time.monotonic()
        self._in = masker.stream()
        self._out = masker.stream()
        self._line = bytearray()
        self._cast = Asciicast(started=time.time(), title=masker.mask(title))
        self.cast_path = folder / f"{name}.cast"
        self.log_path = folder / f"{name}.log"
        self._cast_file = _create(self.cast_path)
        self._log_file = _create(self.log_path)
        self._cast_file.write(self._cast.header())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def received(self, data: bytes) -> None:
        """Write down what came from the device."""
        shown = self._in.feed(data)
        self._cast_file.write(self._cast.output(self._now(), shown))
        self._log_received(shown)
        self._flush()

    def sent(self, data: bytes) -> None:
        """Write down what went to the device."""
        shown = self._out.feed(data)
        self._cast_file.write(self._cast.typed(self._now(), shown))
        if text := _legible(shown):
            self._log(f"> {text}")
        self._flush()

    def mark(self, text: str) -> None:
        """Write a marker: what follows belongs to it."""
        text = self._masker.mask(text)
        self._cast_file.write(self._cast.marker(self._now(), text))
        self._log(f"-- {text}")
        self._flush()

    def close(self) -> None:
        """Write what was held back and close the files; a second call does nothing."""
        if self._log_file.closed:
            return
        now = self._now()
        self._cast_file.write(self._cast.output(now, self._in.flush()))
        self._cast_file.write(self._cast.typed(now, self._out.flush()))
        self._cast_file.write(self._cast.finish(now))
        self._log_received(b"\n" if self._line else b"")
        self._cast_file.close()
        self._log_file.close()

    def _now(self) -> float:
        return time.monotonic() - self._started

    def _log_received(self, shown: bytes) -> None:
        self._line += shown
        while (end := self._line.find(b"\n")) >= 0:
            line = plain(bytes(self._line[: end + 1])).rstrip(b"\n")
            del self._line[: end + 1]
            self._log(f"< {line.decode('utf-8', 'replace')}")

    def _log(self, text: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._log_file.write(f"{now} {text}\n")

    def _flush(self) -> None:
        # A session that ends with the power is still on the disk as far as it got.
        self._cast_file.flush()
        self._log_file.flush()


def _create(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return TextIOWrapper(os.fdopen(descriptor, "wb"), encoding="utf-8", errors="replace", newline="\n")


def _legible(data: bytes) -> str:
    """Return typed *data* with control keys as ^X, without the return at its end."""
    text = data.decode("utf-8", "replace").rstrip("\r\n")
    return "".join(f"^{chr(ord(char) + 64)}" if char < " " and char not in "\r\n" else char for char in text)
