"""Shows a fleet while it is recovered: a line for each end, and on a terminal one board of the work under way."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import oob.recovery.record.events as events
from oob.errors import OobError
from oob.events import STAGE, Event, Events, Tone
from oob.fleet.api import plan_of
from oob.fleet.assignment import UNKNOWN
from oob.fleet.followed import FollowedFleet
from oob.inventory.home import Home
from oob.printable import one_line
from oob.recovery.record.ending import Ending
from oob.recovery.record.events import named
from oob.report.live import LEAVE, REDRAWN, LiveView, drawn, print_line, stamped, write_line
from oob.report.screen import SCREEN
from oob.report.spans import duration
from oob.report.terminal_board import MARKS, RUNG_MARKS, VERDICTS, BoardRow, cut, packed, spaced, wrapped
from oob.report.words import ViewLine

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.text import Text

TONES: Mapping[object, Tone] = {
    Ending.RECOVERED: Tone.OK,
    Ending.UNCHANGED: Tone.OK,
    Ending.WAITING: Tone.WARN,
    UNKNOWN: Tone.WARN,
}
SAID: Mapping[object, str] = {
    Ending.RECOVERED: "proven",
    Ending.UNCHANGED: "proven; nothing was wrong",
    Ending.WAITING: "kept",
    Ending.PUT_BACK: "NOT recovered; the broken state is put back",
    Ending.FAILED: "NOT recovered",
    UNKNOWN: "unknown",
}
WAVES = 6  # rows of waves, at most
KEYS = "Ctrl-C begins no further device; oob fleet pause, continue or skip from another terminal"


def line(event: Event) -> ViewLine | None:
    """Return the line of an event of the fleet itself, None for one of a device's own run."""
    if event.name == events.MEMBER_ENDED:
        ending = event.data.get("ending")
        seconds = event.data.get("seconds")
        took = f" ({duration(float(seconds))})" if isinstance(seconds, int | float) and seconds else ""
        text = f"{SAID.get(ending, 'stopped')}{took}{f': {event.text}' if event.text else ''}"
        return ViewLine(tone=TONES.get(ending, Tone.FAIL), text=text, device=str(event.data.get("member", "")))
    if event.name == events.FLEET_FINISHED:
        code = event.data.get("exit_code")
        return ViewLine(tone=Tone.OK if code == 0 else Tone.FAIL, text=f"the fleet has ended: {event.text}")
    if event.name in OWN and named(event.name).tone is not Tone.HIDDEN:
        is_going = event.name == events.MEMBER_BEGUN
        device = event.device if event.name == STAGE else ""
        return ViewLine(tone=named(event.name).tone, text=event.text, device=device, is_going=is_going)
    return None


OWN = frozenset(
    {
        *(events.FLEET_STARTED, events.FLEET_RESUMED, events.WAVE_STARTED, events.MEMBER_BEGUN, events.MEMBER_SKIPPED),
        *(
            STAGE,
            events.MEMBER_CHECKED,
            events.WAVE_ENDED,
            events.FLEET_HALTED,
            events.FLEET_PAUSED,
            events.FLEET_CONTINUED,
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The expected size of a fleet: *devices* in all, *waves*, and *seconds*."""

    devices: int
    waves: int
    seconds: float


@contextmanager
def watch(emitter: Events, stream: TextIO, ahead: Ahead, home: Home, *, plain: bool) -> Iterator[None]:
    """Show a fleet of *home* on *stream* until the block ends; *plain*, or without a terminal, in lines that only grow.

    On a terminal it is one board of the work under way, below the lines.
    """
    if plain or not stream.isatty():
        emitter.subscribe(PlainFleet(stream).hear)
        yield
        return
    from rich.console import Console  # slow to import
    from rich.live import Live

    view = FleetBoard(ahead, home)
    console = Console(file=stream, highlight=False)

    def hear(event: Event) -> None:
        view.take(event)
        shown = line(event)
        if shown is not None and not shown.is_going:
            print_line(console, shown, datetime.now(UTC))

    with SCREEN.drawing(lambda: Live(view, console=console, refresh_per_second=REDRAWN, transient=True)):
        emitter.subscribe(hear)
        yield


class PlainFleet:
    """Writes a line with the time for everything that happens to the fleet; a device's own steps are in its journal."""

    def __init__(self, stream: TextIO, utc: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._stream = stream
        self._utc = utc

    def hear(self, event: Event) -> None:
        """Write the line of *event*, if it has one."""
        shown = line(event)
        if shown is not None:
            write_line(self._stream, stamped(shown, self._utc()))


class FleetBoard:
    """Draws the fleet's band, a row of cells for each wave, and the bands of the devices under way.

    Everything but the time left comes from the journals of *home*, as on the page in a browser.
    """

    def __init__(
        self,
        ahead: Ahead,
        home: Home,
        clock: Callable[[], float] = time.monotonic,
        utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ahead = ahead
        self._home = home
        self._clock = clock
        self._utc = utc
        self._began = clock()
        self._devices = LiveView(clock, utc, runs=home.runs)
        self._name = ""
        self._fleet: FollowedFleet | None = None
        self._turn = threading.Lock()  # as in LiveView

    def take(self, event: Event) -> None:
        """Follow *event*, of the fleet or of the run on one of its devices."""
        if event.device and event.name not in OWN:
            self._devices.take(event)
        elif event.name in (events.FLEET_STARTED, events.FLEET_RESUMED):
            with self._turn, suppress(OobError):
                self._name = event.run_id
                waves = plan_of(self._home, event.run_id).waves
                self._fleet = FollowedFleet(self._home.fleets / event.run_id, waves)

    def rows(self, width: int, height: int) -> list[BoardRow]:
        """Return the rows as they are at this moment, none wider than *width*, at most *height*."""
        with self._turn:
            page = self._page()
            going = {name for wave in page["waves"] for name, (state, _) in wave.items() if state == "in progress"}
            bands = self._devices.bands(width, going if page["waves"] else None)
            head = self._head(page, width)
            waves = _waves(page["waves"], int(page["wave"]), width, max(1, min(WAVES, height - len(head) - 3)))
            keys = [BoardRow(cut(KEYS, width))] if height > len(head) + len(waves) + 2 else []
        room = height - len(head) - len(waves) - len(keys)
        return spaced([head, waves, _fitting(bands, room, width), keys], height)

    def _page(self) -> dict[str, Any]:
        if self._fleet is None:
            return {"verdict": "STARTING", "wave": 0, "waves": [], "why": ""}
        self._fleet.look()
        return self._fleet.page()

    def _head(self, page: Mapping[str, Any], width: int) -> list[BoardRow]:
        states = Counter(state for wave in page["waves"] for state, _ in wave.values())
        ended = sum(count for state, count in states.items() if state not in ("next", "in progress"))
        total = max(self._ahead.devices, 1)
        percent = min(99, int(100 * (ended + self._devices.progress()) / total)) if ended < total else 100
        left = max(0.0, self._ahead.seconds - (self._clock() - self._began))
        rest = f"about {duration(left)} left" if left >= 1 else "longer than expected"
        tone = VERDICTS.get(page["verdict"], Tone.WAIT)
        name = f"{MARKS[tone]} {f'fleet {self._name}'.rstrip()} {page['verdict']}"
        first = [
            BoardRow(text, tone)
            for text in wrapped([name, f"{percent} %{f', {rest}' if ended < total else ''}"], width)
        ]
        counts = [f"{count} {state}" for state, count in states.items()]
        wave = [f"wave {page['wave']} of {self._ahead.waves}"] if page["wave"] else []
        why = f": {page['why']}" if page["why"] else ""
        second = one_line(f"  {', '.join([*wave, *counts]) or f'{total} devices'}{why}")
        return [*packed(f"{self._utc():%H:%M:%SZ}", first, width), BoardRow(cut(second, width), tone)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield from drawn(self.rows(options.max_width, console.height - LEAVE), console)


def _waves(waves: Sequence[Mapping[str, tuple[str, str]]], now: int, width: int, room: int) -> list[BoardRow]:
    """Return a row for each wave, those around the wave *now* where there is no *room* for all."""
    first = max(0, min(now - 1 - room // 2, len(waves) - room))
    return [_wave(number, wave, width) for number, wave in enumerate(waves, 1)][first : first + room]


def _wave(number: int, wave: Mapping[str, tuple[str, str]], width: int) -> BoardRow:
    cells = [(RUNG_MARKS[state][0], one_line(name), state) for name, (state, _) in wave.items()]
    head = f"wave {number}  "
    whole = head + "  ".join(f"{mark} {name} {state}" for mark, name, state in cells)
    named = head + "  ".join(f"{mark} {name}" for mark, name, _ in cells)
    text = next((text for text in (whole, named) if len(text) <= width), head + "".join(mark for mark, _, _ in cells))
    states = {state for _, _, state in cells}
    worst = next((state for state in ("failed", "neighbour down", "in progress", "next") if state in states), "proven")
    return BoardRow(cut(text, width), RUNG_MARKS[worst][1])


def _fitting(bands: Sequence[Sequence[BoardRow]], room: int, width: int) -> list[BoardRow]:
    """Return the bands for which there is *room*: whole ones, else their first rows, and how many are not shown."""
    if sum(map(len, bands)) <= room:
        return [row for band in bands for row in band]
    if len(bands) <= room:
        return [band[0] for band in bands]
    shown = max(0, room - 1)
    left = len(bands) - shown
    return [*(band[0] for band in bands[:shown]), BoardRow(cut(f"  … {left} more devices under way", width))][
        : max(0, room)
    ]
