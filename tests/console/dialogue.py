"""A console as a few states, on a clock of its own: what it prints leaves in packets, and no test waits for it.

A state is a prompt and what lines or keys bring; a print is text, `to` the next state, `pause` what passes before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from oob import deadline
from oob.console import attach, conversation, login, paste, progress, stream
from oob.console import console as console_module
from tests.stand_in import StandIn

STALL = re.compile(r"<<([\d.]+)>>")
SECONDS_PER_BYTE = 1 / 960  # at 9600 baud


@dataclass(frozen=True)
class Packets:
    """How output leaves: *size* bytes at once, and *pause* seconds until the next are there."""

    size: int
    pause: float = 0.0


# One byte, seven, all at once; and what a console server sends every 40 ms of a line at 9600 baud.
PACKETS = (Packets(1), Packets(7), Packets(65536), Packets(38, 0.04))


@dataclass(frozen=True)
class Then:
    """What comes of a line or key: after *pause* seconds *prints*, then the state *to* ("" stays)."""

    prints: str = ""
    to: str = ""
    pause: float = 0.0


@dataclass(frozen=True)
class At:
    """A state: its *prompt*, what *lines* and *keys* bring (`*` any other), and what it prints *by_itself*."""

    prompt: str = ""
    lines: Mapping[str, Then] = field(default_factory=dict)
    keys: Mapping[str, Then] = field(default_factory=dict)
    is_secret: bool = False
    takes_lines: bool = True
    by_itself: Sequence[tuple[float, Then]] = ()
    shows_again: bool = False  # Ctrl-R prints the prompt and what is typed


class Dialogue(StandIn):
    """A transport whose far end is the *states*; *typed* lists each line and key with the state it was typed in."""

    path = "dialogue://"

    def __init__(self, states: Mapping[str, At], start: str, packets: Packets, *, hello: str = "") -> None:
        self.states = states
        self.packets = packets
        self.now = 0.0
        self.typed: list[tuple[str, str]] = []
        self.state = start
        self._line = ""
        self._out: list[tuple[float, bytes]] = []  # when each packet is there
        self._own: list[tuple[float, Then]] = []
        self._say(hello)
        self._enter(start)

    # --- the transport's side

    def read(self, max_bytes: int, timeout: float) -> bytes:
        end = self.now + timeout
        while True:
            due = self._out[0][0] if self._out else float("inf")
            own = self._own[0][0] if self._own else float("inf")
            if own < due and own <= end:
                self.now = max(self.now, own)
                self._do(self._own.pop(0)[1])
                continue
            if due > end:
                self.now = max(self.now, end)
                return b""
            self.now = max(self.now, due)
            return self._out.pop(0)[1]

    def write(self, data: bytes, timeout: float) -> None:
        for key in data.decode():
            self._key(key)

    # --- the device's side

    def lines(self, state: str) -> list[str]:
        """Return what was typed in *state*."""
        return [typed for where, typed in self.typed if where == state]

    def _key(self, key: str) -> None:
        here = self.states[self.state]
        if key in here.keys or ("*" in here.keys and not here.takes_lines):
            self.typed.append((self.state, key))
            self._line = ""
            self._do(here.keys.get(key, here.keys.get("*", Then())))
        elif not here.takes_lines:
            self.typed.append((self.state, key))
        elif key == "\r":
            self._return()
        elif key in "\x15\x18":
            self._say("" if here.is_secret else "\b \b" * len(self._line))
            self._line = ""
        elif key in "\b\x7f":
            if self._line:
                self._line = self._line[:-1]
                self._say("" if here.is_secret else "\b \b")
        elif key == "\x12":
            self._say("\n" + here.prompt.rsplit("\n", 1)[-1] + self._line if here.shows_again else "")
        elif key >= " ":
            self._line += key
            self._say("" if here.is_secret else key)
        else:
            self.typed.append((self.state, key))

    def _return(self) -> None:
        here, line = self.states[self.state], self._line
        self._line = ""
        self.typed.append((self.state, line))
        self._say("\n")
        self._do(here.lines.get(line, here.lines.get("*", Then())))

    def _do(self, then: Then) -> None:
        self._say(then.prints, then.pause)
        if then.to:
            self._enter(then.to)
        elif self.states[self.state].takes_lines:
            self._say(self.states[self.state].prompt)

    def _enter(self, state: str) -> None:
        self.state, self._line = state, ""
        here = self.states[state]
        start = max(self.now, self._out[-1][0] if self._out else 0.0)
        self._own = [(start + after, then) for after, then in here.by_itself]
        self._say(here.prompt)

    def _say(self, text: str, pause: float = 0.0) -> None:
        """Put *text* on the line in packets; `<<1.5>>` in it is a pause in the middle."""
        at = max(self.now, self._out[-1][0] if self._out else 0.0) + pause
        for index, part in enumerate(STALL.split(text)):
            if index % 2:
                at += float(part)
                continue
            data = part.replace("\r\n", "\n").replace("\n", "\r\n").encode()
            for start in range(0, len(data), self.packets.size):
                at += self.packets.pause
                self._out.append((at, data[start : start + self.packets.size]))


@pytest.fixture(params=PACKETS, ids=lambda packets: f"{packets.size}-bytes-every-{packets.pause:.2f}s")
def packets(request: pytest.FixtureRequest) -> Packets:
    """Return how the device's output leaves."""
    found = request.param
    assert isinstance(found, Packets)
    return found


def on_its_clock(monkeypatch: pytest.MonkeyPatch, device: Dialogue) -> Dialogue:
    """Have the console measure time on the clock of *device*, and return that."""
    clock = SimpleNamespace(monotonic=lambda: device.now)
    for module in (attach, console_module, conversation, deadline, login, paste, progress, stream):
        if hasattr(module, "time"):
            monkeypatch.setattr(module, "time", clock)
    return device
