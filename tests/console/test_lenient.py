"""A tape on a disk that fills up: one sentence, and the session goes on."""

from __future__ import annotations

from oob.console.lenient import Lenient


class Full:
    """A tape that takes so many pieces and no more."""

    def __init__(self, room: int) -> None:
        self.written: list[object] = []
        self._room = room

    def received(self, data: bytes) -> None:
        self._write(data)

    def sent(self, data: bytes) -> None:
        self._write(data)

    def mark(self, text: str) -> None:
        self._write(text)

    def close(self) -> None:
        self._write("closed")

    def _write(self, piece: object) -> None:
        if len(self.written) == self._room:
            raise OSError(28, "No space left on device")
        self.written.append(piece)


def test_a_tape_that_fails_is_told_once_and_written_no_more() -> None:
    told: list[str] = []
    full = Full(room=2)
    tape = Lenient(full, told.append)
    tape.mark("look")
    tape.sent(b"show clock\r")
    for _ in range(3):
        tape.received(b"12:00\r\n")
    tape.sent(b"exit\r")
    tape.close()
    assert full.written == ["look", b"show clock\r"]
    assert told == ["the transcript cannot be written any more: No space left on device"]


def test_a_tape_that_holds_is_written_to_its_end() -> None:
    told: list[str] = []
    full = Full(room=9)
    tape = Lenient(full, told.append)
    tape.sent(b"show clock\r")
    tape.received(b"12:00\r\n")
    tape.close()
    assert (full.written, told) == ([b"show clock\r", b"12:00\r\n", "closed"], [])
