"""Servers as child processes, always ended with their parent."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import cycle
from pathlib import Path

from oob.deadline import Deadline

TEMPLATES = Path(__file__).parent / "servers"
_BEGUN = 0.2
_BLOCK = 200
_BLOCKS = range(10_000, 32_000, _BLOCK)  # below the ports that Linux gives to clients


class ServerProcess:
    """A server, and nothing that it starts outlives it; what it says goes into *folder*, whose files it sees as the
    machine's own."""

    def __init__(
        self, command: Sequence[str | Path], folder: Path, is_up: Callable[[], bool], *, namespace: str = ""
    ) -> None:
        self._log = folder / f"{Path(command[0]).name}.log"
        network = ["ip", "netns", "exec", namespace] if namespace else []
        # With its namespace all that it has started ends, with the signal it does when a lab was killed: a conserver
        # that is left over opens its lines again, by names that are another lab's by then.
        own = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
        private = ["sh", str(TEMPLATES / "private.sh"), str(folder)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *network, *own, *private, *command],
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
        for pid in _descendants(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def close(self) -> None:
        """Kill the server, and return when all its processes have ended."""
        while self.process.poll() is None:
            self.signal(signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):  # it had not begun yet
                self.process.wait(_BEGUN)


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
    """Return a free port that no other process will get from here."""
    for port in _ports():
        with socket.socket(socket.AF_INET, kind) as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports go round for ever")


@cache
def _ports() -> Iterator[int]:
    """Return the ports of a block that is this process's as long as it runs, over and over."""
    for first in _BLOCKS:
        with socket.socket(socket.AF_UNIX) as claim, suppress(OSError):
            claim.bind(f"\0oob-ports-{first}")
            claim.detach()
            return cycle(range(first, first + _BLOCK))
    raise OSError("other labs have all ports")


def answers(port: int, namespace: str = "") -> Callable[[], bool]:
    """Return what tells whether something listens on a TCP port, without connecting to it."""
    return lambda: any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in _sockets("tcp", namespace))


def has_udp(port: int, namespace: str = "") -> Callable[[], bool]:
    """Return a test for whether a UDP port is in use."""
    return lambda: any(row[1].endswith(f":{port:04X}") for row in _sockets("udp", namespace))


def _sockets(kind: str, namespace: str) -> list[list[str]]:
    network = ["ip", "netns", "exec", namespace] if namespace else []
    shown = subprocess.run([*network, "cat", f"/proc/net/{kind}"], capture_output=True, text=True, check=True)
    return [row.split() for row in shown.stdout.splitlines()[1:]]
