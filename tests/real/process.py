"""Servers as child processes, ended whatever happens; and the device's end of a line."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import tty
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from oob.deadline import Deadline
from oob.transport.base import Transport

TEMPLATES = Path(__file__).parent / "servers"


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


class Server:
    """A server in a process group of its own."""

    def __init__(self, command: Sequence[str | Path], folder: Path, is_up: Callable[[], bool]) -> None:
        self._log = folder / f"{Path(command[0]).name}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_until(is_up, lambda: f"{command} did not start: {self._log.read_text()}")
        except BaseException:
            self.close()
            raise

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and all it has started, in whatever session."""
        for pid in [self.process.pid, *_descendants(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def close(self) -> None:
        """End it for certain."""
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait()


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return children + [pid for child in children for pid in _descendants(child)]


def expect(transport: Transport, text: bytes) -> None:
    """Read *text* and nothing else, however it is cut; fail after 10 s."""
    deadline = Deadline(10)
    seen = b""
    while len(seen) < len(text) and not deadline.is_over:
        seen += transport.read(len(text) - len(seen), deadline.remaining())
    assert seen == text


def wait_until(is_so: Callable[[], bool], otherwise: Callable[[], str] = lambda: "it did not happen") -> None:
    """Wait up to 10 s for something in another process that no descriptor tells."""
    deadline = Deadline(10)
    while not is_so():
        assert not deadline.is_over, otherwise()
        select.select([], [], [], 0.02)


def fill(template: str, target: Path, **values: object) -> Path:
    """Write a template of `servers/` to *target* with every @NAME@ filled in."""
    text = (TEMPLATES / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    target.write_text(text)
    return target


def free_port() -> int:
    """Return a TCP port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answers(port: int) -> Callable[[], bool]:
    """Return what tells whether something listens on a TCP port of this machine, without connecting to it."""
    needle = f":{port:04X} "

    def is_listening() -> bool:
        rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
        return any(row.split()[1].endswith(needle.strip()) and row.split()[3] == "0A" for row in rows)

    return is_listening
