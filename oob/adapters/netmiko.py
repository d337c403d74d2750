"""Netmiko on any console path: a connected object of the class that Netmiko has for the platform.

The seam is Netmiko's `Channel`. Where oob has a profile of the platform it brings the console to its prompt; else
Netmiko logs in as it does over telnet. What scripts do with the object afterwards is Netmiko's own code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from netmiko._telnetlib.telnetlib import Telnet
from netmiko.base_connection import BaseConnection
from netmiko.channel import Channel
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    WriteException,
)
from netmiko.ssh_dispatcher import CLASS_MAPPER, ssh_dispatcher

from oob.adapters.line import Line, base, reach
from oob.console.stream import Tape
from oob.errors import LoginRefused, OobError, UsageError
from oob.inventory.device import Expect
from oob.secret.credentials import Credentials
from oob.transport.access import Access

ENTER = "\r"  # the return key; a line feed behind it would be an empty command to some


class LineChannel(Channel):
    """Netmiko's view of a line: what has come, as text, and text to send."""

    def __init__(self, line: Line, encoding: str) -> None:
        self.line = line
        self.encoding = encoding

    def read_channel(self) -> str:
        """Return the text that has come; raises Netmiko's ReadException when the path has died."""
        try:
            return self.line.drain().decode(self.encoding, "ignore")
        except OobError as error:
            raise ReadException(str(error)) from error

    def read_buffer(self) -> str:
        """Return the text that has come."""
        return self.read_channel()

    def write_channel(self, out_data: str) -> None:
        """Send *out_data*; raises Netmiko's WriteException when the path has died."""
        try:
            self.line.write(out_data.encode(self.encoding))
        except OobError as error:
            raise WriteException(str(error)) from error


class Remote(Telnet):
    """The line where Netmiko keeps its telnet connection: some of its classes ask whether it is one."""

    def __init__(self, line: Line) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Netmiko's copy of telnetlib has no types
        self.line = line

    def close(self) -> None:
        """Give the path back; where oob logged in, leave the console as it was found."""
        self.line.close()

    def __del__(self) -> None:
        """Do nothing, unlike telnetlib: leaving a console is a conversation, not for whenever Python tidies up."""


class OverLine:
    """A mixin for a Netmiko class: in place of connecting, it uses the line that it was given."""

    line: Line

    def establish_connection(self: Any, width: int = 511, height: int = 1000) -> None:
        """Talk over the line, and log in where oob has not."""
        self.remote_conn = Remote(self.line)
        self.channel = LineChannel(self.line, self.encoding)
        if self.line.device is None:
            self.telnet_login()

    def is_alive(self) -> bool:
        """Tell whether the line is open; nothing is sent to find out."""
        return self.line.is_open

    def cleanup(self: Any, command: str = "exit") -> None:
        """Leave the session as Netmiko does, unless it is oob that leaves the console as it was found."""
        if self.line.device is None:
            super().cleanup(command)  # type: ignore[misc]  # the class that this one is put in front of


def connect(
    url: str | Sequence[str],
    *,
    device_type: str,
    username: str = "",
    password: str = "",
    secret: str = "",
    access: Access | None = None,
    tape: Callable[[str], Tape] | None = None,
    expect: Expect | None = None,
    **options: Any,
) -> BaseConnection:
    """Return a connected Netmiko object on the console behind *url* (or the first of several that works).

    *options* are those of ConnectHandler, so that a script's dictionary can be handed over whole; *tape* makes the
    transcript of a path; *expect* is who the device must be. What goes wrong on the way is an exception of Netmiko's
    whose cause is oob's: a refused login is NetmikoAuthenticationException.
    """
    login = Credentials(username=username or None, password=password or None, enable=secret or None)
    _class(device_type)
    with _told_in_netmikos_words():
        line = reach(url, platform=device_type, login=login, access=access, tape=tape, expect=expect)
    return over(line, device_type, username=username, password=password, secret=secret, **options)


def over(line: Line, device_type: str, **options: Any) -> BaseConnection:
    """Return a connected Netmiko object on a line that is open, which is closed where that fails."""
    kind = _class(device_type)
    try:
        options = {"host": line.transport.path, "default_enter": ENTER, **options}
        connection: BaseConnection = kind(device_type=f"{base(device_type)}_telnet", auto_connect=False, **options)
        connection.device_type = device_type
        connection.line = line  # type: ignore[attr-defined]  # OverLine's
        connection.TELNET_RETURN = connection.RETURN
        connection._open()
    except BaseException:
        line.close()
        raise
    return connection


@cache
def _class(device_type: str) -> Any:
    """Return Netmiko's class for a line that is typed on, made to use ours."""
    for name in (f"{base(device_type)}_telnet", f"{base(device_type)}_serial", device_type):
        if name in CLASS_MAPPER:
            known = ssh_dispatcher(name)
            return type(known.__name__, (OverLine, known), {"__module__": known.__module__})
    raise UsageError(f"{device_type} is not a Netmiko device type")


@contextmanager
def _told_in_netmikos_words() -> Iterator[None]:
    """Let a script that catches Netmiko's exceptions catch ours."""
    try:
        yield
    except LoginRefused as error:
        raise NetmikoAuthenticationException(str(error)) from error
    except UsageError:
        raise
    except OobError as error:
        raise NetmikoTimeoutException(str(error)) from error
