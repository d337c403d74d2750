"""A guest at a shared console: reads its transcript, and types while the owner has handed the keyboard over."""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from oob.cli.interact import CHUNK, Act, Tilde, lines_of, write_all
from oob.cli.share import LONGEST, Messages
from oob.errors import PathLost, UsageError
from oob.growing import GrowingFile
from oob.printable import one_line

LOOK = 200  # milliseconds between two looks at the transcript
FIRST = 8000  # characters of the earlier output
CONTINUED = "continued in "
ACTS: Mapping[bytes, Act] = {b"a": "ask", b"g": "give"}
HELP = """\
~a  ask for the keyboard
~g  give it back
~b  send a BREAK, while you type
~.  leave; the console stays open
~~  send one tilde
A tilde counts only as the first key of a line."""


class Recording:
    """A transcript that grows, secrets masked."""

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)

    def more(self) -> str:
        """Return the output since the last call."""
        return "".join(self._texts())

    def skip(self) -> None:
        """Leave out the output so far."""
        self.more()

    def _texts(self) -> Iterator[str]:
        try:
            lines = self._file.lines()
        except OSError:
            return
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if not isinstance(found, list) or len(found) != 3:
                continue
            if found[1] == "o":
                yield str(found[2])
            elif found[1] == "m" and str(found[2]).startswith(CONTINUED):
                self._file = GrowingFile(self._file.path.parent / Path(str(found[2]).removeprefix(CONTINUED)).name)
                yield from self._texts()
                return


class JoinedConsole:
    """Joins a terminal and a shared console until the guest leaves or the console ends."""

    def __init__(self, path: Path, name: str, keyboard: int, screen: int) -> None:
        self._device = path.stem
        self._keyboard = keyboard
        self._screen = screen
        self._tilde = Tilde(ACTS)
        self._messages = Messages()
        self._recording: Recording | None = None
        self._is_writer = False
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connection.connect(str(path))
        except OSError as error:
            self._connection.close()
            raise UsageError(f"{path.stem}: its console is not shared (oob console {path.stem} --share)") from error
        self._send(name=name)

    def run(self) -> None:
        """Follow the console; raises PathLost where it ends before the guest leaves."""
        waiter = select.poll()
        waiter.register(self._keyboard, select.POLLIN)
        waiter.register(self._connection, select.POLLIN)
        with self._connection:
            while True:
                ready = dict(waiter.poll(LOOK))
                if self._connection.fileno() in ready and not self._hear():
                    raise PathLost(f"{self._device}: the shared console has ended")
                if self._recording and not self._is_writer:
                    self._show(self._recording.more())
                if self._keyboard in ready and not self._type():
                    return

    def _hear(self) -> bool:
        try:
            data = self._connection.recv(LONGEST)
        except OSError:
            data = b""
        for message in self._messages.feed(data):
            self._follow(message)
        return bool(data)

    def _follow(self, message: dict[str, Any]) -> None:
        if "transcript" in message:
            self._recording = Recording(Path(str(message["transcript"])))
            self._say(f"oob: {self._device}, shared by {message['owner']}; ~a asks for the keyboard, ~? lists the keys")
            self._show(self._recording.more()[-FIRST:])
        if "writes" in message:
            self._is_writer = bool(message["writes"])
            if self._is_writer:
                self._say("oob: you type now; ~g gives the keyboard back")
            elif self._recording:
                self._recording.skip()  # it was on the screen already
        if "data" in message and self._is_writer:
            write_all(self._screen, str(message["data"]).encode("latin-1", "replace"))
        if "say" in message:
            self._say(f"oob: {one_line(str(message['say']))}")

    def _type(self) -> bool:
        """Pass keys on while the keyboard is the guest's; False when the guest leaves."""
        try:
            keys = os.read(self._keyboard, CHUNK)
        except OSError:
            keys = b""
        if not keys:
            return False
        for key in self._tilde.feed(keys):
            if key.act == "leave":
                return False
            if key.act == "help":
                self._say(HELP)
            elif key.act == "ask":
                self._send(ask=True)
            elif self._is_writer and key.act == "send":
                self._send(keys=key.data.decode("latin-1"))
            elif self._is_writer:
                self._send(**{key.act: True})
        return True

    def _send(self, **message: object) -> None:
        with suppress(OSError):  # an end that has gone is said where it is read
            self._connection.sendall(Messages.encoded(**message))

    def _show(self, text: str) -> None:
        write_all(self._screen, text.encode("utf-8", "replace"))

    def _say(self, text: str) -> None:
        write_all(self._screen, lines_of(text))
