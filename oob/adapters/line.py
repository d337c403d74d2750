"""A console for another library: oob reaches it and logs in, and leaves it as it was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from oob.console.attach import attach
from oob.console.screen import plain
from oob.console.stream import Tape
from oob.deadline import Deadline
from oob.device.connect import entry_of
from oob.device.device import Device
from oob.device.session import DeviceSession
from oob.errors import OobError, ProfileError, TransportError, WrongDevice
from oob.inventory.device import Expect
from oob.profile.model import Login, Profile
from oob.profile.store import load
from oob.secret.credentials import Credentials
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.layer import Layer

LEAVE = 5.0
WRITE = 30.0
CHUNK = 65536
RECENT = 2048
LOGIN = re.compile(r"(?:login|username|password): ?\Z", re.IGNORECASE)
NAMES = [re.compile(pattern, re.MULTILINE) for pattern in Login().names]
SUFFIXES = ("_telnet", "_serial", "_ssh")


class Taped(Layer):
    """A transport that writes down what crosses it."""

    def __init__(self, inner: Transport, tape: Tape) -> None:
        super().__init__(inner)
        self._tape = tape

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read, and write that down."""
        data = self.inner.read(max_bytes, timeout)
        if data:
            self._tape.received(data)
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Write *data* down, and to the line."""
        self._tape.sent(data)
        self.inner.write(data, timeout)

    def close(self) -> None:
        """Close the inner transport and end the tape."""
        self.inner.close()
        self._tape.close()


class Gated(Layer):
    """A transport on which a library logs in: nothing is typed at a login that names another device."""

    def __init__(self, inner: Transport, objection: Callable[[str, str], WrongDevice | None]) -> None:
        super().__init__(inner)
        self._objection = objection
        self._recent = b""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read, and keep the end of it."""
        data = self.inner.read(max_bytes, timeout)
        self._recent = (self._recent + data)[-RECENT:]
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Write *data*; raises WrongDevice where it would answer the login of another device."""
        text = plain(self._recent).decode("utf-8", "replace")
        if LOGIN.search(text):
            found = [match for name in NAMES for match in name.finditer(text)]
            name = max(found, key=lambda match: match.start())["host"] if found else ""
            if error := self._objection(name, "credential"):
                raise error
        self.inner.write(data, timeout)


class Line:
    """An open path; where oob has logged in on it, *device* is what it found there, at its prompt."""

    def __init__(self, transport: Transport, device: Device | None = None) -> None:
        self.transport = transport
        self.device = device
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Tell whether it has not been closed."""
        return self._is_open

    def write(self, data: bytes) -> None:
        """Send *data*; raises PathLost or WriteStalled."""
        self.transport.write(data, WRITE)

    def drain(self) -> bytes:
        """Return the bytes that have come, without waiting; raises PathLost once all of it has been given."""
        data = bytearray()
        try:
            while chunk := self.transport.read(CHUNK, 0):
                data += chunk
        except TransportError:
            if not data:
                raise
        return bytes(data)

    def close(self) -> None:
        """Give the path back; where oob logged in, leave the console as it was found. A second call does nothing."""
        if not self._is_open:
            return
        self._is_open = False
        if self.device is None or not self._is_at_prompt(self.device):
            self.transport.close()
        else:
            self.device.close()

    def _is_at_prompt(self, device: Device) -> bool:
        """Look where the library left the console: in a mode to leave, or logged out already."""
        console = device.console
        try:
            now = attach(console.stream, console.grammar, Deadline(LEAVE), is_known=True).now
        except OobError:
            return False
        console.conversation.state = now
        return now.is_prompt


def reach(
    paths: str | Sequence[str],
    *,
    platform: str = "",
    login: Credentials | None = None,
    access: Access | None = None,
    tape: Callable[[str], Tape] | None = None,
    expect: Expect | None = None,
) -> Line:
    """Open the first of *paths* that leads to the device that *expect* names, and bring it to its prompt.

    Where oob has no profile of *platform* nothing is typed, and nothing is compared here. *tape* makes the transcript
    of a path. Raises what DeviceSession.open does.
    """
    known = profile(platform)
    entry = entry_of(paths, base(platform) if known else "", expect=expect)
    session = DeviceSession(entry, login or Credentials(), access=access, tape=tape)
    if known is None:
        transport: Transport = Gated(session.open_line(), session.compare_name)
        return Line(Taped(transport, session.tape(transport.path)))
    device = session.open()
    stream = device.console.stream
    return Line(Taped(stream.transport, stream.tape) if stream.tape else stream.transport, device)


def base(platform: str) -> str:
    """Return Netmiko's name of a platform without its way in: `cisco_ios_telnet` is `cisco_ios`."""
    for suffix in SUFFIXES:
        platform = platform.removesuffix(suffix)
    return platform


def profile(platform: str) -> Profile | None:
    """Return the profile of a platform under any of Netmiko's names for it, None where oob has none."""
    try:
        return load(base(platform)) if platform else None
    except ProfileError:
        return None
