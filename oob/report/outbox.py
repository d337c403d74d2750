"""Sends what runs have to tell, in order and once, whenever a channel can be reached; the journals are the spool.

How far a channel is, a number in a file beside the journal says: after an outage the rest goes out with the times at
which it happened.
"""

from __future__ import annotations

import fcntl
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from oob import durable
from oob.deadline import Deadline
from oob.errors import JournalError
from oob.events import Event
from oob.naming import folder_name
from oob.recovery.record.journal import NAME, read
from oob.report.channel import Send
from oob.report.fields import Templates
from oob.report.messages import Message, messages

PATIENCE = 2.0  # how long the end of a run waits for messages under way
WORTH_IT = (
    ".started",
    ".finished",
    ".judged",
    ".ended",
    ".stopped",
    ".interrupted",
    ".resumed",
    ".looked",
    ".heartbeat",
    ".extended",
    ".missed",
)


def flush(run: Path, channel: str, send: Send, known: Templates | None = None) -> int:
    """Send what the run in the folder *run* has told since the last time; return how much the channel did not take.

    What it did not take keeps its place, and what comes after that waits. While another process sends the same to the
    same channel nothing is done, so that nothing is sent twice.
    """
    try:
        told = list(messages(read(run / NAME).entries, known))
        with _place(run, channel) as place:
            waiting = [message for message in told if message.number > _number(place)]
            for count, message in enumerate(waiting):
                if not _is_sent(send, message):
                    return len(waiting) - count
                os.pwrite(place, f"{message.number}\n".encode(), 0)
    except (JournalError, OSError):
        pass
    return 0


def places(run: Path) -> dict[str, int]:
    """Return the number of the last message that each channel took of the run in the folder *run*."""
    found = {}
    for path in sorted(run.glob("*.sent")):
        with suppress(OSError, UnicodeDecodeError):
            text = durable.read_file(path).decode("ascii").partition("\n")[0]
            found[path.name.removesuffix(".sent")] = int(text) if text.isdigit() else 0
    return found


def waiting(run: Path, channel: str) -> int:
    """Return how many messages of the run in the folder *run* the channel has not taken."""
    try:
        told = list(messages(read(run / NAME).entries))
    except JournalError:
        return 0
    last = places(run).get(folder_name(channel), 0)
    return sum(message.number > last for message in told)


class Courier:
    """Sends the messages of runs in threads of its own, one a channel; no run and no channel waits for another.

    At its end *tell* gets, by channel, how many messages were not delivered, where there are any. *known* are the
    templates of the messages, oob's own without them.
    """

    def __init__(
        self,
        runs: Path,
        senders: Mapping[str, Send],
        tell: Callable[[Mapping[str, int]], None] = lambda _: None,
        known: Templates | None = None,
    ) -> None:
        self._known = known
        self._runs = runs
        self._channels = tuple(senders)
        self._tell = tell
        self._began = time.time()
        self._bells: list[queue.SimpleQueue[bool]] = []
        self._threads: list[threading.Thread] = []
        for name, send in senders.items():
            bell: queue.SimpleQueue[bool] = queue.SimpleQueue()
            self._bells.append(bell)
            work = threading.Thread(target=self._work, args=(name, send, bell), name=f"messages to {name}", daemon=True)
            self._threads.append(work)

    def hear(self, event: Event) -> None:
        """Be told that the run has written something down."""
        if event.name.endswith(WORTH_IT):
            self._ring(goes_on=True)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ring(goes_on=False)
        patience = Deadline(PATIENCE)
        for thread in self._threads:
            thread.join(patience.remaining())
        if left := self.undelivered():
            self._tell(left)

    def undelivered(self) -> dict[str, int]:
        """Return how many messages each channel has not taken, without those that took all."""
        left = {
            channel: sum(waiting(run, channel) for run in self._runs.glob("*") if self._is_ours(run, channel))
            for channel in self._channels
        }
        return {channel: count for channel, count in left.items() if count}

    def _ring(self, *, goes_on: bool) -> None:
        for bell in self._bells:
            bell.put(goes_on)

    def _work(self, channel: str, send: Send, bell: queue.SimpleQueue[bool]) -> None:
        goes_on = True
        while goes_on:
            goes_on = bell.get()
            while goes_on and not bell.empty():
                goes_on = bell.get()
            for run in sorted(self._runs.glob("*")):
                if self._is_ours(run, channel):
                    flush(run, channel, send, self._known)

    def _is_ours(self, run: Path, channel: str) -> bool:
        """Tell whether *run* goes on now or has had something for *channel*; last year's are of no interest."""
        journal = run / NAME
        return _file(run, channel).exists() or (journal.exists() and journal.stat().st_mtime >= self._began)


def _is_sent(send: Send, message: Message) -> bool:
    try:
        return send(message)
    except Exception:  # whatever a channel raises, it has not been sent
        return False


def _file(run: Path, channel: str) -> Path:
    return run / f"{folder_name(channel)}.sent"


@contextmanager
def _place(run: Path, channel: str) -> Iterator[int]:
    """Open the file that says how far *channel* is; it is there from the first try on, also where nothing is sent."""
    descriptor = os.open(_file(run, channel), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def _number(place: int) -> int:
    text = os.pread(place, 20, 0).split(b"\n")[0]
    return int(text) if text.isdigit() else 0
