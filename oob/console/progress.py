"""Tells an answering device from a device that only logs: a log message is never a sign of progress."""

from __future__ import annotations

import time

from oob.console.grammar import Grammar
from oob.console.notices import LONGEST
from oob.console.stream import Stream

KEPT = 1 << 18  # bytes of output that is only listened to
NOTHING = b" \t\r\n\x00\x07\x08"


class Progress:
    """Follows what comes over a line; *at* is when the last byte came that belongs to no log message.

    The line that has not ended yet counts for now: it takes its end to tell a message from an answer.
    """

    def __init__(self, grammar: Grammar) -> None:
        self.messages = 0
        self._quiet_messages = 0  # since the last progress
        self._grammar = grammar
        self._at = self._last = time.monotonic()
        self._line = bytearray()
        self._is_long = False
        self._redrawn = b""

    def feed(self, data: bytes) -> None:
        """Take the bytes that have just come."""
        now = time.monotonic()
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._add(piece, now)
            self._end()
        self._add(rest, now)

    @property
    def at(self) -> float:
        """The moment of the last byte outside a log message, on the monotonic clock."""
        return self._last if self._is_long or self._is_something(bytes(self._line)) else self._at

    @property
    def is_crowded(self) -> bool:
        """Tell whether messages have come since the last progress, so that what the device prints for us may wait."""
        return self._quiet_messages > 0

    def touch(self) -> None:
        """Count from now on: something was typed that the device has to answer."""
        self._at = self._last = time.monotonic()

    def since(self) -> float:
        """Return the seconds without progress."""
        return time.monotonic() - self.at

    def _add(self, piece: bytes, now: float) -> None:
        if piece.strip(NOTHING):
            self._last = now
        if len(self._line) > LONGEST:
            self._is_long, self._at = True, now  # longer than any message
        else:
            self._line += piece

    def _end(self) -> None:
        line, self._line = bytes(self._line), bytearray()
        if self._is_long:
            self._at, self._is_long = self._last, False
        elif line.strip(NOTHING):
            self._judge(line)

    def _judge(self, line: bytes) -> None:
        if self._grammar.notices.is_notice(line):
            self.messages += 1
            self._quiet_messages += 1
        elif self._is_something(line):
            self._at, self._redrawn = self._last, line
            self._quiet_messages = 0

    def _is_something(self, line: bytes) -> bool:
        """Tell whether a *line* is more than a prompt, or than its text before a message came."""
        if not line.strip(NOTHING):
            return False
        rest, has_prompt = self._grammar.without_prompt(line.rstrip(b"\r"))
        return not has_prompt or (bool(rest.strip(NOTHING)) and line != self._redrawn)


def quiet(stream: Stream, grammar: Grammar, seconds: float, *, limit: float = 60.0) -> bytes:
    """Return what came until nothing but messages did for *seconds*, or *limit* seconds were over; a flood's end."""
    data = bytearray()
    progress = Progress(grammar)
    end = time.monotonic() + limit
    while (left := min(seconds - progress.since(), end - time.monotonic())) > 0 and (chunk := stream.read(left)):
        progress.feed(chunk)
        data += chunk
        del data[:-KEPT]
    return bytes(data)
