"""Servers as child processes, ended whatever happens."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from oob.deadline import Deadline

TEMPLATES = Path(__file__).parent / "servers"


class Server:
    """A server in a session of its own; what it says goes into *folder*."""

    def __init__(self, command: Sequence[str | Path], folder: Path, is_up: Callable[[], bool]) -> None:
        self._log = folder / f"{Path(command[0]).name}.log"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],  # so that nothing outlives a lab that was killed
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(is_up, lambda: f"{command} did not start: {self._log.read_text(errors='replace')}")
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


def wait_until(
    is_so: Callable[[], bool], otherwise: Callable[[], str] = lambda: "it did not happen", seconds: float = 10
) -> None:
    """Wait for what no descriptor tells, in another process; raises TimeoutError with what *otherwise* says."""
    deadline = Deadline(seconds)
    while not is_so():
        if deadline.is_over:
            raise TimeoutError(otherwise())
        select.select([], [], [], 0.02)


def fill(template: str, target: Path, **values: object) -> Path:
    """Write a template of `servers/` to *target* with every @NAME@ filled in."""
    text = (TEMPLATES / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    target.write_text(text)
    return target


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port that nobody has."""
    with socket.socket(socket.AF_INET, kind) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(port: int) -> Callable[[], bool]:
    """Return what tells whether something listens on a TCP port of this machine, without connecting to it."""
    return lambda: any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in _sockets("tcp"))


def has_udp(port: int) -> Callable[[], bool]:
    """Return what tells whether somebody has a UDP port of this machine."""
    return lambda: any(row[1].endswith(f":{port:04X}") for row in _sockets("udp"))


def _sockets(kind: str) -> list[list[str]]:
    return [row.split() for row in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
