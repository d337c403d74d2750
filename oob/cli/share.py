"""A console that several people follow: one of them types, and the keyboard is handed over by word.

The process that opened the console keeps it and listens on a Unix socket of the home. Those who follow read the
transcript, where secrets are masked; over the socket go only requests for the keyboard, and the keys of the one who
has it. Nothing here waits for them: a guest that takes no data is dropped, and the owner types again.
"""

from __future__ import annotations

import errno
import json
import os
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from oob import durable
from oob.errors import OobError, UsageError
from oob.inventory.home import Home
from oob.naming import folder_name
from oob.printable import one_line

LONGEST = 65_536  # bytes of one message
BEHIND = 32_768  # bytes that a guest may be behind
LONGEST_NAME = 40
TICK = 0.2  # seconds between two tries to send what a guest did not take


def socket_of(home: Home, device: str) -> Path:
    """Return the socket of the shared console of *device*."""
    return home.path / "shared" / f"{folder_name(device)}.sock"


class Person(Protocol):
    """The owner at the console."""

    recent: bytes

    def send(self, data: bytes) -> None: ...
    def send_break(self) -> None: ...
    def tell(self, text: str) -> None: ...


class Messages:
    """Messages as lines of JSON; bytes of a console go as Latin-1. Does no I/O."""

    def __init__(self) -> None:
        self._data = bytearray()

    @staticmethod
    def encoded(**message: object) -> bytes:
        """Return *message* as it goes over the socket."""
        return json.dumps(message).encode() + b"\n"

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Yield the messages that *data* completes; raises ValueError where it is not one."""
        self._data += data
        while (end := self._data.find(b"\n")) >= 0:
            message = json.loads(self._data[:end])
            del self._data[: end + 1]
            if not isinstance(message, dict):
                raise ValueError("not a message")
            yield message
        if len(self._data) > LONGEST:
            raise ValueError("a message without an end")


class _Guest:
    """One who follows; *name* is empty until they have said it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.name = ""
        self.messages = Messages()
        self.unsent = bytearray()


class SharedConsole:
    """The owner's end: lets guests in, and passes on the keys of the one who was given the keyboard."""

    def __init__(self, path: Path, owner: str, transcript: Path, person: Person) -> None:
        self._path = path
        self._owner = owner
        self._transcript = transcript
        self._person = person
        self._listener = _listener(path)
        self._waker, self._woken = os.pipe()[::-1]
        self._lock = threading.RLock()
        self._guests: dict[socket.socket, _Guest] = {}
        self._gone: list[socket.socket] = []
        self._writer: _Guest | None = None
        self._asking: _Guest | None = None
        self._has_said = False
        self._thread = threading.Thread(target=self._run, name="share", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.write(self._waker, b"x")
        self._thread.join(2)
        with suppress(OSError):
            self._path.unlink()

    @property
    def is_given(self) -> bool:
        """Tell whether a guest has the keyboard."""
        return self._writer is not None

    def show(self, data: bytes) -> None:
        """Show what the device says to the guest who types; the others read the transcript."""
        with self._lock:
            if self._writer:
                self._send(self._writer, data=data.decode("latin-1"))

    def give(self) -> None:
        """Give the keyboard to the guest who asked for it."""
        with self._lock:
            guest, self._asking = self._asking, None
            if guest is None:
                self._person.tell("no guest has asked for the keyboard")
                return
            self._end_writing()
            self._writer, self._has_said = guest, False
            self._send(guest, writes=True, data=self._person.recent.rpartition(b"\n")[2].decode("latin-1"))
            self._say(f"{guest.name} types now", mine="; ~t recalls the keyboard")

    def keep(self) -> None:
        """Keep the keyboard from the guest who asked for it."""
        with self._lock:
            guest, self._asking = self._asking, None
            if guest is not None:
                self._send(guest, say=f"{self._owner} keeps the keyboard")

    def take(self) -> None:
        """Take the keyboard back."""
        with self._lock:
            if self._writer:
                self._end_writing()
                self._say(f"{self._owner} types now")

    def remind(self) -> None:
        """Say once that the owner's keys go nowhere at the moment."""
        with self._lock:
            if self._writer and not self._has_said:
                self._has_said = True
                self._person.tell(f"{self._writer.name} types; your keys are not sent; ~t recalls the keyboard")

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector, self._listener:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(TICK):
                    if key.fileobj == self._woken:
                        self._close()
                        return
                    if key.fileobj is self._listener:
                        with suppress(OSError):
                            connection, _ = self._listener.accept()
                            connection.setblocking(False)
                            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BEHIND)
                            selector.register(connection, selectors.EVENT_READ)
                            with self._lock:
                                self._guests[connection] = _Guest(connection)
                    elif isinstance(key.fileobj, socket.socket):
                        self._hear(key.fileobj)
                with self._lock:
                    for guest in [guest for guest in self._guests.values() if guest.unsent]:
                        self._flush(guest)
                while self._gone:
                    connection = self._gone.pop()
                    selector.unregister(connection)
                    connection.close()

    def _close(self) -> None:
        with self._lock:
            for connection in self._guests:
                connection.close()
            self._guests.clear()
            self._writer = self._asking = None
            os.close(self._woken)
            os.close(self._waker)

    def _hear(self, connection: socket.socket) -> None:
        guest = self._guests.get(connection)
        if guest is None:
            return
        try:
            data = connection.recv(LONGEST)
            if not data:
                raise ConnectionResetError
            for message in guest.messages.feed(data):
                self._follow(guest, message)
        except BlockingIOError:
            return
        except (OSError, ValueError, RecursionError):
            self._drop(guest)

    def _follow(self, guest: _Guest, message: dict[str, Any]) -> None:
        if not guest.name:
            guest.name = one_line(str(message.get("name", "")))[:LONGEST_NAME] or "a guest"
            with self._lock:
                self._send(guest, owner=self._owner, transcript=str(self._transcript))
            self._person.tell(f"{guest.name} follows this console")
        elif message.get("ask"):
            with self._lock:
                if guest is self._writer:
                    return
                self._asking = guest
            self._person.tell(f"{guest.name} asks for the keyboard: ~y gives it, ~n keeps it")
        elif guest is self._writer:  # of all others, keys are thrown away
            self._write(guest, message)

    def _write(self, guest: _Guest, message: dict[str, Any]) -> None:
        if message.get("give"):
            with self._lock:
                self._end_writing()
                self._say(f"{guest.name} gave the keyboard back; {self._owner} types now")
            return
        with suppress(OobError):  # a path that has died is said where the device is read
            if message.get("break"):
                self._person.send_break()
            elif isinstance(keys := message.get("keys"), str):
                self._person.send(keys.encode("latin-1", "replace"))

    def _end_writing(self) -> None:
        guest, self._writer = self._writer, None
        if guest is not None:
            self._send(guest, writes=False)

    def _say(self, text: str, mine: str = "") -> None:
        self._person.tell(f"{text}{mine}")
        for guest in list(self._guests.values()):
            if guest.name:
                self._send(guest, say=text)

    def _send(self, guest: _Guest, **message: object) -> None:
        guest.unsent += Messages.encoded(**message)
        self._flush(guest)

    def _flush(self, guest: _Guest) -> None:
        try:
            del guest.unsent[: guest.connection.send(guest.unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(guest)
            return
        if len(guest.unsent) > BEHIND:
            self._drop(guest)

    def _drop(self, guest: _Guest) -> None:
        """Let *guest* go; the loop closes the connection."""
        with self._lock:
            if self._guests.pop(guest.connection, None) is None:
                return
            self._asking = None if self._asking is guest else self._asking
            was_writer = self._writer is guest
            if was_writer:
                self._writer = None
            self._gone.append(guest.connection)
        if guest.name:
            self._person.tell(f"{guest.name} has gone{f'; {self._owner} types now' if was_writer else ''}")


def _listener(path: Path) -> socket.socket:
    """Return a listening socket at *path*; raises UsageError where another process listens there."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        durable.create_folder(path.parent)
        if path.exists():
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                if probe.connect_ex(str(path)) == 0:
                    raise UsageError(f"{path.stem}: its console is shared already: oob console {path.stem} --join")
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        reason = "its path is too long for a socket" if error.errno in (None, errno.ENAMETOOLONG) else error.strerror
        raise UsageError(f"{path}: the console cannot be shared: {reason}") from error
    except UsageError:
        listener.close()
        raise
    return listener
