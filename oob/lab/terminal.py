"""The console as the device has it: receive buffer, echo, editor, pager, messages that break in.

A platform gives `start` a dialog and the terminal runs it. A half-typed line, a pager, a mode and a login are the state
of that dialog, so they outlive the connection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oob.lab.clock import ScheduledCall, Scheduler
from oob.lab.dialog import IDLE, RETURN, Act, Ask, AskKey, Dialog, InterruptPressed, Say, TypedLine, Wait
from oob.lab.editor import LineEditor

CHUNK = 64  # bytes written before looking at the line again; what breaks in, breaks in here
SLACK = 0.02  # seconds of output the line may hold before the device waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalPager:
    """The pager of long output: *prompt* gets the part shown so far (0 to 1); *erase* removes it again.

    A key outside *page*, *line* and *quit* does nothing; a *quit* of None is every other key.
    """

    prompt: Callable[[float], str] = lambda _: " --More-- "
    erase: str = "\b" * 9 + " " * 8 + "\b" * 9
    page: str = " "
    line: str = "\r\n"
    quit: str | None = None


class Terminal:
    """Runs a dialog against bytes in and bytes out. *send* returns the seconds that the line is behind."""

    def __init__(self, clock: Scheduler, send: Callable[[bytes], float]) -> None:
        self.length = 24
        self.width = 80
        self.scrolls = True  # a line longer than the width slides left behind a `$`
        self.pager = TerminalPager()
        self.receive_buffer = 4096
        self.swallow_lf = True  # an LF right after a CR is part of it
        self.interrupt = ""
        self.synchronous = False  # messages wait for the end of the output and bring the prompt back
        self.authorization_delay = 0.0  # seconds for which a server is asked about each command before it runs
        self.chunk_seconds = 0.0  # what the device needs to make each chunk of output
        self.overruns = 0
        self.on_line: Callable[[str], None] = lambda _: None
        self._clock = clock
        self._send = send
        self._dialog: Dialog[None] | None = None
        self._act: Act | None = None
        self._editor: LineEditor | None = None
        self._unauthorized: TypedLine | None = None
        self._received = bytearray()
        self._after_cr = False
        self._output = ""
        self._chunks = 0
        self._page = _Page()
        self._held: list[str] = []
        self._traps: list[_Trap] = []
        self._column = 0
        self._blocked: ScheduledCall | None = None
        self._blocked_until = 0.0
        self._idle: ScheduledCall | None = None
        self._pumping = False

    # --- what the router does with it

    def start(self, dialog: Dialog[None]) -> None:
        """Run *dialog* from its beginning; what ran before is dropped."""
        self.stop()
        self._dialog = dialog
        self._pump()

    def stop(self) -> None:
        """Go dead: nothing is read, echoed or printed until `start`."""
        for timer in (self._blocked, self._idle):
            if timer is not None:
                timer.cancel()
        self._blocked = self._idle = self._editor = self._act = None
        dialog, self._dialog = self._dialog, None
        if dialog is not None and not self._pumping:
            dialog.close()
        self._received.clear()
        self._unauthorized = None
        self._held.clear()
        self._output = ""
        self._page = _Page()

    def receive(self, data: bytes) -> None:
        """Take bytes from the line; what does not fit into the receive buffer while the device is busy is lost."""
        while data and self._dialog is not None:
            data = self._broken_in(data)
            room = max(0, self.receive_buffer - len(self._received))
            self._received += data[:room]
            data = data[room:]
            before = len(self._received)
            self._pump()
            if len(self._received) == before:
                self.overruns += len(data)
                return

    def interject(self, text: str) -> None:
        """Print a message of another process, wherever the cursor happens to be."""
        if self._dialog is None:
            return
        reading = isinstance(self._act, Ask) and not self._act.quiet and not self._output and not self._unauthorized
        if self.synchronous and not reading:
            self._held.append(text)
            return
        self._break_line(text)
        if self.synchronous and self._editor is not None:
            self._write(self._editor.redraw())

    def at_output(self, count: int, act: Callable[[], None]) -> None:
        """Call *act* when *count* more bytes have been written."""
        self._traps.append(_Trap(count, act))

    @property
    def is_reading(self) -> bool:
        """Tell whether the device waits for input."""
        return isinstance(self._act, Ask | AskKey) and not self._output and self._blocked is None

    # --- the one loop

    def _pump(self) -> None:
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._dialog is not None and self._blocked is None and self._go_on():
                pass
        finally:
            self._pumping = False

    def _go_on(self) -> bool:
        """Do the next step; return False when only a byte or a timer can continue."""
        if self._unauthorized is not None:
            typed, self._unauthorized = self._unauthorized, None
            self._advance(typed)
            return True
        if self._page.is_waiting:
            return self._read_pager()
        if self._output:
            self._write_chunk()
            return True
        if isinstance(self._act, Ask | AskKey):
            return self._read_key()
        self._advance(None)
        return True

    def _advance(self, answer: object) -> None:
        """Give *answer* to the dialog and begin the next thing that it asks for."""
        dialog = self._dialog
        assert dialog is not None
        self._act = None
        try:
            act = dialog.throw(answer) if isinstance(answer, InterruptPressed) else dialog.send(answer)
        except StopIteration:
            if self._dialog is dialog:
                self._dialog = None
            return
        if self._dialog is not dialog:  # the dialog powered its own router off, or restarted it
            dialog.close()
            return
        self._act = act
        if isinstance(act, Wait):
            self._block(act.seconds)
        elif isinstance(act, Say):
            self._output = "" if act.paged and self._page.is_quit else act.text
            self._page.begin(act)
        else:
            self._begin_reading(act)

    def _begin_reading(self, act: Ask | AskKey) -> None:
        self._page = _Page()
        for text in self._held:
            self._break_line(text)
        self._held.clear()
        self._editor = LineEditor(act, self.width if self.scrolls else 0) if isinstance(act, Ask) else None
        self._write(act.prompt)
        self._watch_idle()

    # --- writing

    def _write_chunk(self) -> None:
        self._chunks += 1
        chunk = self._output[: CHUNK // 2 + self._chunks * 29 % CHUNK]  # messages tear each output elsewhere
        act = self._act
        if isinstance(act, Say) and act.paged and self.length > 0:
            chunk = self._page.fits(chunk, self.length, self.width)
        self._output = self._output[len(chunk) :]
        if self._output and self._page.is_full(self.length):
            self._page.is_waiting = True
            chunk += self.pager.prompt(self._page.part(len(self._output)))
        self._write(chunk)
        if self.chunk_seconds and self._blocked is None:
            self._block(self.chunk_seconds)

    def _write(self, text: str) -> None:
        data = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("latin-1", "replace")
        if not data:
            return
        behind = 0.0
        while self._traps and data:
            first = min(self._traps, key=lambda trap: trap.left)
            if first.left > len(data):
                break
            piece, data = data[: first.left], data[first.left :]
            self._traps.remove(first)
            behind = self._emit(piece) if piece else behind
            first.act()
        behind = self._emit(data) if data else behind
        if behind > SLACK:
            self._block(behind - SLACK)

    def _emit(self, data: bytes) -> float:
        for trap in self._traps:
            trap.left -= len(data)
        tail = data.rpartition(b"\n")[2].rpartition(b"\r")[2]
        self._column = max(0, (self._column if tail == data else 0) + len(tail) - 2 * tail.count(b"\b"))
        return self._send(data)

    def _break_line(self, text: str) -> None:
        self._write(("\n" if self._column else "") + text + "\n")

    # --- reading

    def _read_key(self) -> bool:
        key = self._take()
        if not key:
            return bool(self._received)
        self._watch_idle()
        if self._editor is None:
            self._idle_off()
            self._advance(key)
            return True
        self._write(self._editor.press(key))
        if self._editor.done is not None:
            self._ended(self._editor.done)
        return True

    def _ended(self, typed: TypedLine) -> None:
        echo = self._editor is not None and self._editor.ask.echo
        is_command = self._editor is not None and self._editor.ask.keys is not None
        self._editor = None
        self._idle_off()
        dialog = self._dialog
        if echo and typed.key == RETURN:
            self.on_line(typed.text)
        if self._dialog is not dialog or dialog is None:  # a listener may have switched the power off
            return
        if is_command and typed.key == RETURN and typed.text.strip() and self.authorization_delay:
            self._unauthorized = typed
            self._block(self.authorization_delay)
        else:
            self._advance(typed)

    def _take(self) -> str:
        """Take one key out of the receive buffer; "" without one or when it was half of a line end."""
        if not self._received:
            return ""
        key = chr(self._received.pop(0))
        after_cr, self._after_cr = self._after_cr, key == "\r"
        if key == "\n":
            return "" if after_cr and self.swallow_lf else RETURN
        return key if key != "\0" else ""

    def _read_pager(self) -> bool:
        key = self._take()
        if not key:
            return bool(self._received)
        pager = self.pager
        known = key in pager.page or key in pager.line
        if not known and pager.quit is not None and key not in pager.quit:
            return True
        self._page.is_waiting = False
        self._write(pager.erase)
        if known:
            self._page.go_on(self.length if key in pager.page else 1, self.length)
        else:
            self._page.is_quit = True
            self._output = ""
        return True

    def _broken_in(self, data: bytes) -> bytes:
        """Interrupt a breakable request at the interrupt key; return the remaining bytes."""
        act = self._act if self._unauthorized is None else None
        if not (isinstance(act, Say | Wait) and act.breakable) or self._page.is_waiting:
            return data
        for index, byte in enumerate(data):
            if chr(byte) in self.interrupt:
                self._unblock_now()
                self._output = ""
                self._advance(InterruptPressed())
                return data[index + 1 :]
        return data

    # --- time

    def _block(self, seconds: float) -> None:
        """Do nothing for *seconds*; a message printed meanwhile never shortens a longer wait."""
        until = self._clock.now() + seconds
        if self._blocked is not None:
            self._blocked.cancel()
            until = max(until, self._blocked_until)
        self._blocked_until = until
        self._blocked = self._clock.call_later(until - self._clock.now(), self._unblock)

    def _unblock(self) -> None:
        self._blocked = None
        self._pump()

    def _unblock_now(self) -> None:
        if self._blocked is not None:
            self._blocked.cancel()
            self._blocked = None

    def _watch_idle(self) -> None:
        self._idle_off()
        act = self._act
        if isinstance(act, Ask | AskKey) and act.idle:
            self._idle = self._clock.call_later(act.idle, self._idled)

    def _idle_off(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _idled(self) -> None:
        self._idle = None
        act, self._editor = self._act, None
        self._advance(TypedLine(text="", key=IDLE) if isinstance(act, Ask) else IDLE)
        self._pump()


class _Trap:
    def __init__(self, left: int, act: Callable[[], None]) -> None:
        self.left = left
        self.act = act


class _Page:
    """The part of a screen that is filled since the last key."""

    def __init__(self) -> None:
        self.is_waiting = False
        self.is_quit = False
        self._lines = 0
        self._column = 0
        self._total = 0

    def begin(self, act: Say) -> None:
        self._total = len(act.text)

    def fits(self, text: str, length: int, width: int) -> str:
        """Return as much of *text* as still fits the screen, counting its lines."""
        for index, character in enumerate(text):
            self._column += 1
            if character == "\n" or (width and self._column > width):
                self._lines += 1
                self._column = 0 if character == "\n" else 1
                if self.is_full(length):
                    return text[: index + (character == "\n")] or text[:1]
        return text

    def is_full(self, length: int) -> bool:
        return length > 0 and self._lines >= length - 1

    def part(self, left: int) -> float:
        return 1 - left / self._total if self._total else 1.0

    def go_on(self, lines: int, length: int) -> None:
        self._lines = max(0, length - 1 - lines) if lines < length else 0
