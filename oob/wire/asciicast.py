"""Asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/) as an encoder: bytes and times become lines of text.

It does no I/O and masks nothing: who writes the lines decides what may be in them.
"""

from __future__ import annotations

import codecs
import json


class Asciicast:
    """Gives the lines of one recording, each ending in a newline; times are seconds since it began.

    A UTF-8 character that is cut in two waits for its rest; bytes that are not UTF-8 become U+FFFD.
    """

    def __init__(self, *, started: float, width: int = 80, height: int = 24, title: str = "") -> None:
        self._header: dict[str, object] = {"version": 2, "width": width, "height": height, "timestamp": int(started)}
        if title:
            self._header["title"] = title
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {"o": decoder("replace"), "i": decoder("replace")}

    def header(self) -> str:
        """Return the first line; *started* is in it as seconds since 1970."""
        return json.dumps(self._header, ensure_ascii=False) + "\n"

    def output(self, at: float, data: bytes) -> str:
        """Return the line for what the device said, "" while no character is whole."""
        return self._bytes(at, "o", data)

    def typed(self, at: float, data: bytes) -> str:
        """Return the line for bytes sent to the device, "" while no character is whole."""
        return self._bytes(at, "i", data)

    def marker(self, at: float, label: str) -> str:
        """Return the line that names this moment."""
        return _line(at, "m", label)

    def finish(self, at: float) -> str:
        """Return the lines for characters whose rest never came."""
        left = ((code, decoder.decode(b"", final=True)) for code, decoder in self._decoders.items())
        return "".join(_line(at, code, text) for code, text in left if text)

    def _bytes(self, at: float, code: str, data: bytes) -> str:
        text = self._decoders[code].decode(data)
        return _line(at, code, text) if text else ""


def _line(at: float, code: str, text: str) -> str:
    return json.dumps([round(at, 6), code, text], ensure_ascii=False) + "\n"
