"""Finds out which state a console is in while typing as little as possible, and never running what it finds typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from oob.console.grammar import SILENT, Grammar, State
from oob.console.screen import decode, plain
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import ConsoleSilent

LISTEN = 0.07
STILL_TALKING = 0.6
TAIL = 2048
ANSWER = (2.5, 5.0, 7.5)  # 15 s in all: what is silent is said to be within 20, and the path has to be opened too
# After a known state a short quiet is enough: what comes later is known again by whoever reads next.
SETTLED = 0.02
PAGER_ERASED = re.compile(rb"\x08{6,}( +)\x08{6,}|\r +\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was on the console: *state* at first sight, *now* after the line was cleared, and what was left typed."""

    state: State
    now: State
    half_typed: str = ""
    heard: str = ""


def attach(stream: Stream, grammar: Grammar, deadline: Deadline, *, only_return: bool = False) -> Found:
    """Listen, then ask the console to show itself; raises ConsoleSilent when it never does.

    *only_return* types nothing but a nudge: for coming back to a device that was left in the middle of a command,
    which a cancel key would end.
    """
    heard = _listen(stream, grammar, deadline)
    state = grammar.classify(heard[-TAIL:])
    if state.kind not in {"silent", "unknown", "continuation"}:
        return Found(state=state, now=state, heard=decode(heard))
    keys = grammar.data.keys
    wake = (keys.nudge if only_return else keys.wake).encode()
    cancel = (keys.kill + keys.cancel).encode()
    if state.kind == "continuation":
        wake = cancel
    shown = bytearray()
    for patience in ANSWER:
        stream.write(wake)
        now = settle(stream, grammar, shown, min(patience, deadline.remaining()))
        if now.kind not in {"silent", "unknown", "continuation"}:
            return _found(grammar, heard, bytes(shown), now)
        wake = cancel if now.kind == "continuation" else keys.nudge.encode()
        if deadline.is_over:
            break
    if not shown.strip():
        raise ConsoleSilent(
            f"the path is open but the device says nothing ({len(ANSWER)} attempts to wake it)", state=SILENT.name
        )
    raise ConsoleSilent(
        f"what the console shows is no prompt of {grammar.profile.platform}: {decode(plain(bytes(shown[-120:])))!r}",
        state="unknown",
        read=bytes(shown),
    )


def settle(stream: Stream, grammar: Grammar, shown: bytearray, patience: float) -> State:
    """Read into *shown* until its end is a known state and the line is quiet, or nothing came for *patience*."""
    while True:
        now = grammar.classify(bytes(shown[-TAIL:]))
        is_known = now.kind not in {"silent", "unknown"}
        chunk = stream.read(SETTLED if is_known else patience)
        if not chunk:
            return now
        shown += chunk


def _listen(stream: Stream, grammar: Grammar, deadline: Deadline) -> bytes:
    """Return what the device is saying on its own; a device in the middle of its words is let finish."""
    listen = grammar.data.listen
    heard = bytearray(stream.read(min(listen, deadline.remaining())))
    while heard and not deadline.is_over:
        heard += stream.drain()  # looking at each byte of a long banner would take a busy machine longer than the line
        is_known = grammar.classify(bytes(heard[-TAIL:])).kind not in {"silent", "unknown"}
        chunk = stream.read(LISTEN if is_known else max(STILL_TALKING, listen))
        if not chunk:
            break
        heard += chunk
    return bytes(heard)


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
