"""The one live region of this terminal: a question first takes it off the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Region(Protocol):
    """A part of the screen that is drawn again and again."""

    def start(self, refresh: bool = False) -> None: ...
    def stop(self) -> None: ...


class Screen:
    """Keeps a live region and questions apart: while one is asked, nothing is drawn, and one is asked at a time."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._gate = threading.Lock()
        self._make: Callable[[], Region] | None = None
        self._region: Region | None = None
        self._depth = 0  # of questions within a question
        self._held: list[Callable[[], None]] = []

    @contextmanager
    def drawing(self, make: Callable[[], Region]) -> Iterator[None]:
        """Draw the region that *make* returns until the block ends, a new one behind each question.

        Rich's goes up over the lines of its last picture when it starts again, and would erase the question.
        """
        self._region = make()
        self._region.start(refresh=True)
        self._make = make
        try:
            yield
        finally:
            self._make = None
            region, self._region = self._region, None
            region.stop()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Take the region off the screen until the block ends, and hold what would be printed meanwhile."""
        with self._turn:
            with self._gate:
                self._depth += 1
            if self._region is not None:
                self._region.stop()
            try:
                yield
            finally:
                if self._depth == 1:
                    self._release()
                    if self._make is not None:
                        self._region = self._make()
                        self._region.start(refresh=True)
                else:
                    self._depth -= 1

    def say(self, print_it: Callable[[], None]) -> None:
        """Call *print_it* now, or behind the question that is being asked: no line is printed into a prompt."""
        with self._gate:
            if self._depth:
                self._held.append(print_it)
                return
        print_it()

    def above(self, print_it: Callable[[], None]) -> None:
        """Call *print_it* above the region, which would draw over the line, or behind the question being asked."""
        if self._region is None or self._depth:
            self.say(print_it)
        else:
            with self.asking():
                print_it()

    def _release(self) -> None:
        with self._gate:
            self._depth = 0
            held, self._held = self._held, []
        for print_it in held:
            print_it()


SCREEN = Screen()
