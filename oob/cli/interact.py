"""A person on a console: the terminal raw, every byte through and on the transcript, commands behind a tilde."""

from __future__ import annotations

import os
import select
import signal
import termios
import threading
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING, Literal

from oob.console import phrases
from oob.console.stream import Tape
from oob.errors import BreakUnsupported, Interrupted, OobError, WriteStalled
from oob.secret.entry import HiddenEntry
from oob.transport.base import Transport

if TYPE_CHECKING:
    from oob.cli.share import SharedConsole

CHUNK = 4096
WRITE_TIMEOUT = 30.0
LONGEST_WAIT = 86_400.0
JOIN_TIMEOUT = 2.0
RECENT = 4096  # bytes from the end of the output, which show the state that the console is left in
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

HELP = """\
~.  leave the console
~b  send a BREAK
~~  send one tilde
~?  show this
A tilde counts only as the first key of a line."""

SHARED_HELP = """
~y  give the keyboard to the guest who asks for it
~n  keep it
~t  recall it"""

Act = Literal["send", "break", "leave", "help", "ask", "give", "keep", "take"]
SHARE: Mapping[bytes, Act] = {b"y": "give", b"n": "keep", b"t": "take"}


@dataclass(frozen=True, slots=True)
class EscapeKey:
    """Something that was typed: bytes to *send*, or an act of ours."""

    act: Act
    data: bytes = b""


class Tilde:
    """Tells keys for the device from keys for us, however the keys come in pieces."""

    def __init__(self, more: Mapping[bytes, Act] = MappingProxyType({})) -> None:
        self._acts: dict[bytes, Act] = {b".": "leave", b"b": "break", b"B": "break", b"?": "help", **more}
        self._at_start = True
        self._has_tilde = False

    def feed(self, data: bytes) -> Iterator[EscapeKey]:
        """Give what *data* means, in order; a tilde at the end is kept until the next key is known."""
        plain = bytearray()
        for number in data:
            byte = bytes((number,))
            if self._has_tilde:
                self._has_tilde = False
                if act := self._acts.get(byte):
                    if plain:
                        yield EscapeKey("send", bytes(plain))
                        plain.clear()
                    yield EscapeKey(act)
                    self._at_start = True
                    continue
                plain += b"~" if byte == b"~" else b"~" + byte
            elif byte == b"~" and self._at_start:
                self._has_tilde = True
                continue
            else:
                plain += byte
            self._at_start = byte in b"\r\n"
        if plain:
            yield EscapeKey("send", bytes(plain))


class Interaction:
    """Joins a terminal and a transport until one of them ends or the person leaves.

    *recent* is the end of the output. *learn* is called with each password that was typed where one was asked for.
    *shared* is set where guests follow.
    """

    def __init__(
        self,
        transport: Transport,
        tape: Tape | None,
        keyboard: int,
        screen: int,
        *,
        learn: Callable[[str], None] = lambda secret: None,
        is_shared: bool = False,
    ) -> None:
        self._transport = transport
        self._tape = tape
        self._keyboard = keyboard
        self._screen = screen
        self._tilde = Tilde(SHARE if is_shared else {})
        self.shared: SharedConsole | None = None
        self._learn = learn
        self._entry = HiddenEntry(self._learn_secret)
        self.recent = b""
        self._taping = threading.Lock()
        self._ended_read, self._ended_write = os.pipe()
        self._failure: OobError | None = None

    def run(self) -> None:
        """Let the person work; raises PathLost (or what else the path says) when it ends under them."""
        reader = threading.Thread(target=self._show, name="console", daemon=True)
        reader.start()
        try:
            has_left = self._type()
        finally:
            self._transport.close()
            reader.join(JOIN_TIMEOUT)  # it may be stuck in a terminal that takes nothing any more
            if not reader.is_alive():
                os.close(self._ended_read)
                os.close(self._ended_write)
                self._typed(self._entry.finish())
        if self._failure and not has_left:
            raise self._failure

    def _show(self) -> None:
        """Bring what the device says to the screen, until the path or the screen ends."""
        try:
            while True:
                data = self._transport.read(CHUNK, LONGEST_WAIT)
                self._received(data)
                write_all(self._screen, data)
        except OobError as error:
            self._failure = error
        except OSError:
            self._failure = Interrupted("the terminal has gone")
        finally:
            os.write(self._ended_write, b"x")

    def _received(self, data: bytes) -> None:
        self.recent = (self.recent + data)[-RECENT:]
        with self._taping:
            self._typed(self._entry.received(data))
            self._record(lambda tape: tape.received(data))
        if self.shared:
            self.shared.show(data)

    def _learn_secret(self, text: str, asked: str) -> None:
        """Learn a line that was not echoed where a password was asked for: another one may be a command."""
        if phrases.asks_secret(asked.rstrip("\r")):
            self._learn(text)

    def _type(self) -> bool:
        """Bring keys to the device; True when the person leaves, False when the other side has ended."""
        waiter = select.poll()
        waiter.register(self._keyboard, select.POLLIN)
        waiter.register(self._ended_read, select.POLLIN)
        while True:
            if self._ended_read in dict(waiter.poll()):
                return False
            try:
                keys = os.read(self._keyboard, CHUNK)
            except OSError:
                keys = b""  # a terminal that was hung up
            if not keys:
                return True
            for key in self._tilde.feed(keys):
                if key.act == "leave":
                    return True
                self._do(key)

    def _do(self, key: EscapeKey) -> None:
        if key.act == "help":
            self.say(HELP + (SHARED_HELP if self.shared else ""))
        elif self.shared and key.act in ("give", "keep", "take"):
            {"give": self.shared.give, "keep": self.shared.keep, "take": self.shared.take}[key.act]()
        elif self.shared and self.shared.is_given:
            self.shared.remind()
        elif key.act == "break":
            self.send_break()
        else:
            self.send(key.data)

    def send(self, data: bytes) -> None:
        """Send the keys of the person who has the keyboard."""
        with self._taping:
            self._typed(self._entry.typed(data))
        try:
            self._transport.write(data, WRITE_TIMEOUT)
        except WriteStalled as error:
            self.say(str(error))

    def _typed(self, shown: bytes) -> None:
        """Write down those typed keys that the device has echoed."""
        if shown:
            self._record(lambda tape: tape.sent(shown))

    def send_break(self) -> None:
        """Send a BREAK, and say where the path cannot carry one."""
        try:
            self._transport.send_break()
        except BreakUnsupported as error:
            self.say(str(error))
            return
        with self._taping:
            self._record(lambda tape: tape.mark("BREAK"))
        self.say("BREAK sent")

    def _record(self, write: Callable[[Tape], None]) -> None:
        """Write on the transcript; a full disk ends the transcript and not the session."""
        if self._tape is None:
            return
        try:
            write(self._tape)
        except OSError as error:
            self._tape = None
            self.say(f"the transcript ends here: {error.strerror}")

    def announce(self, text: str) -> None:
        """Show *text*, mark it on the transcript, and forget the output so far: the console may be another one now."""
        self.recent = b""
        self._mark(text)
        self.say(text)

    def tell(self, text: str) -> None:
        """Show *text* of those who share the console, and mark it on the transcript."""
        self._mark(text)
        self.say(f"oob: {text}")

    def _mark(self, text: str) -> None:
        with self._taping:
            self._record(lambda tape: tape.mark(text))

    def say(self, text: str) -> None:
        """Show *text* on lines of its own."""
        write_all(self._screen, lines_of(text))


@contextmanager
def raw(terminal: int) -> Iterator[None]:
    """Make *terminal* raw for the block; it is as it was afterwards, also when a signal ends the process."""

    def end(number: int, frame: FrameType | None) -> None:
        for each in handlers:
            signal.signal(each, signal.SIG_IGN)  # a second one must not interrupt the tidying up
        raise Interrupted(f"ended by {signal.Signals(number).name}")

    before = termios.tcgetattr(terminal)
    handlers = {number: signal.signal(number, end) for number in ENDING}
    try:
        tty.setraw(terminal)
        yield
    finally:
        with suppress(termios.error):  # the terminal may be what has gone
            # Keys for the device that are not sent yet must not become commands of the shell. Nothing here
            # waits for output to drain: a terminal that takes none would keep a killed process alive.
            termios.tcflush(terminal, termios.TCIFLUSH)
            termios.tcsetattr(terminal, termios.TCSANOW, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def lines_of(text: str) -> bytes:
    """Return *text* on lines of its own, for a raw terminal."""
    return "".join(["\r\n", *(f"{line}\r\n" for line in text.splitlines())]).encode()


def write_all(descriptor: int, data: bytes) -> None:
    """Write *data* to the terminal."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
