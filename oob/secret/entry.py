"""Follows what a person types, so that only what the device echoes is written down. Opens nothing.

Whether a prompt asks for a secret cannot be told in every language; that the device does not show it can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 4096  # bytes of a line, and of what is seen of its echo
# Escape sequences are keys of their own: no device echoes what they consist of.
_KEYS: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+")
_NOT_ECHO: Final = re.compile(rb"\x08 \x08|\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x09\x0b-\x1f\x7f]")
_ENDING: Final = b"\r\n\x03\x04"


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


class HiddenEntry:
    """Holds what is typed until its echo has come; of a line without echo only the key that ended it is left.

    What is typed while the device is busy is echoed later, behind other text, and left out too: its echo is in what the
    device printed.
    """

    def __init__(self) -> None:
        self._keys: list[bytes | _Run] = []  # of the present line
        self._ended: list[list[bytes | _Run]] = []

    def received(self, data: bytes) -> bytes:
        """Take what came from the device; return what was typed before and is known to be echoed now."""
        for line in (*self._ended, self._keys):
            for key in line:
                if isinstance(key, _Run):
                    key.received(data)
        return self._settled(is_last=False)

    def typed(self, data: bytes) -> bytes:
        """Take what goes to the device; return what of it can be written down at once."""
        for key in _KEYS.findall(data):
            if key[0] >= 0x20 and key[0] != 0x7F:
                if self._keys and isinstance(run := self._keys[-1], _Run) and len(run.text) < LONGEST:
                    run.text += key
                else:
                    self._keys.append(_Run(bytearray(key)))
                continue
            self._keys.append(key)
            if key in _ENDING:
                self._ended.append(self._keys)
                self._keys = []
        return self._settled(is_last=False)

    def finish(self) -> bytes:
        """Return what is left of what was typed and echoed, at the end of the conversation."""
        self._ended.append(self._keys)
        self._keys = []
        return self._settled(is_last=True)

    def _settled(self, *, is_last: bool) -> bytes:
        """Return the lines, in order, of which it is known whether they are echoed."""
        shown = b""
        while self._ended:
            runs = [key for key in self._ended[0] if isinstance(key, _Run)]
            is_echoed = all(run.is_echoed for run in runs)
            if not is_echoed and not is_last and not all(run.is_over or run.is_echoed for run in runs):
                break
            line = self._ended.pop(0)
            kept = line if is_echoed else [key for key in line if not isinstance(key, _Run)][-1:]
            shown += b"".join(bytes(key.text) if isinstance(key, _Run) else key for key in kept)
        return shown
