"""The record of a drill for people: one event a line, appended as it happens, and the only source of the score."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TextIO

from oob import durable
from oob.errors import UsageError
from oob.fault import unreadable
from oob.kept import kept

NAME = "record.jsonl"
Kind = Literal[
    "started",  # the lab is broken and the clock runs
    "key",  # the first key on a router's console
    "line",  # a line typed on a router
    "routes",  # how many routes are missing now
    "hint",  # a hint was asked for
    "diagnosis",  # the team names the fault
    "note",  # the team keeps a note
    "timer",  # oob armed a revert timer
    "proven",  # oob proved a router recovered
    "kept",  # a journal or a transcript of the team
    "finished",  # the team says that it is done
    "stopped",  # the drill ended without that
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeEvent:
    """Something happened *seconds* after the start.

    For `routes`: *missing* is how many are missing, *broken* are the routers that lack some which need no neighbour.
    """

    seconds: float
    kind: Kind
    router: str = ""
    text: str = ""
    missing: int = 0
    broken: tuple[str, ...] = ()


class PracticeRecord:
    """Appends events to the record of a drill; each is on the disk before the next one is taken."""

    def __init__(self, folder: Path) -> None:
        self._file: TextIO = (folder / NAME).open("x", encoding="utf-8")
        self.events: list[PracticeEvent] = []

    def add(self, event: PracticeEvent) -> None:
        """Append an event."""
        self.events.append(event)
        self._file.write(json.dumps(asdict(event)) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(folder: Path) -> tuple[PracticeEvent, ...]:
    """Return the events of the drill in *folder*; raises UsageError where its record cannot be read."""
    try:
        events = [kept(PracticeEvent, line) for line in durable.read_file(folder / NAME).splitlines()]
    except OSError as error:
        raise UsageError(f"{folder / NAME}: cannot be read: {unreadable(error)}") from error
    if None in events:
        raise UsageError(f"{folder / NAME}: line {events.index(None) + 1} is not of the record of a drill")
    return tuple(filter(None, events))


WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        "started": "the network is broken, the clock runs",
        "key": "first key on the console",
        "line": "typed",
        "routes": "routes missing",
        "hint": "HINT",
        "diagnosis": "diagnosis",
        "note": "note",
        "timer": "revert timer armed by oob",
        "proven": "recovered and proven by oob",
        "kept": "record kept",
        "finished": "the team is done",
        "stopped": "the drill was stopped",
    }
)
