"""Sends what runs have to tell, in order and once, whenever a channel can be reached; the journals are the spool.

What was sent is kept beside the journal, a number for each channel: after an outage the rest goes out with the times
at which it happened.
"""

from __future__ import annotations

import fcntl
import json
import os
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from oob import durable
from oob.errors import JournalError
from oob.events import Event
from oob.recovery.journal import NAME, read
from oob.report.channel import Send
from oob.report.messages import Message, messages

SENT = "sent.json"
PATIENCE = 2.0  # how long the end of a run waits for what is under way


def flush(run: Path, senders: Mapping[str, Send]) -> dict[str, int]:
    """Send what the run in the folder *run* has told since the last time; return how many are left by channel.

    A channel that fails keeps its place, and what comes after it waits. While another process sends the same run's
    messages nothing is sent twice.
    """
    left = dict.fromkeys(senders, 0)
    try:
        told = list(messages(read(run / NAME).entries))
        folder = os.open(run, os.O_RDONLY | os.O_DIRECTORY)
    except (JournalError, OSError):
        return left
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _send(run, told, senders)
    except BlockingIOError:
        return left
    finally:
        os.close(folder)


class Courier:
    """Sends messages of one run in a thread of its own while it goes on; the run never waits for it."""

    def __init__(self, runs: Path, senders: Mapping[str, Send]) -> None:
        self._runs = runs
        self._senders = senders
        self._began = time.time()
        self._bell: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="messages", daemon=True)

    def hear(self, event: Event) -> None:
        """Be told that the run has written something down."""
        if event.name.endswith((".started", ".finished", ".judged", ".stopped", ".interrupted", ".resumed")):
            self._bell.put(True)

    def __enter__(self) -> Self:
        if self._senders:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bell.put(False)
        if self._senders:
            self._thread.join(PATIENCE)

    def _work(self) -> None:
        goes_on = True
        while goes_on:
            goes_on = self._bell.get()
            while goes_on and not self._bell.empty():
                goes_on = self._bell.get()
            for run in sorted(self._runs.glob("*")):
                if self._is_ours(run):
                    flush(run, self._senders)

    def _is_ours(self, run: Path) -> bool:
        """Tell whether *run* goes on now or has told something before; nobody wants to hear of last year's."""
        journal = run / NAME
        return (run / SENT).exists() or (journal.exists() and journal.stat().st_mtime >= self._began)


def _send(run: Path, told: Sequence[Message], senders: Mapping[str, Send]) -> dict[str, int]:
    sent, left = _sent(run), dict.fromkeys(senders, 0)
    for name, send in senders.items():
        waiting = [message for message in told if message.number > sent.get(name, 0)]
        left[name] = len(waiting)
        for message in waiting:
            if not _is_sent(send, message):
                break
            sent[name] = message.number
            left[name] -= 1
            with suppress(OSError):
                durable.replace_file(run / SENT, json.dumps(sent).encode())
    return left


def _is_sent(send: Send, message: Message) -> bool:
    try:
        return send(message)
    except Exception:  # whatever a channel raises, it has not been sent
        return False


def _sent(run: Path) -> dict[str, int]:
    try:
        return {str(name): int(number) for name, number in json.loads((run / SENT).read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}
