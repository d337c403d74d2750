"""`exec:///usr/bin/virsh?arg=console&arg=r1`: a program that is a console itself, run on a pseudo-terminal.

The program sees a dumb terminal, 24 by 1000, so that nothing wraps or colours what it prints. It is always ended and
reaped when the path is closed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, cast

import pexpect

from oob.deadline import Deadline
from oob.errors import PathLost, PathRefused, TransportError, UsageError
from oob.transport.access import Access
from oob.transport.descriptor import Descriptor
from oob.transport.url import ConsoleURL

SCHEME: Final = "exec"

_SIZE: Final = (24, 1000)
_EXIT_REPORT: Final = 0.5  # seconds that a program may take to exit after it has closed its terminal
_LAST_WORDS: Final = 300


class Program(Descriptor):
    """A program on a pseudo-terminal; *grace* is how many seconds it gets to end when the path is closed."""

    def __init__(
        self,
        program: Sequence[str],
        path: str,
        *,
        environment: Mapping[str, str] | None = None,
        grace: float = 2.0,
    ) -> None:
        self._name = os.path.basename(program[0])
        env = {**os.environ, "TERM": "dumb", **(environment or {})}
        try:
            self._child = pexpect.spawn(program[0], list(program[1:]), timeout=None, env=env, dimensions=_SIZE)
        except (pexpect.ExceptionPexpect, OSError) as error:
            raise PathRefused(f"{program[0]} cannot be run: is it installed?", path=path) from error
        os.set_blocking(self._child.child_fd, False)
        super().__init__(self._child.child_fd, path)
        self._grace = grace
        self._pid = cast(int, self._child.pid)
        self._reaper = threading.Thread(target=self._reap, name=f"reap {self._name}", daemon=True)
        self._reaping = threading.Lock()
        self._status: int | None = None
        self.last_words = b""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return what the program prints; PathLost with its exit status and last words when it has ended."""
        data = super().read(max_bytes, timeout)
        self.last_words = (self.last_words + data)[-_LAST_WORDS:]
        return data

    def explain(self, error: OSError | None) -> TransportError:
        """Say how the program ended, and what it said last."""
        return PathLost(self.obituary(), path=self._path, received=self.received, sent=self.sent)

    def obituary(self) -> str:
        """Return one sentence on how the program ended."""
        status = self._wait_for_exit(_EXIT_REPORT)
        if status is None:
            how = "has closed its terminal"
        elif os.WIFSIGNALED(status):
            how = f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
        else:
            how = f"ended with exit status {os.waitstatus_to_exitcode(status)}"
        words = " ".join(self.last_words.decode("utf-8", "replace").split())
        return f"{self._name} {how}" + (f"; its last words: {words}" if words else "")

    def release(self) -> None:
        """End the program: its terminal goes away (SIGHUP), and after a grace it is killed; then reap it."""
        self._signal(signal.SIGHUP)
        self._signal(signal.SIGCONT)
        if self._wait_for_exit(self._grace) is None:
            self._signal(signal.SIGKILL)
            self._wait_for_exit(None)
        process = cast(Any, self._child).ptyproc  # which the stubs leave out
        process.terminated = True  # reaped above: only the descriptor is left to close
        process.delayafterclose = 0
        self._child.close()

    def _signal(self, number: int) -> None:
        if self._status is None:
            with suppress(ProcessLookupError, PermissionError):  # it is gone, or has become another user's
                os.killpg(self._pid, number)

    def _wait_for_exit(self, seconds: float | None) -> int | None:
        """Return the program's wait status, or None when *seconds* pass first."""
        with self._reaping:
            if not self._reaper.ident:
                self._reaper.start()
        self._reaper.join(seconds)
        return self._status

    def _reap(self) -> None:
        """Wait in a thread of its own: no call waits for a process with a time-out on every system."""
        _, self._status = os.waitpid(self._pid, 0)


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Program:
    """Start the program; raises PathRefused where it cannot be run."""
    url.allow("arg")
    if url.host or not url.path:
        raise UsageError(f"{url}: exec:// needs the full path of a program, as in exec:///usr/bin/virsh?arg=console")
    return Program([url.path, *url.args], str(url))
