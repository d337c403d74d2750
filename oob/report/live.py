"""Shows runs while they go on, on standard error: a board that is redrawn, or plain lines that only grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from oob.events import Event, Events, Tone
from oob.printable import one_line
from oob.report.board import Activity, Board, DeviceBoard
from oob.report.screen import SCREEN
from oob.report.words import ViewLine

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
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
BAR = 24
NARROW = 60  # columns below which the bar is left out
MINUTE = 60


@contextmanager
def watch(events: Events, stream: TextIO, *, plain: bool) -> Iterator[None]:
    """Show *events* on *stream* until the block ends; *plain*, or without a terminal, with no colour and no cursor."""
    if plain or not stream.isatty():
        events.subscribe(PlainView(stream).hear)
        yield
        return
    from rich.console import Console  # slow to import, and a person on a serial line never needs it
    from rich.live import Live

    view = LiveView()
    console = Console(file=stream, highlight=False)
    live = Live(view, console=console, refresh_per_second=4, transient=True)
    with SCREEN.drawing(live):

        def hear(event: Event) -> None:
            shown = view.take(event)
            if shown is not None and not shown.is_going:
                live.console.print(stamped(shown, view.utc()), style=STYLES[shown.tone], markup=False)

        events.subscribe(hear)
        yield


class PlainView:
    """Writes a line with the time for everything worth showing."""

    def __init__(self, stream: TextIO, utc: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._stream = stream
        self._utc = utc
        self._board = Board()

    def hear(self, event: Event) -> None:
        """Write the line of *event*, if it has one."""
        shown = self._board.take(event, time.monotonic())
        if shown is None:
            return
        expected = f" (about {duration(shown.expected)})" if shown.expected >= 1 else ""
        self._stream.write(f"{stamped(shown, self._utc())}{expected}\n")
        self._stream.flush()


class LiveView:
    """Draws the board: two lines a device, as wide as the terminal is; rich asks for it again and again."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self.utc = utc
        self._board = Board()

    def take(self, event: Event) -> ViewLine | None:
        """Follow *event* and return the line that it is worth."""
        return self._board.take(event, self._clock())

    def lines(self, width: int) -> list[str]:
        """Return the lines as they are at this moment, none wider than *width*."""
        at, utc = self._clock(), self.utc()
        boards = [board for board in self._board if board.activity or (board.verdict and not board.is_over)]
        lines = [each for board in boards for each in _device(board, at, utc, width)]
        if not lines:
            return []
        return [*_packed(f"{utc:%H:%M:%SZ}", lines, width)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text  # as in watch; markup in what a device said stays text

        for each in self.lines(options.max_width):
            yield Text(each, style=STYLES[Tone.WAIT], no_wrap=True, overflow="ellipsis")


def stamped(shown: ViewLine, utc: datetime) -> str:
    """Return the line of *shown* with its time and code: `19:44:23Z OK   edge1  configure replace done (0.9 s)`."""
    device = f"{one_line(shown.device)}  " if shown.device else ""
    return f"{utc:%H:%M:%SZ} {shown.tone.code:<4} {device}{one_line(shown.text)}"


def duration(seconds: float) -> str:
    """Return *seconds* for people: `42 s`, `3 min 05 s`, `2 h 10 min`."""
    whole = round(seconds)
    if whole < 2 * MINUTE:
        return f"{whole} s"
    minutes, rest = divmod(whole, MINUTE)
    return f"{minutes} min {rest:02d} s" if minutes < MINUTE else f"{minutes // MINUTE} h {minutes % MINUTE:02d} min"


def _device(board: DeviceBoard, at: float, utc: datetime, width: int) -> list[str]:
    lines = _wrapped(list(_fields(board, at, utc)), width)
    if board.activity:
        lines.append(_cut(f"  {_doing(board.activity, at, width - 2)}", width))
    return lines


def _fields(board: DeviceBoard, at: float, utc: datetime) -> Iterator[str]:
    yield one_line(f"{board.device} {board.verdict}".rstrip())
    percent, left = board.percent(at), board.left(at)
    if percent is not None and left is not None:
        yield f"{percent} %, about {duration(left)} left" if left >= 1 else f"{percent} %, longer than expected"
    if board.is_put_back:
        yield "putting the found state back"
    elif board.place:
        yield f"attempt {board.place[0]} of {board.place[1]}"
    reverts = board.reverts_in(utc)
    if reverts is not None:
        yield f"reverts in {_clock(reverts)}" if reverts else "revert is due"
    reconnect = board.reconnects_for(at)
    if reconnect is not None:
        yield f"tried for {_clock(reconnect)} more"


def _doing(activity: Activity, at: float, width: int) -> str:
    text, spent, left = one_line(activity.text), at - activity.since, activity.left(at)
    if activity.expected < 1:
        tail = f"{duration(spent)}"
    elif left <= 0:
        tail = f"{duration(spent)}, expected {duration(activity.expected)}"
    else:
        full = min(BAR, int(BAR * spent / activity.expected))
        bar = f"{'#' * full}{'.' * (BAR - full)} " if width >= NARROW else ""
        tail = f"{bar}{duration(left)} left"
    return f"{_cut(text, max(8, width - len(tail) - 2))}  {tail}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // MINUTE}:{int(seconds) % MINUTE:02d}"


def _wrapped(fields: list[str], width: int) -> list[str]:
    """Return *fields* in as few lines of *width* as hold them, none broken."""
    lines = [""]
    for each in fields:
        joined = f"{lines[-1]}  {each}" if lines[-1] else each
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(f"  {each}")
    return [_cut(each, width) for each in lines if each]


def _packed(clock: str, lines: list[str], width: int) -> list[str]:
    """Return *lines* with the time of day at the right of the first, or above it where there is no room."""
    room = width - len(clock) - 2
    if len(lines[0]) <= room:
        return [f"{lines[0]:<{room}}  {clock}", *lines[1:]]
    return [clock, *lines]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"
