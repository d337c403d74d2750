"""Follows what a person types, so that only what the device echoes is written down. Opens nothing.

Whether a prompt asks for a secret cannot be told in every language; that the device does not show it can.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 4096  # bytes of a line, and of its echo
# Escape sequences are keys of their own: no device echoes what they consist of.
_KEYS: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+")
_NOT_ECHO: Final = re.compile(rb"\x08 \x08|\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x09\x0b-\x1f\x7f]")
_ENDING: Final = b"\r\n\x03\x04"
_ERASING: Final = b"\x08\x7f"
_KILLING: Final = b"\x15"


@dataclass
class _Run:
    """Characters that were typed in one go, and what came from the device since the first of them."""

    text: bytearray
    seen: bytearray = field(default_factory=bytearray)
    is_over: bool = False  # the device has ended the line that the echo would stand in

    def received(self, data: bytes) -> None:
        if self.is_over or len(self.seen) > LONGEST:
            return
        line, end, _ = data.partition(b"\n")
        self.seen += line
        self.is_over = bool(end)

    @property
    def is_echoed(self) -> bool:
        return bytes(self.text) in _NOT_ECHO.sub(b"", bytes(self.seen))


@dataclass
class _Line:
    """The keys of one line, and the unended line of the device that it was *asked* in."""

    keys: list[bytes | _Run] = field(default_factory=list)
    asked: bytes = b""

    @property
    def runs(self) -> list[_Run]:
        return [key for key in self.keys if isinstance(key, _Run)]

    @property
    def text(self) -> bytes:
        """The line as the device took it, corrections made."""
        text = bytearray()
        for key in self.keys:
            if isinstance(key, _Run):
                text += key.text
            elif key in _ERASING:
                del text[-1:]
            elif key in _KILLING:
                text.clear()
        return bytes(text)


def _forget(text: str, asked: str) -> None:
    """Learn nothing."""


class HiddenEntry:
    """Holds typed keys until their echo has come; of a line without echo only the key that ended it is left.

    Text typed while the device is busy is echoed later, behind other text, and left out too: its echo is in what the
    device printed. *learn* is called with each line that was not echoed, and the line of the device that asked for it.
    """

    def __init__(self, learn: Callable[[str, str], None] = _forget) -> None:
        self._learn = learn
        self._line = _Line()  # the present one
        self._ended: list[_Line] = []
        self._unended = b""  # what the device has printed behind its last line end

    def received(self, data: bytes) -> bytes:
        """Take output of the device; return the keys typed before that are known to be echoed now."""
        for line in (*self._ended, self._line):
            for run in line.runs:
                run.received(data)
        self._unended = (self._unended + data)[-LONGEST:].rpartition(b"\n")[2]
        return self._settled(is_last=False)

    def typed(self, data: bytes) -> bytes:
        """Take what goes to the device; return what of it can be written down at once."""
        for key in _KEYS.findall(data):
            keys = self._line.keys
            if not keys:
                self._line.asked = self._unended
            if key[0] >= 0x20 and key[0] != 0x7F:
                if keys and isinstance(run := keys[-1], _Run) and len(run.text) < LONGEST:
                    run.text += key
                else:
                    keys.append(_Run(bytearray(key)))
                continue
            keys.append(key)
            if key in _ENDING:
                self._end_line()
        return self._settled(is_last=False)

    def finish(self) -> bytes:
        """Return the rest of the echoed keys, at the end of the conversation."""
        self._end_line()
        return self._settled(is_last=True)

    def _end_line(self) -> None:
        self._ended.append(self._line)
        self._line = _Line()

    def _settled(self, *, is_last: bool) -> bytes:
        """Return the lines, in order, of which it is known whether they are echoed."""
        shown = b""
        while self._ended:
            runs = self._ended[0].runs
            is_echoed = all(run.is_echoed for run in runs)
            if not is_echoed and not is_last and not all(run.is_over or run.is_echoed for run in runs):
                break
            line = self._ended.pop(0)
            if not is_echoed:
                self._learn(line.text.decode("utf-8", "surrogateescape"), line.asked.decode("utf-8", "replace"))
            kept = line.keys if is_echoed else [key for key in line.keys if not isinstance(key, _Run)][-1:]
            shown += b"".join(bytes(key.text) if isinstance(key, _Run) else key for key in kept)
        return shown
