"""Everything that crossed a line, secrets masked before they are written: an asciicast v2 and a plain log.

`NAME.cast` plays in asciinema. `NAME.log` has a UTC time before each line of the device and marks typed lines.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from oob.console.screen import plain
from oob.secret.masking import Masker, is_wrapped
from oob.secret.place import Place
from oob.wire.asciicast import Asciicast

LONGEST = 16384  # bytes of a line that has no end, which is then written in pieces
OVERLAP = 256  # characters of a piece that the next one is masked together with
LARGEST = 16_000_000  # bytes of a file, after which a new one begins
NEWEST = 3  # files that are kept besides the first


class Transcript:
    """Writes one session below *folder*; the tape of a Stream. Files are for their owner alone.

    A session that never ends does not fill the disk: after *largest* bytes it goes on in NAME-2, NAME-3 and so on, of
    which the newest stay, and the first file stays too.
    """

    def __init__(self, folder: Path, name: str, masker: Masker, *, title: str = "", largest: int = LARGEST) -> None:
        self._folder, self._name, self._largest = folder, name, largest
        self._number = 1
        self._masker = masker
        self._started = time.monotonic()
        self._in = masker.stream()
        self._out = masker.stream()
        self._line = bytearray()
        self._whole = ""  # the last line that was not a log message
        self._torn = ""  # of the present line what stands before the notice that tore it
        self._wrapped = False  # the line before goes on in the present one
        self._place = Place()  # of the present line in what the device prints
        self._shown = 0  # so much of the line that has not ended is in the cast already
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
        """Write down what came from the device, line by line: only a whole line shows whether it holds a secret."""
        self._line += self._in.feed(data)
        self._write_lines()
        self._flush()

    def sent(self, data: bytes) -> None:
        """Write down what went to the device, behind the prompt that it was typed at."""
        self._show_unended()
        shown = _by_line(self._out.feed(data), self._masker.mask_line)
        self._cast_file.write(self._cast.typed(self._now(), shown))
        if text := _legible(shown):
            self._log(f"> {text}")
        self._flush()

    def mark(self, text: str) -> None:
        """Write a marker: what follows belongs to it."""
        self._show_unended()
        text = self._masker.mask(text)
        self._cast_file.write(self._cast.marker(self._now(), text))
        self._log(f"-- {text}")
        self._flush()

    def close(self) -> None:
        """Write the bytes held back and close the files, also where that fails; a second call does nothing."""
        if self._log_file.closed:
            return
        with closing(self._log_file), closing(self._cast_file):
            self._line += self._in.flush()
            self._write_lines()
            self._show_unended()
            now = self._now()
            self._cast_file.write(self._cast.typed(now, self._out.flush()))
            self._cast_file.write(self._cast.finish(now))
            if self._line:
                self._log_seen(_by_line(plain(bytes(self._line)), self._mask_line))

    def _now(self) -> float:
        return time.monotonic() - self._started

    def _rotate(self) -> None:
        """Go on in new files where one has become too large, and delete those in the middle."""
        if max(self._cast_file.tell(), self._log_file.tell()) < self._largest:
            return
        now = self._now()
        self._number += 1
        name = f"{self._name}-{self._number}"
        self._log(f"-- continued in {name}.log")
        self._cast_file.write(self._cast.finish(now) + self._cast.marker(now, f"continued in {name}.cast"))
        cast_file, log_file = (_create(self._folder / f"{name}.{kind}") for kind in ("cast", "log"))
        with closing(self._log_file), closing(self._cast_file):
            self._cast_file, self._log_file = cast_file, log_file
        self._cast_file.write(self._cast.header())
        if (old := self._number - NEWEST) > 1:
            for kind in ("cast", "log"):
                (self._folder / f"{self._name}-{old}.{kind}").unlink(missing_ok=True)

    def _write_lines(self) -> None:
        self._write_whole_lines()
        while len(self._line) > LONGEST:
            self._write_piece()

    def _write_piece(self) -> None:
        """Write the beginning of a line that has no end; what the next piece begins with may be a secret's rest."""
        cut = self._line.rfind(b" ", 0, LONGEST) + 1 or LONGEST
        piece = bytes(self._line[:cut])
        seen = _by_line(plain(piece), self._mask_line)
        self._show(piece, seen)
        self._log_seen(seen)
        self._torn = piece.decode("latin-1")[-OVERLAP:]
        del self._line[:cut]
        self._shown = max(0, self._shown - cut)

    def _write_whole_lines(self) -> None:
        while (end := self._line.find(b"\n") + 1) > 0:
            line = bytes(self._line[:end])
            screen = plain(line)
            seen = _by_line(screen, self._mask_line)
            self._show(line, seen)
            self._log_seen(seen)
            self._end_line(screen.rstrip(b"\n").decode("latin-1"))
            del self._line[:end]
            self._shown = 0

    def _end_line(self, line: str) -> None:
        """Remember what a notice tore: the rest of it comes in a line of its own, and may be the rest of a secret."""
        at = self._masker.notice(line)
        if at < 0:
            so_far = (self._torn + line.lstrip() if self._wrapped else line).removesuffix("\\")[-OVERLAP:]
            self._wrapped = is_wrapped(line, len(line))
            self._whole, self._torn = line, so_far if self._wrapped else ""
            self._place = self._place.after(line)
        else:
            self._torn = line[:at] if line[:at].strip() else self._torn or self._whole

    def _mask_line(self, line: str) -> str:
        return self._masker.mask_line(line, self._torn, self._place.at(line))

    def _show_unended(self) -> None:
        """Show the line that has not ended: a prompt, since something is typed behind it or it is the last."""
        line = bytes(self._line)
        if self._shown < len(line):
            self._show(line, _by_line(plain(line), self._mask_line))
            self._shown = len(line)

    def _show(self, line: bytes, seen: bytes) -> None:
        """Show the part of *line* not shown yet; the part *seen* on the screen says what in it is a secret."""
        masked, before = (_by_line(data, self._mask_line) for data in (line, line[: self._shown]))
        if masked.startswith(before) and plain(masked) == seen:
            fresh = masked[len(before) :]
        else:  # the device's own line editing stands between the prompt and a secret line: draw it again
            fresh = b"\r" + seen.replace(b"\n", b"\r\n")
        self._cast_file.write(self._cast.output(self._now(), fresh))

    def _log_seen(self, seen: bytes) -> None:
        text = seen.rstrip(b"\n").decode("utf-8", "replace")
        self._log(f"< {text}")

    def _log(self, text: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._log_file.write(f"{now} {text}\n")

    def _flush(self) -> None:
        # A session that ends with the power is still on the disk as far as it got.
        self._cast_file.flush()
        self._log_file.flush()
        self._rotate()


def _create(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return TextIOWrapper(os.fdopen(descriptor, "wb"), encoding="utf-8", errors="replace", newline="\n")


def _by_line(data: bytes, mask: Callable[[str], str]) -> bytes:
    """Return *data* with what *mask* makes of each line in it."""
    lines = data.decode("latin-1").splitlines(keepends=True)
    ends = (line[len(line.rstrip("\r\n")) :] for line in lines)
    masked = (mask(line.rstrip("\r\n")) + end for line, end in zip(lines, ends, strict=True))
    return "".join(masked).encode("latin-1")


def _legible(data: bytes) -> str:
    """Return typed *data* with control keys as ^X, without the return at its end."""
    text = data.decode("utf-8", "replace").rstrip("\r\n")
    return "".join(f"^{chr(ord(char) + 64)}" if char < " " else char for char in text)
