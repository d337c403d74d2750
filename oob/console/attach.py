"""Finds out which state a console is in while typing as little as possible, and never running what it finds typed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oob.console import phrases
from oob.console.grammar import SILENT, Grammar, State
from oob.console.progress import Progress
from oob.console.screen import decode, last_line, plain
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import ConsoleSilent, PathBusy, StateUnreachable
from oob.transport.autobaud import is_readable

LISTEN = 0.07
UNKNOWN = 1.5  # seconds to listen where a key may stop a boot: a boot loader counts down by the second
MESSAGES_ONLY = 1.0  # seconds of log messages alone after which something is typed all the same
CHATTER = 60.0  # seconds of anything else
TAIL = 2048
FLOODED = 8 * TAIL  # where the last TAIL bytes are nothing but log messages
KEPT = 1 << 16  # bytes that are kept of the output: its beginning and its end
LOOK = 0.12  # seconds, besides the way, for the line to be shown again: a device does that at once or not at all
FAR = 1.5  # round trips that an answer may need
LONGEST_TRIP = 1.0  # seconds: opening takes longer for other reasons
WEAK = 1.0  # seconds of quiet behind what may be a piece of a banner as well as a prompt
LOOKED = 0.1  # seconds for the rest of what the key for that brings
ANSWER = (2.5, 5.0, 7.5)  # 15 s in all: a silent console is reported within 20, and the path has to be opened too
# After a known state a short quiet is enough: the next reader recognises what comes later.
SETTLED = 0.02
STEADY = 0.25  # seconds for which a state shows through log messages before it is believed without a quiet
PATIENT = 600.0  # seconds that a boot may be silent: the deadline ends it before
PAGER_ERASED = re.compile(rb"\x08{6,}( +)\x08{6,}|\r +\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachResult:
    """The state of the console: *state* at first sight, *now* after the line was cleared, and the text left typed."""

    state: State
    now: State
    half_typed: str = ""
    heard: str = ""


def attach(
    stream: Stream,
    grammar: Grammar,
    deadline: Deadline,
    *,
    only_return: bool = False,
    is_known: bool = False,
    trip: float = 0.0,
    say: Callable[[str], None] = lambda text: None,
) -> AttachResult:
    """Listen, then ask the console to show itself; raises ConsoleSilent when it never does.

    Nothing is typed into a boot, a countdown or an installation, and never a key that cancels: what runs on a console
    may be another operator's work. Raises StateUnreachable where a boot does not end in time, PathBusy where a console
    server offers its menu instead of the port. *only_return* types no more than a look and a nudge: for coming back to
    a device that was left in the middle of a command. *is_known* says that the device is of this platform, so that a
    silent one is listened to only briefly where none of its boot loaders is stopped by our keys. A round trip takes
    *trip* seconds at most.
    """
    boot = _Boot(say)
    heard, state = _listen(stream, grammar, deadline, boot, LISTEN if is_known and grammar.data.loaders else UNKNOWN)
    if not state.is_prompt:  # else it is what a command has printed
        _check_not_menu(stream, heard)
    if state.kind == "unknown":
        state = grammar.choice(heard) or state  # which any return would answer
    if state.is_known:
        return AttachResult(state=state, now=state, heard=decode(heard))
    keys = grammar.data.keys
    cancel = (
        keys.kill + keys.cancel
    )  # a command that is not finished is waited for by a line editor: it runs nothing yet
    shown = bytearray()
    for typed, patience in _keys(grammar, LOOK + FAR * min(trip, LONGEST_TRIP), only_return=only_return):
        boot.check_over()
        _check_not_menu(stream, bytes(shown))
        stream.write((cancel if state.kind == "continuation" else typed).encode())
        rest = LOOKED if typed == keys.look else None
        state = settle(stream, grammar, shown, patience, deadline, boot, rest=rest)
        if not state.is_prompt:
            _check_not_menu(stream, bytes(shown))
        if state.kind == "unknown" and (asked := grammar.asked(bytes(shown)) or grammar.learn(bytes(shown))):
            state = asked
        if state.is_known:
            return _found(grammar, heard, bytes(shown), state)
        if half := _half_typed(grammar, bytes(shown)):
            before, text = half
            stream.write((keys.kill + keys.nudge).encode())
            now = settle(stream, grammar, bytearray(), ANSWER[0], deadline, boot)
            return AttachResult(state=before, now=now if now.is_known else before, half_typed=text, heard=decode(heard))
        if deadline.is_over:
            break
    boot.check_over()
    if not shown.strip(b" \r\n\0\x07"):
        raise ConsoleSilent(
            f"the path is open but the device says nothing{_at_speed(stream)} ({len(ANSWER)} attempts to wake it)",
            state=SILENT.name,
        )
    text = decode(plain(bytes(shown[-120:])))
    what = f"unrecognised prompt for {grammar.profile.platform}"
    if not is_readable(bytes(shown)) and (speed := _at_speed(stream)):
        what = f"unreadable{speed}"
    raise ConsoleSilent(f"{what}: {text!r}", state="unknown", read=bytes(shown))


def _at_speed(stream: Stream) -> str:
    """Return the speed of the line and how another one is found; "" where the path does not know a speed."""
    line = stream.transport.line
    return f" at {line.baud} bit/s (another speed: ?baud=auto)" if line else ""


def settle(
    stream: Stream,
    grammar: Grammar,
    shown: bytearray,
    patience: float,
    deadline: Deadline,
    boot: _Boot | None = None,
    *,
    rest: float | None = None,
) -> State:
    """Read into *shown* until its end is a known state that lasts; else return what it is when nothing came in time.

    In time is *patience* seconds after the last progress, or *deadline*. Log messages are not progress, and do not hide
    a state: it is believed once it has shown through them for a while. A device that turns out to boot is waited for
    until *deadline*. Once something has come, *rest* is patience enough.
    """
    boot = boot or _Boot(lambda text: None)
    view = View(grammar, shown)
    while True:
        now = view.state
        boot.see(now)
        if view.is_steady:
            return now
        quiet = (WEAK if now.is_weak else SETTLED) if now.is_known else boot.patience(patience) - view.progress.since()
        chunk = stream.read(min(quiet, deadline.remaining())) if quiet > 0 else b""
        if not chunk or deadline.is_over:
            return now
        view.feed(chunk)
        del shown[KEPT // 2 : -KEPT // 2]
        patience = patience if rest is None else rest


class View:
    """The state that the end of *shown* shows, through messages and the beginning of one, and for how long it has."""

    def __init__(self, grammar: Grammar, shown: bytearray) -> None:
        self.progress = Progress(grammar)
        self._grammar = grammar
        self._shown = shown
        self._since = time.monotonic()
        self._ended = SILENT  # the state at the last line end: what has begun behind it may become a message
        self.state = grammar.classify(bytes(shown[-TAIL:]))

    @property
    def is_steady(self) -> bool:
        """Tell whether a known state has shown for so long that only messages can have come since."""
        lasting = WEAK if self.state.is_weak else STEADY
        return self.state.is_known and time.monotonic() - self._since >= lasting

    def feed(self, chunk: bytes) -> None:
        """Look at the state again with *chunk* behind it."""
        self.progress.feed(chunk)
        self._shown += chunk
        tail = self._tail()
        state = self._grammar.classify(tail)
        if b"\n" in chunk:
            self._ended = self._grammar.classify(tail[: tail.rfind(b"\n") + 1])
        if self._ended.is_known and (not state.is_known or state.text.startswith(self._ended.text.strip())):
            state = self._ended  # what has begun behind it stands in the same line once the messages are out of it
        if (state.kind, state.text) != (self.state.kind, self.state.text):
            self._since = time.monotonic()
        self.state = state

    def _tail(self) -> bytes:
        """Return the end of the output, long enough to hold more than log messages: a flood fills TAIL at once."""
        tail = bytes(self._shown[-TAIL:])
        lines = tail[tail.find(b"\n") + 1 : tail.rfind(b"\n") + 1]
        if len(self._shown) <= TAIL or self._grammar.without_notices(lines).strip():
            return tail
        return bytes(self._shown[-FLOODED:])


class _Boot:
    """Remembers that a boot or an installation has been seen: nothing is typed until the device asks for something."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.text = ""
        self._say = say

    def see(self, state: State) -> None:
        """Note what a *state* says of a boot."""
        if state.is_known:
            self.text = ""
        elif state.kind == "booting":
            if not self.text:
                self._say(f"the device is booting or installing ({state.text[:80]!r}): nothing is typed until it asks")
            self.text = state.text

    def patience(self, seconds: float) -> float:
        """Return how long to wait for the next text, where a device that does not boot would get *seconds*."""
        return PATIENT if self.text else seconds

    def check_over(self) -> None:
        """Raise StateUnreachable where the device is still booting."""
        if self.text:
            raise StateUnreachable(
                f"the device is booting or installing, last text {self.text[-80:]!r}; nothing was typed: "
                "try again later, or watch it with oob console",
                state="booting",
            )


def _keys(grammar: Grammar, look: float, *, only_return: bool) -> Iterator[tuple[str, float]]:
    """Yield the keys to type in turn until the console shows itself, with the seconds to wait for an answer.

    *look* are those for the answer to the key that only shows the line again.
    """
    keys = grammar.data.keys
    if keys.look:  # also on the way back: a return would carry out what another operator has half typed
        yield keys.look, look
    first, *others = ANSWER
    yield keys.nudge if only_return else keys.wake, first
    for patience in others:
        yield keys.nudge, patience


def _check_not_menu(stream: Stream, heard: bytes) -> None:
    """Raise PathBusy where a console server says that the port is in use and shows what can be done about it."""
    if text := phrases.busy_server(decode(plain(heard[-TAIL:]))):
        path = stream.transport.path
        raise PathBusy(f"the console server says: {text}", path=path, holder=text)


def _listen(stream: Stream, grammar: Grammar, deadline: Deadline, boot: _Boot, silent: float) -> tuple[bytes, State]:
    """Return what the device says on its own within *silent* seconds, and the state that it ends in.

    The device may finish, unless all that it prints is log messages, or it goes on for ever without being a boot.
    """
    heard = bytearray()
    view = View(grammar, heard)
    started, silence = time.monotonic(), view.progress.at
    quiet = silent
    while chunk := stream.read(min(quiet, deadline.remaining())):
        # Looking at each byte of a long banner would take a busy machine longer than the line.
        view.feed(chunk + stream.drain())
        del heard[KEPT // 2 : -KEPT // 2]
        boot.see(view.state)
        is_endless = view.progress.since() > min(silent, MESSAGES_ONLY) or time.monotonic() - started > CHATTER
        if view.is_steady or (is_endless and not boot.text) or deadline.is_over:
            break
        patience = boot.patience(silent if view.progress.at == silence else UNKNOWN)  # messages alone say nothing
        quiet = (WEAK if view.state.is_weak else LISTEN) if view.state.is_known else patience
    return bytes(heard), view.state


def _half_typed(grammar: Grammar, shown: bytes) -> tuple[State, str] | None:
    """Return the prompt on the last line and the text left typed behind it; None where there is no such line."""
    line = plain(last_line(grammar.without_notices(shown)))
    rest, has_prompt = grammar.without_prompt(line)
    state = grammar.prompt(line[: len(line) - len(rest)]) if has_prompt and rest.strip() else None
    return (state, decode(rest.strip())) if state and not state.is_weak else None


def _found(grammar: Grammar, heard: bytes, shown: bytes, now: State) -> AttachResult:
    """Return the state before our keys: the first prompt that the device showed again, with what stood behind it.

    Where the keys led to a login, what came before it is a banner.
    """
    if not now.is_prompt:
        return AttachResult(state=now, now=now, heard=decode(heard))
    cleaned = grammar.notices.clean(shown).text
    if grammar.data.pager and PAGER_ERASED.match(cleaned.lstrip(b"\r\n")):
        pager = State(name="pager", kind="pager")
        return AttachResult(state=pager, now=now, heard=decode(heard))
    for line in plain(cleaned).split(b"\n"):
        rest, has_prompt = grammar.without_prompt(line)
        if not has_prompt:
            continue
        state = grammar.prompt(line[: len(line) - len(rest)]) or now
        return AttachResult(state=state, now=now, half_typed=decode(rest.strip()), heard=decode(heard))
    return AttachResult(state=now, now=now, heard=decode(heard))
