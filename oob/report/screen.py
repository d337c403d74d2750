"""The one live region of this terminal: a question first takes it off the screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
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
        self._region: Region | None = None

    @contextmanager
    def drawing(self, region: Region) -> Iterator[None]:
        """Draw *region* until the block ends."""
        region.start(refresh=True)
        self._region = region
        try:
            yield
        finally:
            self._region = None
            region.stop()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Take the region off the screen until the block ends."""
        with self._turn:
            region = self._region
            if region is None:
                yield
                return
            region.stop()
            try:
                yield
            finally:
                if self._region is region:
                    region.start(refresh=True)


SCREEN = Screen()
