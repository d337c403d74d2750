"""The device's end of a serial line; servers as child processes come from the lab."""

from __future__ import annotations

import os
import pty
import select
import tty
from pathlib import Path

from oob.deadline import Deadline
from oob.lab.real.process import TEMPLATES, ServerProcess, answers, fill, free_port, has_udp, wait_until
from oob.transport.base import Transport

__all__ = [
    "TEMPLATES", "Line", "ServerProcess", "answers", "expect", "fill", "free_port", "has_udp", "rouse", "says",
    "wait_until",
]  # fmt: skip


class Line:
    """A serial line: the server opens *device*, the test is the device at the other end."""

    def __init__(self, folder: Path) -> None:
        self.fd, self._near = pty.openpty()
        tty.setraw(self._near)
        self.device = folder / "line"
        self.device.symlink_to(os.ttyname(self._near))

    def say(self, data: bytes) -> None:
        """Say *data* as the device."""
        os.write(self.fd, data)

    def hear(self, size: int) -> bytes:
        """Return the *size* bytes that the device got; fewer only after 10 s."""
        deadline = Deadline(10)
        heard = b""
        while len(heard) < size and select.select([self.fd], [], [], deadline.remaining())[0]:
            heard += os.read(self.fd, size - len(heard))
        return heard

    def is_quiet(self) -> bool:
        """Tell whether the device has got nothing."""
        return not select.select([self.fd], [], [], 0)[0]

    def close(self) -> None:
        """Take both ends away."""
        os.close(self.fd)
        os.close(self._near)


def expect(transport: Transport, text: bytes) -> None:
    """Read *text* and nothing else, however it is cut; fail after 10 s."""
    deadline = Deadline(10)
    seen = b""
    while len(seen) < len(text) and not deadline.is_over:
        seen += transport.read(len(text) - len(seen), deadline.remaining())
    assert seen == text


def says(transport: Transport, text: bytes) -> bytes:
    """Return what was read until *text* came; fail after 10 s."""
    seen, deadline = b"", Deadline(10)
    while text not in seen:
        assert not deadline.is_over, seen
        seen += transport.read(4096, 1)
    return seen


def rouse(transport: Transport, typed: bytes, answer: bytes, seconds: float = 10) -> None:
    """Type until the device answers: a program throws away what was typed before it is at its console."""
    seen, deadline = b"", Deadline(seconds)
    while answer not in seen:
        assert not deadline.is_over, seen
        transport.write(typed, 5)
        seen += transport.read(4096, 0.5)
    while transport.read(4096, 0.2):
        pass
