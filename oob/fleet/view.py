"""Shows a fleet while it is recovered: a line for each end, and on a terminal one board of what is under way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

import oob.recovery.record.events as events
from oob.events import STAGE, Event, Events, Tone
from oob.fleet.assignment import UNKNOWN
from oob.printable import one_line
from oob.recovery.record.ending import Ending
from oob.recovery.record.events import named
from oob.report.live import STYLES, LiveView, duration, stamped
from oob.report.screen import SCREEN
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
RESERVED = 3  # lines of a terminal beside the devices


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
def watch(emitter: Events, stream: TextIO, ahead: Ahead, *, plain: bool) -> Iterator[None]:
    """Show a fleet on *stream* until the block ends; *plain*, or without a terminal, in lines that only grow."""
    if plain or not stream.isatty():
        emitter.subscribe(PlainFleet(stream).hear)
        yield
        return
    from rich.console import Console  # slow to import
    from rich.live import Live

    view = FleetBoard(ahead)
    live = Live(view, console=Console(file=stream, highlight=False), refresh_per_second=4, transient=True)

    def hear(event: Event) -> None:
        view.take(event)
        shown = line(event)
        if shown is not None and not shown.is_going:
            live.console.print(stamped(shown, datetime.now(UTC)), style=STYLES[shown.tone], markup=False)

    with SCREEN.drawing(live):
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
            self._stream.write(f"{stamped(shown, self._utc())}\n")
            self._stream.flush()


class FleetBoard:
    """Draws one line for the fleet and two for each device under way, as many as the terminal has room for."""

    def __init__(self, ahead: Ahead, clock: Callable[[], float] = time.monotonic) -> None:
        self._ahead = ahead
        self._clock = clock
        self._began = clock()
        self._devices = LiveView(clock)
        self._endings: dict[str, str] = {}
        self._under_way: set[str] = set()
        self._wave = 0
        self._note = ""

    def take(self, event: Event) -> None:
        """Follow *event*, of the fleet or of the run on one of its devices."""
        member = str(event.data.get("member", ""))
        if event.name == events.MEMBER_BEGUN:
            self._under_way.add(member)
        elif event.name == events.MEMBER_ENDED:
            self._under_way.discard(member)
            self._endings[member] = str(event.data.get("ending"))
        elif event.name == events.MEMBER_SKIPPED:
            self._endings[member] = "skipped"
        elif event.name == events.WAVE_STARTED:
            self._wave = int(str(event.data.get("wave", 0)))
        elif event.name in (events.FLEET_HALTED, events.FLEET_PAUSED):
            self._note = "HALTED" if event.name == events.FLEET_HALTED else "PAUSED"
        elif event.name == events.FLEET_CONTINUED:
            self._note = ""
        elif event.device:
            self._devices.take(event)

    def lines(self, width: int, height: int) -> list[str]:
        """Return the lines as they are at this moment, none wider than *width*, at most *height*."""
        shown = self._devices.lines(width)
        room = max(0, height - RESERVED)
        cut = [*shown[: room - 1], f"  … {len(self._under_way)} devices under way"] if len(shown) > room else shown
        return [one_line(self._head())[:width], *cut]

    def _head(self) -> str:
        counts = Counter(SAID.get(ending, ending).split(";")[0] for ending in self._endings.values())
        spent = self._clock() - self._began
        left = max(0.0, self._ahead.seconds - spent)
        rest = self._ahead.devices - len(self._endings) - len(self._under_way)
        parts = [
            *([self._note] if self._note else []),
            f"wave {self._wave} of {self._ahead.waves}",
            *(f"{count} {word}" for word, count in counts.items()),
            f"{len(self._under_way)} under way",
            *([f"{rest} to go"] if rest > 0 else []),
            f"about {duration(left)} left" if left >= 1 else "longer than expected",
        ]
        return f"{datetime.now(UTC):%H:%M:%SZ} fleet: {', '.join(parts)}"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text  # as in watch; markup in what a device said stays text

        for each in self.lines(options.max_width, options.max_height):
            yield Text(each, style=STYLES[Tone.WAIT], no_wrap=True, overflow="ellipsis")
