"""Finds out which state a console is in while typing as little as possible, and never running what it finds typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oob.console import phrases
from oob.console.grammar import SILENT, Grammar, State
from oob.console.screen import decode, last_line, plain
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import ConsoleSilent, PathBusy, StateUnreachable

LISTEN = 0.07
UNKNOWN = 1.5  # seconds to listen where nothing is known: a boot loader counts down by the second
TAIL = 2048
LOOK = 0.5  # seconds for the line to be shown again, which a device does at once or not at all
WEAK = 1.0  # seconds of quiet behind what may be a piece of a banner as well as a prompt
ANSWER = (2.5, 5.0, 7.5)  # 15 s in all: what is silent is said to be within 20, and the path has to be opened too
# After a known state a short quiet is enough: what comes later is known again by whoever reads next.
SETTLED = 0.02
PATIENT = 600.0  # seconds that a boot may be silent: the deadline ends it before
PAGER_ERASED = re.compile(rb"\x08{6,}( +)\x08{6,}|\r +\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was on the console: *state* at first sight, *now* after the line was cleared, and what was left typed."""

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
    say: Callable[[str], None] = lambda text: None,
) -> Found:
    """Listen, then ask the console to show itself; raises ConsoleSilent when it never does.

    Nothing is typed into a boot, a countdown or an installation, and never a key that cancels: what runs on a console
    may be somebody's work. Raises StateUnreachable where a boot does not end in time, PathBusy where a console server
    offers its menu instead of the port. *only_return* types no more than a look and a nudge: for coming back to a
    device that was left in the middle of a command.
    """
    boot = _Boot(say)
    heard = _listen(stream, grammar, deadline, boot)
    _check_not_menu(stream, heard)
    state = grammar.classify(heard[-TAIL:])
    if state.is_known:
        return Found(state=state, now=state, heard=decode(heard))
    keys = grammar.data.keys
    cancel = (
        keys.kill + keys.cancel
    )  # a command that is not finished is waited for by a line editor: it runs nothing yet
    shown = bytearray()
    for typed, patience in _keys(grammar, only_return=only_return):
        boot.check_over()
        _check_not_menu(stream, bytes(shown))
        stream.write((cancel if state.kind == "continuation" else typed).encode())
        state = settle(stream, grammar, shown, patience, deadline, boot)
        if state.kind == "unknown" and (asked := grammar.question(bytes(shown)) or grammar.learn(bytes(shown))):
            state = asked
        if state.is_known:
            return _found(grammar, heard, bytes(shown), state)
        if half := _half_typed(grammar, bytes(shown)):
            before, text = half
            stream.write((keys.kill + keys.nudge).encode())
            now = settle(stream, grammar, bytearray(), ANSWER[0], deadline, boot)
            return Found(state=before, now=now if now.is_known else before, half_typed=text, heard=decode(heard))
        if deadline.is_over:
            break
    boot.check_over()
    if not shown.strip():
        raise ConsoleSilent(
            f"the path is open but the device says nothing ({len(ANSWER)} attempts to wake it)", state=SILENT.name
        )
    raise ConsoleSilent(
        f"unrecognised prompt for {grammar.profile.platform}: {decode(plain(bytes(shown[-120:])))!r}",
        state="unknown",
        read=bytes(shown),
    )


def settle(
    stream: Stream, grammar: Grammar, shown: bytearray, patience: float, deadline: Deadline, boot: _Boot | None = None
) -> State:
    """Read into *shown* until its end is a known state and the line is quiet, or nothing came for *patience*.

    A device that turns out to boot is waited for until *deadline*.
    """
    boot = boot or _Boot(lambda text: None)
    while True:
        now = grammar.classify(bytes(shown[-TAIL:]))
        boot.see(now)
        quiet = (WEAK if now.is_weak else SETTLED) if now.is_known else boot.patience(patience)
        chunk = stream.read(min(quiet, deadline.remaining()))
        if not chunk:
            return now
        shown += chunk


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


def _keys(grammar: Grammar, *, only_return: bool) -> Iterator[tuple[str, float]]:
    """Yield what is typed in turn until the console shows itself, with the seconds to wait for an answer."""
    keys = grammar.data.keys
    if keys.look:  # also on the way back: a return would carry out what another operator has half typed
        yield keys.look, LOOK
    first, *others = ANSWER
    yield keys.nudge if only_return else keys.wake, first
    for patience in others:
        yield keys.nudge, patience


def _check_not_menu(stream: Stream, heard: bytes) -> None:
    """Raise PathBusy where a console server says that the port is in use and shows what can be done about it."""
    if text := phrases.busy_server(decode(plain(heard[-TAIL:]))):
        path = stream.transport.path
        raise PathBusy(f"the console server says: {text}", path=path, holder=text)


def _listen(stream: Stream, grammar: Grammar, deadline: Deadline, boot: _Boot) -> bytes:
    """Return what the device is saying on its own; a device in the middle of its words is let finish."""
    unknown = max(UNKNOWN, grammar.data.listen)
    heard = bytearray(stream.read(min(unknown, deadline.remaining())))
    while heard and not deadline.is_over:
        heard += stream.drain()  # looking at each byte of a long banner would take a busy machine longer than the line
        state = grammar.classify(bytes(heard[-TAIL:]))
        boot.see(state)
        quiet = (WEAK if state.is_weak else LISTEN) if state.is_known else boot.patience(unknown)
        chunk = stream.read(min(quiet, deadline.remaining()))
        if not chunk:
            break
        heard += chunk
    return bytes(heard)


def _half_typed(grammar: Grammar, shown: bytes) -> tuple[State, str] | None:
    """Return the prompt on the last line and what was left typed behind it; None where there is no such line."""
    line = plain(last_line(grammar.without_notices(shown)))
    rest, has_prompt = grammar.without_prompt(line)
    state = grammar.prompt(line[: len(line) - len(rest)]) if has_prompt and rest.strip() else None
    return (state, decode(rest.strip())) if state and not state.is_weak else None


def _found(grammar: Grammar, heard: bytes, shown: bytes, now: State) -> Found:
    """Tell what was there before our keys: the first prompt that the device showed again, with what stood behind it.

    Where the keys led to a login, what came before it is a banner.
    """
    if not now.is_prompt:
        return Found(state=now, now=now, heard=decode(heard))
    cleaned = grammar.notices.clean(shown).text
    if grammar.data.pager and PAGER_ERASED.match(cleaned.lstrip(b"\r\n")):
        pager = State(name="pager", kind="pager")
        return Found(state=pager, now=now, heard=decode(heard))
    for line in plain(cleaned).split(b"\n"):
        rest, has_prompt = grammar.without_prompt(line)
        if not has_prompt:
            continue
        state = grammar.prompt(line[: len(line) - len(rest)]) or now
        return Found(state=state, now=now, half_typed=decode(rest.strip()), heard=decode(heard))
    return Found(state=now, now=now, heard=decode(heard))
