"""A device in a few lines, for conversations that are written down to the byte; reads hand out chunks of a chosen size.

It behaves like a terminal line: what is typed behind a command is echoed when the command is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from oob.errors import BreakUnsupported, LineUnsupported, PathLost
from oob.transport.base import LineSettings

Reply = bytes | Callable[["ScriptedDevice", str], bytes]


class ScriptedDevice:
    """A transport whose far end is a script: *replies* maps a line to what it prints, *prompt* follows each."""

    path = "scripted://"
    line: LineSettings | None = None

    def __init__(
        self,
        replies: dict[str, Reply] | None = None,
        *,
        prompt: bytes = b"edge1#",
        chunk: int = 65536,
        typed: bytes = b"",
        shown: bytes = b"",
        mode: str = "exec",
    ) -> None:
        self.replies = replies or {}
        self.prompt = prompt
        self.chunk = chunk
        self.typed = bytearray(typed)
        self.out = bytearray(shown)
        self.mode = mode
        self.executed: list[str] = []
        self.keys: list[bytes] = []
        self.written = bytearray()
        self.die_after: int | None = None
        self.echo_hook: Callable[[bytes], bytes] = lambda echoed: echoed
        self.knows_marks = True
        self.is_closed = False
        self.reads = 0

    # --- the transport's side

    def read(self, max_bytes: int, timeout: float) -> bytes:
        self.reads += 1
        if self.die_after is not None and self.die_after <= 0:
            raise PathLost("the line was cut")
        data = bytes(self.out[: min(self.chunk, max_bytes)])
        if self.die_after is not None:
            data = data[: self.die_after]
            self.die_after -= len(data)
        del self.out[: len(data)]
        return data

    def write(self, data: bytes, timeout: float) -> None:
        self.written += data
        for byte in data:
            self._key(bytes([byte]))

    def send_break(self, seconds: float = 0.25) -> None:
        raise BreakUnsupported("a script has no BREAK")

    def set_line(self, settings: LineSettings) -> None:
        raise LineUnsupported("a script has no line")

    def close(self) -> None:
        self.is_closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- the device's side

    def _key(self, key: bytes) -> None:
        if self.mode == "pager":
            self.mode = "exec"
            self.say(b"\b" * 9 + b" " * 9 + b"\b" * 9)
            self.say(b"\r\n" + self.prompt if key != b" " else b"more\r\n" + self.prompt)
            return
        if self.mode == "confirm":
            self.mode = "exec"
            self.executed.append("confirmed" if key in b"yY\r" else "declined")
            self.say(b"\r\n" + self.prompt)
            return
        if self.mode in {"login", "password"}:
            self._credential(key)
            return
        if self.mode == "press-return":
            if key == b"\r":
                self.mode = "login"
                self.say(b"\r\n\r\nUser Access Verification\r\n\r\nUsername: ")
            return
        self._edit(key)

    def _edit(self, key: bytes) -> None:
        if key == b"\r":
            line = self.typed.decode()
            self.typed.clear()
            self.say(b"\r\n")
            self._execute(line)
        elif key == b"\x15":
            self.say(b"\b \b" * len(self.typed))
            self.typed.clear()
        elif key == b"\x03":
            self.typed.clear()
            self.say(b"\r\n" + self.prompt)
        elif key == b"\x12":
            self.say(b"\r\n" + self.prompt + bytes(self.typed))
        elif key == b"\b":
            if self.typed and self.knows_marks:
                del self.typed[-1:]
                self.say(b"\b \b")
        else:
            self.typed += key
            self.say(self.echo_hook(key))

    def _execute(self, line: str) -> None:
        command = line.strip()
        if command:
            self.executed.append(command)
        reply = self.replies.get(command, b"" if not command else b"% Invalid input detected at '^' marker.\r\n\r\n")
        text = reply(self, command) if callable(reply) else reply
        self.say(text)
        if self.mode == "exec":
            self.say(self.prompt)

    def _credential(self, key: bytes) -> None:
        if key in (b"\x12", b"\x03", b"\x15"):
            self.typed.clear()
            return
        if key != b"\r":
            self.typed += key
            if self.mode == "login":
                self.say(key)
            return
        line, self.typed = self.typed.decode(), bytearray()
        if self.mode == "login":
            self.mode = "password" if line else "login"
            self.say(b"\r\nPassword: " if line else b"\r\nUsername: ")
        else:
            self.keys.append(line.encode())
            is_right = line == "s3cret-word"
            self.mode = "exec" if is_right else "login"
            self.say(b"\r\n" + self.prompt if is_right else b"\r\n% Login invalid\r\n\r\nUsername: ")

    def say(self, data: bytes) -> None:
        self.out += data


def crlf(lines: Iterable[str]) -> bytes:
    """Return *lines* as a device prints them."""
    return b"".join(line.encode() + b"\r\n" for line in lines)
