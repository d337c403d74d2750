"""Shows runs while they go on, on standard error: a moving line per device, or plain lines that only grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from oob.events import Event, Events, Tone
from oob.printable import one_line
from oob.report.screen import SCREEN
from oob.report.words import ViewLine, line

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {
    Tone.OK: "green",
    Tone.FAIL: "red",
    Tone.WAIT: "cyan",
    Tone.WARN: "yellow",
    Tone.SKIP: "dim",
    Tone.NOTE: "dim",
    Tone.HEADING: "bold",
}


@contextmanager
def watch(events: Events, stream: TextIO, *, plain: bool) -> Iterator[None]:
    """Show *events* on *stream* until the block ends; *plain*, or what is no terminal, gets no colour and no cursor."""
    if plain or not stream.isatty():
        events.subscribe(PlainView(stream).hear)
        yield
        return
    from rich.console import Console  # slow to import, and a person on a serial line never needs it
    from rich.live import Live

    now = Now()
    console = Console(file=stream)
    live = Live(now, console=console, refresh_per_second=4, transient=True)
    with SCREEN.drawing(live):

        def hear(event: Event) -> None:
            if (shown := line(event)) is None:
                return
            now.take(shown)
            if not shown.is_going:
                live.console.print(_text(shown), style=STYLES[shown.tone], markup=False)

        events.subscribe(hear)
        yield


class PlainView:
    """Writes a line with the time for everything worth showing."""

    def __init__(self, stream: TextIO, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._stream = stream
        self._clock = clock

    def hear(self, event: Event) -> None:
        """Write down what *event* is worth."""
        shown = line(event)
        if shown is None:
            return
        expected = f" (about {shown.expected:.0f} s)" if shown.expected >= 1 else ""
        self._stream.write(f"{self._clock():%H:%M:%S} {_text(shown)}{expected}\n")
        self._stream.flush()


@dataclass(slots=True)
class Activity:
    """What a device is at, and since when."""

    text: str
    expected: float
    since: float


class Now:
    """What goes on at this moment, a line per device; rich asks for it again and again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._activities: dict[str, Activity] = {}

    def take(self, shown: ViewLine) -> None:
        """Follow what *shown* says is going on, or is over."""
        if shown.is_going:
            self._activities[shown.device] = Activity(_text(shown), shown.expected, self._clock())
        elif shown.tone in (Tone.OK, Tone.FAIL):
            self._activities.pop(shown.device, None)

    def lines(self) -> list[str]:
        """Return the lines as they are at this moment."""
        return [self._describe(activity) for activity in self._activities.values()]

    def __rich__(self) -> Text:
        from rich.text import Text  # as in watch; markup in what a device said stays text

        return Text("\n".join(self.lines()), style=STYLES[Tone.WAIT])

    def _describe(self, activity: Activity) -> str:
        spent = self._clock() - activity.since
        if activity.expected < 1:
            return f"{activity.text}  {spent:.0f} s"
        left = activity.expected - spent
        if left < 0:
            return f"{activity.text}  {spent:.0f} s, expected {activity.expected:.0f} s"
        width = 24
        full = min(width, int(width * spent / activity.expected))
        return f"{activity.text}  {'#' * full}{'.' * (width - full)} {left:.0f} s left"


def _text(shown: ViewLine) -> str:
    about = one_line(f"{shown.device}: {shown.text}" if shown.device else shown.text)
    return f"{shown.tone.code:<4} {about}"
