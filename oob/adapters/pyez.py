"""Juniper's PyEZ on any console path: its console mode over one of our lines.

oob reaches the console and logs in; NETCONF over the console and everything above it is PyEZ's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jnpr.junos.console import Console
from jnpr.junos.transport.tty import Terminal
from jnpr.junos.transport.tty_netconf import tty_netconf
from ncclient.operations.errors import TimeoutExpiredError
from ncclient.transport.errors import TransportError as NcTransportError
from ncclient.xml_ import to_ele

from oob.adapters.line import Line, reach
from oob.console.attach import settle
from oob.deadline import Deadline
from oob.errors import PromptTimeout, TransportError
from oob.inventory.device import Expect
from oob.secret.credentials import Credentials
from oob.transport.access import Access

PLATFORM = "juniper_junos"
END = b"]]>]]>"  # of a NETCONF message, RFC 6242 section 4.3
SILENCE = 60.0
PROMPT = 10.0


class Reply(str):
    """A reply as PyEZ's console mode hands it on, which its tables take for the object that holds a tree."""

    @property
    def _root(self) -> Any:
        # Whether it may be huge was asked when it was received.
        return to_ele(self, huge_tree=True)


class LineNetconf(tty_netconf):  # type: ignore[misc]  # PyEZ has no types
    """PyEZ's NETCONF over a terminal, reading a message as it comes.

    What goes wrong is ncclient's error, which PyEZ makes its own of: RpcTimeoutError, ConnectClosedError.
    """

    def rpc(self, cmd: str) -> Reply:
        """Send *cmd* and return what answers it; without the tree in it no table works (PyEZ's issue 1423)."""
        return Reply(super().rpc(cmd))

    def _receive(self) -> Any:
        try:
            message = self._tty.read_until(END)
        except PromptTimeout as error:
            raise TimeoutExpiredError(str(error)) from error
        except TransportError as error:
            raise NcTransportError(str(error)) from error
        return self._parse_buffer(message)


class LineTerminal(Terminal):  # type: ignore[misc]  # PyEZ has no types
    """PyEZ's terminal, on a line that oob brings to the prompt of the operational mode when it is logged in on."""

    def __init__(self, reach_line: Callable[[], Line], *, silence: float, **options: Any) -> None:
        super().__init__(**options)
        self.nc = LineNetconf(self)
        self._reach_line = reach_line
        self._silence = silence
        self._received = bytearray()

    def login(self) -> bool:
        """Reach the console, log in and start NETCONF."""
        self._tty_open()
        try:
            self.nc.open(at_shell=False)
        except BaseException:
            self._tty_close()
            raise
        self.session_id = self.nc._session_id
        return True

    def logout(self) -> bool:
        """End NETCONF and leave the console as it was found."""
        try:
            self.nc.close()
            if self._line.device is not None:
                # Text typed before the prompt is back still goes to NETCONF.
                console = self._line.device.console
                settle(console.stream, console.grammar, self._received, PROMPT, Deadline(PROMPT))
        finally:
            self._tty_close()
        return True

    def write(self, content: str) -> None:
        """Send *content* and a line feed."""
        self._line.write(content.encode() + b"\n")

    def rawwrite(self, content: bytes) -> None:
        """Send *content*."""
        self._line.write(content)

    def read(self) -> bytes:
        """Return the next line, `b""` where none comes for as long as PyEZ expects."""
        try:
            return self.read_until(b"\n", silence=self.EXPECT_TIMEOUT)
        except PromptTimeout:
            return b""

    def read_until(self, end: bytes, *, silence: float | None = None) -> bytes:
        """Return what comes up to and with *end*; raises PromptTimeout where the device goes quiet before it."""
        silence = silence or self._silence
        searched = 0
        while (found := self._received.find(end, searched)) < 0:
            searched = max(0, len(self._received) - len(end) + 1)
            data = self._line.transport.read(65536, silence)
            if not data:
                raise PromptTimeout(f"timed out after {silence:.0f} s of silence while waiting for {end!r}")
            self._received += data
        taken = bytes(self._received[: found + len(end)])
        del self._received[: found + len(end)]
        return taken

    def _tty_open(self) -> None:
        self._received.clear()
        self._line = self._reach_line()
        self._tty_name = self._line.transport.path

    def _tty_close(self) -> None:
        self._line.close()


class LineConsole(Console):  # type: ignore[misc]  # PyEZ has no types
    """PyEZ's Console, whose terminal is the one it was given."""

    def __init__(self, terminal: LineTerminal, *, user: str, **options: Any) -> None:
        super().__init__(user=user, mode="serial", **options)
        self._terminal = terminal

    def _tty_login(self) -> None:
        self._tty = self._terminal
        self._tty.login()
        self._hostname = self._tty.tty_name


def console(
    url: str | Sequence[str],
    *,
    username: str,
    password: str = "",
    access: Access | None = None,
    silence: float = SILENCE,
    expect: Expect | None = None,
    **options: Any,
) -> LineConsole:
    """Return a PyEZ console on the path *url* (or the first of several that works); `open()` or `with` connects it.

    *silence* is how long the device may say nothing while it works on an RPC, in seconds; *expect* is who the device
    must be; *options* are those of PyEZ's Console.
    """
    login = Credentials(username=username, password=password)

    def reach_line() -> Line:
        return reach(url, platform=PLATFORM, login=login, access=access, expect=expect)

    terminal = LineTerminal(reach_line, silence=silence, huge_tree=options.get("huge_tree", False))
    return LineConsole(terminal, user=username, **options)
