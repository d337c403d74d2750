"""`exec:///usr/bin/virsh?arg=console&arg=r1`: a program that is a console itself, run on a pseudo-terminal.

The program sees a dumb terminal, 24 by 1000, so that nothing wraps or colours what it prints, and an environment that
holds none of oob's secrets. It is always ended and reaped when the path is closed. How it is left, and which keys it
keeps for itself, is data (`program.py`) or said in the URL: `?leave=^Aq&escape=^A&literal=^A^A&break=^Af&term=vt100`.
"""

from __future__ import annotations

import os
import shlex
import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, cast

import pexpect

from oob import child
from oob.deadline import Deadline
from oob.errors import BreakUnsupported, PathBusy, PathHeld, PathLost, PathRefused, TransportError, UsageError
from oob.events import PATH_PROGRAM
from oob.transport.access import Access
from oob.transport.descriptor import Descriptor
from oob.transport.program import Manners, keys
from oob.transport.program import manners as known
from oob.transport.url import ConsoleURL

SCHEME: Final = "exec"

_SIZE: Final = (24, 1000)
_EXIT_REPORT: Final = 0.5  # seconds that a program may take to exit after it has closed its terminal
_LAST_WORDS: Final = 300
_KEYS_TAKEN: Final = 5.0
_KEY_READ: Final = 0.1  # seconds in which a program has read a key that it is left by
_MANNERS: Final = ("leave", "escape", "literal", "break", "term")
OPTIONS: Final[tuple[str, ...]] = ("arg", *_MANNERS)


class Program(Descriptor):
    """A program on a pseudo-terminal; *grace* is how many seconds it gets to end when the path is closed."""

    def __init__(
        self,
        program: Sequence[str],
        path: str,
        *,
        manners: Manners | None = None,
        environment: Mapping[str, str] | None = None,
        grace: float = 2.0,
    ) -> None:
        self._name = os.path.basename(program[0])
        self._manners = manners or Manners(source="")
        env = child.environment({"TERM": self._manners.term, **(environment or {})})
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
        """Return what the program prints; PathLost with its last words when it, or the console in it, has ended."""
        data = super().read(max_bytes, timeout)
        self.last_words = (self.last_words + data)[-_LAST_WORDS:]
        if self._manners.lost and self._manners.lost.encode() in self.last_words:
            raise self._lost("has lost the console")
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Type *data*; a key that the program takes for itself is typed as the program wants it."""
        if self._manners.escape and self._manners.literal:
            data = data.replace(keys(self._manners.escape), keys(self._manners.literal))
        super().write(data, timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Type what makes the program send a BREAK, of the length it likes; BreakUnsupported where nothing is known."""
        if not self._manners.break_:
            raise BreakUnsupported(f"nothing is known that makes {self._name} send a BREAK (break=)", path=self._path)
        super().write(keys(self._manners.break_), _KEYS_TAKEN)

    def explain(self, error: OSError | None) -> TransportError:
        """Say how the program ended, and what it said last: of a console that is taken, or anything else."""
        if self._manners.busy and self._manners.busy.encode() in self.last_words:
            busy = PathHeld if self._manners.evict else PathBusy
            return busy(self._telling(self._ending()), path=self._path)
        return self._lost(self._ending())

    def _lost(self, how: str) -> PathLost:
        return PathLost(self._telling(how), path=self._path, received=self.received, sent=self.sent)

    def _telling(self, how: str) -> str:
        """Return one sentence on what has become of the program."""
        words = " ".join(self.last_words.decode("utf-8", "replace").split())
        return f"{self._name} {how}" + (f"; its last words: {words}" if words else "")

    def _ending(self) -> str:
        """Return how the program ended."""
        status = self._wait_for_exit(_EXIT_REPORT)
        if status is None:
            return "has closed its terminal"
        if os.WIFSIGNALED(status):
            return f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
        return f"ended with exit status {os.waitstatus_to_exitcode(status)}"

    def release(self) -> None:
        """End the program as it wants to be left, else its terminal goes away (SIGHUP), else it is killed; reap it."""
        if self._manners.leave:
            self._leave()
        self._signal(signal.SIGHUP)
        self._signal(signal.SIGCONT)
        if self._wait_for_exit(self._grace) is None:
            self._signal(signal.SIGKILL)
            self._wait_for_exit(None)
        process = cast(Any, self._child).ptyproc  # which the stubs leave out
        process.terminated = True  # reaped above: only the descriptor is left to close
        process.delayafterclose = 0
        self._child.close()

    def _leave(self) -> None:
        """Type the keys that end the program one by one: some know them only if they do not come at once."""
        with suppress(OSError):
            for key in keys(self._manners.leave):
                os.write(self.fd, bytes([key]))
                if self._wait_for_exit(_KEY_READ) is not None:
                    return
        self._wait_for_exit(self._grace)

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
    """Start the program; raises PathRefused where it cannot be run, or is not in the list of those that may."""
    url.allow(*OPTIONS)
    if url.host or not url.path:
        raise UsageError(f"{url}: exec:// needs the full path of a program, as in exec:///usr/bin/virsh?arg=console")
    if access.programs is not None:
        access.programs.check(url)
    command = [url.path, *url.args]
    said = {name: url.options[name] for name in _MANNERS if name in url.options}
    manners = Manners(**{**known(command).model_dump(by_alias=True), **said})
    if access.evict and manners.evict:
        command.append(manners.evict)
    access.events.emit(PATH_PROGRAM, f"starting {shlex.join(command)}", path=str(url))
    return Program(command, str(url), manners=manners)
