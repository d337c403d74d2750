"""A device that says what a sample says: dialogs of tests/data/profiles and recordings of others, at any read size.

Each exchange is what is typed, what is printed then, and the prompt that follows. Typing anything else is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.stand_in import StandIn


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """*types* brings *prints* and then *prompt*, of one line or more, which is read as the state *reads*.

    *erases* is what the device sends before it prints, to take a pager's text away.
    """

    types: str = ""
    prints: str = ""
    prompt: str
    reads: str
    erases: str = ""


class Player(StandIn):
    """A transport whose far end plays *exchanges*; the lines of *quiet* print nothing, whenever they are typed."""

    path = "player://"

    def __init__(self, exchanges: Sequence[Exchange], *, chunk: int, quiet: Iterable[str] = ()) -> None:
        self.exchanges = exchanges
        self.chunk = chunk
        self.quiet = [line for line in quiet if "{nonce}" not in line]
        self.position = 0
        self.typed = ""
        self.nonce = ""
        self.out = bytearray()
        self._show(exchanges[0])

    @property
    def now(self) -> Exchange:
        return self.exchanges[self.position]

    @property
    def following(self) -> Exchange | None:
        return self.exchanges[self.position + 1] if self.position + 1 < len(self.exchanges) else None

    # --- the transport's side

    def read(self, max_bytes: int, timeout: float) -> bytes:
        data = bytes(self.out[: min(self.chunk, max_bytes)])
        del self.out[: len(data)]
        return data

    def write(self, data: bytes, timeout: float) -> None:
        for key in data.decode():
            self._key(key)

    # --- the device's side

    def _key(self, key: str) -> None:
        wanted = self.following.types if self.following else None
        if not self.typed and wanted and len(wanted) == 1 and key == wanted and not key.isprintable():
            self._next()
        elif self.now.reads in {"question", "pager", "press-return"}:
            self.typed += key
            assert (wanted or "").startswith(self.typed), f"{self.typed!r} was typed where the sample has {wanted!r}"
            if self.typed == wanted:
                self._next()
        elif key == "\r":
            self._line(wanted)
        elif key == "\x15":
            self._say("\b \b" * len(self.typed))
            self.typed = ""
        elif key in "\x03\x12":
            self._say("\n" + self.now.prompt + (self.typed if key == "\x12" else ""))
            self.typed = self.typed if key == "\x12" else ""
        elif key == "\x02":
            self._say(key)  # as one who knows no cursor; the deletions behind it take this key away first
            self.typed += key
        elif key in "\b\x7f":
            if self.typed:
                self.typed = self.typed[:-1]
                self._say("\b \b")
        else:
            self.typed += key
            if self.now.reads != "password":
                self._say(key)

    def _line(self, wanted: str | None) -> None:
        typed, self.typed = self.typed, ""
        self._say("\n")
        if wanted is not None and self._is(typed, wanted):
            self._next()
        else:
            assert not typed or typed in self.quiet, f"{typed!r} was typed where the sample has {wanted!r}"
            self._say(self.now.prompt)

    def _is(self, typed: str, wanted: str) -> bool:
        if "{nonce}" not in wanted:
            return typed == wanted
        before, after = wanted.split("{nonce}")
        match = re.fullmatch(f"{re.escape(before)}(.*){re.escape(after)}", typed)
        if match:
            self.nonce = match[1].replace("''", "")
        return match is not None

    def _next(self) -> None:
        self.typed = ""
        self.position += 1
        self._show(self.now)

    def _show(self, exchange: Exchange) -> None:
        self.out += exchange.erases.encode()
        self._say(exchange.prints + exchange.prompt.replace("{nonce}", self.nonce))

    def _say(self, text: str) -> None:
        self.out += re.sub("\r*\n", "\r\n", text).encode()
