"""Ctrl-C: the first is answered on the screen at once and ends the command in order, the second leaves now."""

from __future__ import annotations

import os
import signal
import sys
import termios
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from oob.errors import Interrupted
from oob.events import Event

CURSOR_ON = "\x1b[?25h"


class Interrupts:
    """Counts Ctrl-C, and knows which device reverts when: the answer to the first press says so."""

    def __init__(self) -> None:
        self._presses = 0
        self._reverts: dict[str, str] = {}
        self._terminal: list[Any] | None = None

    def install(self) -> None:
        """Answer Ctrl-C from now on; an interrupt that is ignored, as in a script's background, stays ignored."""
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return
        if sys.stdin is not None and sys.stdin.isatty():
            with suppress(termios.error):
                self._terminal = termios.tcgetattr(sys.stdin.fileno())
        signal.signal(signal.SIGINT, self._pressed)

    def hear(self, event: Event) -> None:
        """Follow the revert timers of the devices."""
        from oob.recovery.record import events  # a command without a recovery does not load it

        if event.name == events.TIMER_ARMED and event.data.get("deadline"):
            self._reverts[event.device] = f"{str(event.data['deadline'])[11:19]} UTC"
        elif event.name in {events.ATTEMPT_ENDED, events.RUN_FINISHED}:
            self._reverts.pop(event.device, None)

    @property
    def answer(self) -> str:
        """The answer to the first press."""
        armed = ", ".join(f"{device} reverts at {when} unless confirmed" for device, when in self._reverts.items())
        return f"stopping{f': {armed}' if armed else ''}; Ctrl-C again to leave now"

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        self._presses += 1
        if self._presses > 1:
            self._leave()
        self._say(f"oob: {self.answer}")
        raise KeyboardInterrupt

    def _leave(self) -> NoReturn:
        """End the process where it stands: the journal is on the disk, and the device keeps its timer."""
        if self._terminal is not None:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
        self._say("oob: left at once; a run can be resumed: oob runs")
        os._exit(Interrupted.exit_code)

    @staticmethod
    def _say(text: str) -> None:
        with suppress(OSError):
            begin = f"{CURSOR_ON}\n" if os.isatty(2) else ""
            os.write(2, f"{begin}{text}\n".encode())


INTERRUPTS = Interrupts()
