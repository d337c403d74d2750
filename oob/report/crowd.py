"""Shows work on many devices: how many are done, and what those under way do, the longest first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from oob.events import Event, Tone
from oob.printable import one_line
from oob.report.board import Board
from oob.report.live import STYLES
from oob.report.spans import duration

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.text import Text

LEAVE = 4  # lines of the terminal that stay free


class CrowdView:
    """Draws a headline and a line for each device under way; rich asks for it again and again."""

    def __init__(self, what: str, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._total = total
        self._clock = clock
        self._began = clock()
        self._done = 0
        self._failed = 0
        self._since: dict[str, float] = {}
        self._said: dict[str, str] = {}
        self._board = Board()
        self._turn = threading.Lock()

    def began(self, device: str) -> None:
        """Show *device* as under way from now on."""
        with self._turn:
            self._since[device] = self._clock()

    def says(self, device: str, text: str) -> None:
        """Show *text* as what *device* does."""
        with self._turn:
            self._said[device] = one_line(text)

    def hear(self, event: Event) -> None:
        """Follow an event of a run."""
        with self._turn:
            shown = self._board.take(event, self._clock())
            if shown is not None:
                self._said[event.device] = one_line(shown.text)

    def ended(self, device: str, *, is_well: bool) -> None:
        """Count *device* as done."""
        with self._turn:
            self._since.pop(device, None)
            self._said.pop(device, None)
            self._done += 1
            self._failed += not is_well

    def lines(self, width: int, height: int) -> list[str]:
        """Return the lines as they are at this moment, none wider than *width*, no more than *height*."""
        with self._turn:
            at = self._clock()
            going = list(self._since.items())
            heading = f"{self._what}: {self._done} of {self._total} done"
            failed = f", {self._failed} failed" if self._failed else ""
            waiting = self._total - self._done - len(going)
            rest = f", {len(going)} under way" + (f", {waiting} waiting" if waiting else "")
            lines = [f"{heading}{failed}{rest}, {duration(at - self._began)}"]
            room = max(1, height - 1)
            shown = going if len(going) <= room else going[: room - 1]
            lines += [self._line(device, at - since) for device, since in shown]
            if len(shown) < len(going):
                lines.append(f"  and {len(going) - len(shown)} more")
        return [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines]

    def _line(self, device: str, spent: float) -> str:
        verdict = next((f" {board.verdict}" for board in self._board if board.device == device and board.verdict), "")
        return f"  {one_line(device)}{verdict}  {duration(spent)}  {self._said.get(device, '')}".rstrip()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text  # slow to import; markup in what a device said stays text

        for each in self.lines(options.max_width, console.height - LEAVE):
            yield Text(each, style=STYLES[Tone.WAIT], no_wrap=True, overflow="ellipsis")
