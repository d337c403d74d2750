"""A serial cable made of ptys, from one router to one or more console servers.

It behaves like a UART: a server that does not read never blocks the router, unread output is lost, and a server that
opens the line gets nothing that was printed before.
"""

from __future__ import annotations

import os
import select
import termios
import threading
import time
import tty
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOM = 64 * 1024  # what an end holds for a reader that is slow; more is lost
HUNG_LOOK = 0.02
TICK = 0.01


class End:
    """One plug of the cable, a pty that programs open and close at *link*."""

    def __init__(self, link: Path) -> None:
        self.master, slave = os.openpty()
        self.device = os.ttyname(slave)
        os.set_blocking(self.master, False)
        os.close(slave)
        self.link = link
        link.unlink(missing_ok=True)
        link.symlink_to(self.device)
        self.outbox = bytearray()
        self.is_open = True
        self.lost = 0
        self.clear()

    def clear(self) -> None:
        """Discard the unread output of the last server, and switch the echo off."""
        self.outbox.clear()
        slave = os.open(self.device, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(slave)
        termios.tcflush(slave, termios.TCIOFLUSH)
        os.close(slave)

    def has_hung_up(self) -> bool:
        """Tell whether no program has it open."""
        poll = select.poll()
        poll.register(self.master, 0)
        return any(flags & select.POLLHUP for _, flags in poll.poll(0))

    def give(self, data: bytes) -> None:
        """Write *data* to the server that has the pty open; what does not fit is lost."""
        if not self.is_open:
            return
        room = max(0, ROOM - len(self.outbox))
        self.outbox += data[:room]
        self.lost += len(data) - len(data[:room])
        self.push()

    def push(self) -> None:
        """Write what the reader takes now."""
        with suppress(BlockingIOError):
            while self.outbox:
                del self.outbox[: os.write(self.master, self.outbox)]

    def close(self) -> None:
        """Remove the cable."""
        os.close(self.master)
        self.link.unlink(missing_ok=True)


class Cable:
    """Joins a router's end with the ends of *servers*; *baud* paces both directions, 0 not at all."""

    def __init__(self, folder: Path, router: str, servers: Sequence[str], *, baud: int = 0) -> None:
        self.router = End(folder / f"{router}.tty")
        self.servers = {name: End(folder / f"{router}.{name}") for name in servers}
        self.bytes_per_second = baud / 10
        self._ends = [self.router, *self.servers.values()]
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Pull all plugs."""
        os.close(self._stopper)
        self._thread.join()
        os.close(self._stop)
        for end in self._ends:
            end.close()

    def _carry(self) -> None:
        free_at = dict.fromkeys(self._ends, 0.0)
        while True:
            now = time.monotonic()
            poll = select.poll()
            poll.register(self._stop, select.POLLIN)
            ready_at = [free_at[end] for end in self._ends if free_at[end] > now]
            for end in self._ends:
                if not end.is_open:
                    end.is_open = not end.has_hung_up()
                if end.is_open:
                    wants = 0 if free_at[end] > now else select.POLLIN
                    poll.register(end.master, wants | (select.POLLOUT if end.outbox else 0))
            patience = min(
                [at - now for at in ready_at] + ([] if all(e.is_open for e in self._ends) else [HUNG_LOOK]) + [1]
            )
            events = dict(poll.poll(max(1, 1000 * patience)))
            if self._stop in events:
                return
            for end in self._ends:
                self._serve(end, events.get(end.master, 0), free_at)

    def _serve(self, end: End, flags: int, free_at: dict[End, float]) -> None:
        if flags & select.POLLOUT:
            end.push()
        if flags & select.POLLIN:
            size = int(self.bytes_per_second * TICK) or 1 if self.bytes_per_second else 4096
            with suppress(BlockingIOError, OSError):  # it was flushed or shut in between
                data = os.read(end.master, size)
                if self.bytes_per_second:
                    free_at[end] = max(free_at[end], time.monotonic() - TICK) + len(data) / self.bytes_per_second
                for other in self.servers.values() if end is self.router else [self.router]:
                    other.give(data)
        elif flags & select.POLLHUP:
            end.is_open = False
            end.clear()
