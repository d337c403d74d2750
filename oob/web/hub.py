"""Hands the state of each page to all its watchers: made once, however many there are, and never waiting for one.

A watcher that does not keep up is not waited for: its queue overflows, and the next thing that it gets is the whole.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from oob.web.patch import changes, legible, pieces
from oob.web.runs import Runs

LOOK = 0.2  # seconds between two looks at the journals
TICK = 1.0  # and between two of what changes by itself: percent and time left
BEHIND = 64  # pieces that a watcher may be behind
QUIET = 15.0  # seconds after which a watcher is told that nothing happened
OVERVIEW = ""  # the topic of the overview; every other topic is a run


class Topic:
    """The watchers of one page, and the state that they have."""

    def __init__(self) -> None:
        self.state: Any = {}
        self.watchers: set[asyncio.Queue[str | None]] = set()

    def update(self, state: Any) -> None:
        """Send every watcher what has changed since the last state."""
        found = list(pieces(changes(self.state, state)))
        self.state = state
        for watcher in self.watchers:
            if watcher.qsize() + len(found) >= BEHIND:
                while not watcher.empty():
                    watcher.get_nowait()
                watcher.put_nowait(None)
            else:
                for piece in found:
                    watcher.put_nowait(piece)


class Hub:
    """Follows the journals of a home and keeps its pages up to date."""

    def __init__(self, runs: Runs, utc: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.runs = runs
        self._utc = utc
        self._topics: dict[str, Topic] = {}
        self._closing = asyncio.Event()

    async def work(self) -> None:
        """Look at the journals until it is cancelled."""
        ticked = 0.0
        while True:
            changed = await asyncio.to_thread(self.runs.look)
            now = time.monotonic()
            if now - ticked >= TICK:
                ticked = now
                self._update(self._topics)
            elif changed:
                self._update(name for name in self._topics if name == OVERVIEW or name in changed)
            await asyncio.sleep(LOOK)

    def close(self) -> None:
        """End all streams, so that the server can end; browsers come back by themselves."""
        self._closing.set()
        for topic in self._topics.values():
            for watcher in topic.watchers:
                watcher.put_nowait(None)

    async def stream(self, name: str) -> AsyncIterator[str]:
        """Yield the events of the page *name*: first the whole, then each change."""
        topic = self._topics.setdefault(name, Topic())
        if not topic.watchers:
            topic.state = self._state(name)
        watcher: asyncio.Queue[str | None] = asyncio.Queue()
        topic.watchers.add(watcher)
        try:
            yield _whole(topic.state)
            while not self._closing.is_set():
                yield await self._next(watcher, topic)
        finally:
            topic.watchers.discard(watcher)
            if not topic.watchers:
                self._topics.pop(name, None)

    async def until_closed(self, stream: AsyncIterator[str]) -> AsyncIterator[str]:
        """Yield what *stream* yields until the server is told to end."""
        async for text in stream:
            yield text
            if self._closing.is_set():
                return

    async def _next(self, watcher: asyncio.Queue[str | None], topic: Topic) -> str:
        try:
            piece = await asyncio.wait_for(watcher.get(), QUIET)
        except TimeoutError:
            return ": nothing new\n\n"
        return _whole(topic.state) if piece is None else f"data: {piece}\n\n"

    def _update(self, names: Iterable[str]) -> None:
        for name in list(names):
            self._topics[name].update(self._state(name))

    def _state(self, name: str) -> Any:
        utc = self._utc()
        if name == OVERVIEW:
            return legible(self.runs.overview(utc))
        found = self.runs.find(name)
        return legible(found.page(utc)) if found else {}


def _whole(state: Any) -> str:
    return f"event: whole\ndata: {json.dumps(state, ensure_ascii=False, separators=(',', ':'))}\n\n"
