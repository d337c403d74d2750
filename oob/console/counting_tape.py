"""Counts the bytes of a session, over all its paths, on their way into the transcript."""

from __future__ import annotations

from oob.console.stream import Tape


class CountingTape:
    """A tape that counts what crosses the line before it is written down; *lines* are the returns that were typed."""

    def __init__(self, tape: Tape | None, counted: dict[str, int]) -> None:
        self._tape = tape
        self._counted = counted

    def received(self, data: bytes) -> None:
        """Count and write down what came from the device."""
        self._counted["bytes_in"] += len(data)
        if self._tape:
            self._tape.received(data)

    def sent(self, data: bytes) -> None:
        """Count and write down what went to the device."""
        self._counted["bytes_out"] += len(data)
        self._counted["lines"] += data.count(b"\r")
        if self._tape:
            self._tape.sent(data)

    def mark(self, text: str) -> None:
        """Mark that something begins here."""
        if self._tape:
            self._tape.mark(text)

    def close(self) -> None:
        """End the transcript."""
        if self._tape:
            self._tape.close()
