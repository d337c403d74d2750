"""A pty that stands for a serial adapter plugged into a router's console, at a path that stays the same."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import sys
import termios
import tty
from pathlib import Path
from typing import Protocol

from oob.lab.line import ROOM, SerialLine

SPEEDS = {getattr(termios, name): int(name[1:]) for name in dir(termios) if re.fullmatch(r"B\d+", name)}
KEPT = 256 * 1024  # output kept for a client that is slow; more is lost, as in any UART


class Edges(Protocol):
    """An edge-triggered poller; only Linux has it for terminals."""

    def fileno(self) -> int: ...

    def poll(self, timeout: float) -> object: ...

    def close(self) -> None: ...


class PtyPort:
    """Joins a line and a pty. Output is lost while no client has it open; clients come and go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, line: SerialLine, link: Path, stated: int = 0) -> None:
        self.link = link
        self._stated = stated or line.baud
        self._loop = loop
        self._line = line
        self._master = -1
        self._slave = -1
        self._edges: Edges | None = None
        self._left = bytearray()
        self._is_paused = False
        line.plug(self._from_device)
        self.open()

    @property
    def url(self) -> str:
        """The console URL of this port, with the speed that its label states."""
        baud = f"?baud={self._stated}" if self._stated else ""
        return f"serial://{self.link}{baud}"

    def open(self) -> None:
        """Plug the adapter in."""
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        tty.setraw(slave, termios.TCSANOW)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(slave))
        if sys.platform == "linux":
            # Only edges are of interest: the master of a pty without a client is "hung up" all the time.
            os.close(slave)
            edges = select.epoll()
            edges.register(self._master, select.EPOLLIN | select.EPOLLET)
            self._edges = edges
            self._loop.add_reader(edges.fileno(), self._on_edge)
        else:
            self._slave = slave  # without edges the pty is kept open here, and old output waits for the next client
            self._loop.add_reader(self._master, self._read)

    def close(self) -> None:
        """Pull the adapter out: a client sees the end of file."""
        if self._master < 0:
            return
        if self._edges is not None:
            self._loop.remove_reader(self._edges.fileno())
            self._edges.close()
            self._edges = None
        self._loop.remove_reader(self._master)
        self._loop.remove_writer(self._master)
        self.link.unlink(missing_ok=True)
        for fd in (self._master, self._slave):
            if fd >= 0:
                os.close(fd)
        self._master = self._slave = -1
        self._left.clear()
        self._is_paused = False

    def _on_edge(self) -> None:
        if self._edges is not None:
            self._edges.poll(0)
            self._read()

    def _read(self) -> None:
        while self._master >= 0 and not self._is_paused:
            try:
                data = os.read(self._master, 1024)
            except OSError:  # nothing there, or no client has it open
                return
            if not data:
                return
            self._line.type(self._line.typed_at(data, self._speed()))
            if self._line.typed > ROOM:
                self._pause()

    def _pause(self) -> None:
        self._is_paused = True
        if self._edges is None:
            self._loop.remove_reader(self._master)
        self._line.when_typed(self._resume)

    def _resume(self) -> None:
        self._is_paused = False
        if self._master >= 0 and self._edges is None:
            self._loop.add_reader(self._master, self._read)
        self._read()

    def _from_device(self, data: bytes) -> None:
        if self._master < 0 or self._is_unused():
            self._left.clear()
            return
        data = self._line.heard(data, self._speed())
        if self._left:
            self._left += data[: max(0, KEPT - len(self._left))]
            return
        written = self._write(data)
        if written < len(data):
            self._left += data[written:]
            self._loop.add_writer(self._master, self._write_left)

    def _speed(self) -> int:
        """Return the speed that the client has set, in bit/s."""
        return SPEEDS.get(termios.tcgetattr(self._master)[5], 0) if self._line.is_strict else 0

    def _is_unused(self) -> bool:
        watch = select.poll()
        watch.register(self._master, 0)
        return bool(watch.poll(0))  # only POLLHUP is reported when nothing is asked for

    def _write(self, data: bytes | bytearray) -> int:
        with contextlib.suppress(OSError):
            return os.write(self._master, data)
        return 0

    def _write_left(self) -> None:
        if self._is_unused():
            self._left.clear()
        del self._left[: self._write(self._left)]
        if not self._left:
            self._loop.remove_writer(self._master)
