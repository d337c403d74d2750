"""Shows runs while they go on, on standard error: a board that is redrawn, or plain lines that only grow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import oob.recovery.record.events as events
from oob.events import Event, Events, Tone
from oob.printable import one_line
from oob.report.board import Board, DeviceBoard
from oob.report.followed import FollowedRun
from oob.report.screen import SCREEN
from oob.report.spans import duration
from oob.report.tail import tail
from oob.report.terminal_board import ASCII, TOLD, BoardRow, band, cut, details, packed, spaced
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
BOARD_STYLES = {**STYLES, Tone.HEADING: ""}
REDRAWN = 2  # times a second
LEAVE = 4  # rows of the terminal that stay free for the lines above the board
MOVES_TILES = frozenset(
    {
        *(events.PLAN_MADE, events.DIFFERENCE, events.PROOF_WAITING, events.PROOF.finished, events.FIGURES_READ),
        *(events.ATTEMPT_STARTED, events.STEP.finished, events.STEP.failed, events.STEP.interrupted),
    }
)
KEYS = "Ctrl-C stops in order, again leaves now"


@contextmanager
def watch(
    emitter: Events,
    stream: TextIO,
    *,
    plain: bool,
    runs: Path | None = None,
    past: Sequence[Event] = (),
    keys: str = KEYS,
) -> Iterator[None]:
    """Show the events of *emitter* on *stream* until the block ends; the journals of its runs lie in *runs*.

    When *plain*, or without a terminal, in lines with no colour and no cursor. The *past* of a run is not told again.
    """
    if plain or not stream.isatty():
        lines = PlainView(stream, runs=runs)
        for event in past:
            lines.take(event)
        emitter.subscribe(lines.hear)
        yield
        return
    from rich.console import Console  # slow to import, and a person on a serial line never needs it
    from rich.live import Live

    view = LiveView(runs=runs, keys=keys)
    for event in past:
        view.take(event)
    console = Console(file=stream, highlight=False)
    with SCREEN.drawing(lambda: Live(view, console=console, refresh_per_second=REDRAWN, transient=True)):

        def hear(event: Event) -> None:
            shown = view.take(event)
            if shown is not None and not shown.is_going:
                print_line(console, shown, view.utc())

        emitter.subscribe(hear)
        yield


class RunsSeen:
    """The runs that events tell of, each followed through its journal in *folder*, by the names of their devices."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._runs: dict[str, FollowedRun] = {}

    def hear(self, event: Event) -> None:
        """Follow the run of *event* from now on."""
        if self._folder is None or not event.run_id:
            return
        folder = self._folder / event.run_id
        known = self._runs.get(event.device)
        if known is None or known.folder != folder:
            self._runs[event.device] = FollowedRun(folder)

    def get(self, device: str) -> FollowedRun | None:
        """Return the run on *device* as its journal is now, None while that says nothing."""
        found = self._runs.get(device)
        if found is None:
            return None
        found.look()
        return found if found.incident else None


class PlainView:
    """Writes a line with the time for everything worth showing, and for each tile that turns to alert or back."""

    def __init__(
        self, stream: TextIO, utc: Callable[[], datetime] = lambda: datetime.now(UTC), *, runs: Path | None = None
    ) -> None:
        self._stream = stream
        self._utc = utc
        self._board = Board()
        self._runs = RunsSeen(runs)
        self._alerts: set[tuple[str, str]] = set()

    def take(self, event: Event) -> ViewLine | None:
        """Follow *event* and return the line that it is worth."""
        self._runs.hear(event)
        return self._board.take(event, time.monotonic())

    def hear(self, event: Event) -> None:
        """Write the line of *event*, if it has one, and what else it changes."""
        shown = self.take(event)
        if shown is not None:
            self._say(shown, self._expected(shown, time.monotonic()))
        for line in self._beside(event):
            self._say(line)

    def _say(self, line: ViewLine, behind: str = "") -> None:
        write_line(self._stream, f"{stamped(line, self._utc())}{behind}")

    def _expected(self, shown: ViewLine, at: float) -> str:
        """Return how long what begins is expected to take, and how far the whole run is."""
        parts = [f"about {duration(shown.expected)}"] if shown.expected >= 1 else []
        board = next((one for one in self._board if one.device == shown.device), None)
        percent, left = (board.percent(at), board.left(at)) if board and shown.is_going else (None, None)
        if percent is not None and left is not None:
            parts.append(f"run {percent} %, about {duration(left)} left" if left >= 1 else f"run {percent} %")
        return f" ({'; '.join(parts)})" if parts else ""

    def _beside(self, event: Event) -> Iterator[ViewLine]:
        """Yield the ladder once it is planned, and the tiles that *event* turned to alert or back."""
        found = self._runs.get(event.device) if event.name in MOVES_TILES else None
        if found is None or found.incident is None:
            return
        if event.name == events.PLAN_MADE:
            for rung in found.incident.ladder:
                why = f": {rung.reason}" if rung.state == "skipped" else ""
                text = f"ladder {rung.number or '-'} {rung.state}: {rung.title}{why}"
                yield ViewLine(tone=Tone.NOTE, text=text, device=event.device)
        for tile in found.incident.tiles:
            key = (event.device, tile.name)
            if tile.is_alert == (key in self._alerts):
                continue
            self._alerts ^= {key}
            tone, word = (Tone.WARN, "alert") if tile.is_alert else (Tone.OK, "back")
            yield ViewLine(tone=tone, text=f"{tile.name} {word}: {tile.text}; {tile.baseline}", device=event.device)


class LiveView:
    """Draws the board, as wide and as high as the terminal is; rich asks for it again and again."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        utc: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        runs: Path | None = None,
        keys: str = KEYS,
    ) -> None:
        self._clock = clock
        self.utc = utc
        self._keys = keys
        self._board = Board()
        self._runs = RunsSeen(runs)
        self._turn = threading.Lock()  # rich draws in a thread of its own, and in any that prints

    def take(self, event: Event) -> ViewLine | None:
        """Follow *event* and return the line that it is worth."""
        with self._turn:
            self._runs.hear(event)
            return self._board.take(event, self._clock())

    def rows(self, width: int, height: int) -> list[BoardRow]:
        """Return the rows as they are at this moment, none wider than *width*, at most *height*."""
        with self._turn:
            boards = self._under_way()
            if not boards:
                return []
            utc = self.utc()
            bands = packed(f"{utc:%H:%M:%SZ}", [row for one in boards for row in self._band(one, utc, width)], width)
            chief = min(boards, key=lambda board: (board.deadline is None, board.deadline or utc))
            found = self._runs.get(chief.device)
            if found is None or found.incident is None or height < len(bands) + 3:
                return bands[:height]
            name = [BoardRow(cut(f"-- {one_line(chief.device)}", width))] if len(boards) > 1 else []
            hint = "" if found.incident.board.is_over else f"; oob tell {found.incident.run} pause"
            keys = [BoardRow(cut(f"{self._keys}{hint}", width))]
            rest = height - len(bands) - len(name) - len(keys)
            heard = tail(found.folder, TOLD)
            return spaced([bands, [*name, *details(found.incident, utc, heard, width, rest)], keys], height)

    def bands(self, width: int, names: Collection[str] | None = None) -> list[list[BoardRow]]:
        """Return the band of each device under way, of those with *names* where given, the next to revert first."""
        with self._turn:
            utc = self.utc()
            boards = sorted(self._under_way(), key=lambda board: (board.deadline is None, board.deadline or utc))
            return [self._band(board, utc, width) for board in boards if names is None or board.device in names]

    def progress(self) -> float:
        """Return how many runs those under way amount to: half of one and half of another are one."""
        with self._turn:
            return sum((board.percent(self._clock()) or 0) / 100 for board in self._under_way())

    def _under_way(self) -> list[DeviceBoard]:
        return [board for board in self._board if board.activity or (board.verdict and not board.is_over)]

    def _band(self, board: DeviceBoard, utc: datetime, width: int) -> list[BoardRow]:
        """Return the band of a device, from the whole journal of its run where that goes on and can be read."""
        found = self._runs.get(board.device)
        if found is None or found.incident is None or found.incident.board.is_over:
            return band(board, self._clock(), utc, width)
        return band(found.incident.board, found.incident.moment(utc), utc, width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield from drawn(self.rows(options.max_width, console.height - LEAVE), console)


def write_line(stream: TextIO, text: str) -> None:
    """Write *text* as a line now, or behind a question that is being asked."""

    def write() -> None:
        stream.write(f"{text}\n")
        stream.flush()

    SCREEN.say(write)


def print_line(console: Console, shown: ViewLine, utc: datetime) -> None:
    """Print *shown* above the board, or behind a question that is being asked."""
    text = stamped(shown, utc)
    SCREEN.say(lambda: console.print(text, style=STYLES[shown.tone], markup=False))


def drawn(rows: Sequence[BoardRow], console: Console) -> Iterator[Text]:
    """Yield *rows* for a terminal; markup in what a device said stays text."""
    from rich.text import Text  # as in watch

    is_unicode = console.encoding.lower().startswith("utf")
    for row in rows:
        text = row.text if is_unicode else row.text.translate(ASCII)
        yield Text(text, style=BOARD_STYLES[row.tone], no_wrap=True, overflow="ellipsis")


def stamped(shown: ViewLine, utc: datetime) -> str:
    """Return the line of *shown* with its time and code: `19:44:23Z OK   edge1  configure replace done (0.9 s)`."""
    device = f"{one_line(shown.device)}  " if shown.device else ""
    return f"{utc:%H:%M:%SZ} {shown.tone.code:<4} {device}{one_line(shown.text)}"
