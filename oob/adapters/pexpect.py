"""pexpect on any console path: `expect`, `sendline` and the rest of a spawn, without a program in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pexpect import EOF, TIMEOUT
from pexpect.spawnbase import SpawnBase

from oob.adapters.line import Line, reach
from oob.errors import PathLost
from oob.inventory.device import Expect
from oob.secret.credentials import Credentials
from oob.transport.access import Access

if TYPE_CHECKING:
    Base = SpawnBase[Any]
else:
    Base = SpawnBase  # generic in its type stubs only

FOREVER = 3600.0  # how long one of the reads lasts of which waiting without a time-out consists


class Spawn(Base):
    """The counterpart of pexpect's `fdspawn` over a path: patterns, time-outs and log files are pexpect's.

    `linesep` is a carriage return, what the return key sends on a console. A path that died is pexpect's EOF.
    """

    # What pexpect's own subclasses build on; its type stubs leave it out.
    _log: Callable[[Any, str], None]
    _coerce_send_string: Callable[[str | bytes], Any]
    _encoder: Any
    _decoder: Any

    def __init__(self, line: Line, **options: Any) -> None:
        super().__init__(**options)
        self.line = line
        self.linesep = self._coerced("\r")
        self.name = line.transport.path
        self.closed = False

    def read_nonblocking(self, size: int = 1, timeout: float | None = -1) -> Any:
        """Return up to *size* bytes as soon as there are any; raises TIMEOUT, or EOF when the path has died."""
        if timeout == -1:
            timeout = self.timeout
        try:
            data = self.line.transport.read(size, FOREVER if timeout is None else timeout)
            while not data and timeout is None:
                data = self.line.transport.read(size, FOREVER)
        except PathLost as error:
            self.flag_eof = True
            raise EOF(str(error)) from error
        if not data:
            raise TIMEOUT("Timeout exceeded.")
        text = self._decoder.decode(data, final=False)
        self._log(text, "read")
        return text

    def send(self, text: str | bytes) -> int:
        """Send *text* and return how many bytes that were."""
        text = self._coerce_send_string(text)
        self._log(text, "send")
        data = self._encoder.encode(text, final=False)
        self.line.write(data)
        return len(data)

    def sendline(self, text: str | bytes = "") -> int:
        """Send *text* and the return key."""
        return self.send(self._coerce_send_string(text) + self.linesep)

    def write(self, text: str | bytes) -> None:
        """Send *text*."""
        self.send(text)

    def writelines(self, lines: Sequence[str | bytes]) -> None:
        """Send each of *lines*, without a return key."""
        for line in lines:
            self.send(line)

    def sendcontrol(self, char: str) -> int:
        """Send a control character: `sendcontrol("c")` is Ctrl-C."""
        return self.send(self._coerced(chr(ord(char.upper()) ^ 0x40)))

    def isalive(self) -> bool:
        """Tell whether the path is open."""
        return not self.closed and not self.flag_eof

    def close(self) -> None:
        """Give the path back; where oob logged in, leave the console as it was found."""
        self.closed = True
        self.line.close()

    def _coerced(self, text: str) -> Any:
        return text.encode() if self.encoding is None else text


def spawn(
    url: str | Sequence[str],
    *,
    platform: str = "",
    username: str | None = None,
    password: str | None = None,
    enable: str | None = None,
    access: Access | None = None,
    expect: Expect | None = None,
    **options: Any,
) -> Spawn:
    """Return a pexpect spawn on the console behind *url* (or the first of several that works).

    With *platform* oob logs in first, identifies the device by *expect*, and leaves it at its prompt; without, the
    script sees the line as it is.
    *options* are pexpect's: `timeout`, `encoding`, `logfile`, `searchwindowsize`.
    """
    login = Credentials(username=username, password=password, enable=enable)
    return Spawn(reach(url, platform=platform, login=login, access=access, expect=expect), **options)
