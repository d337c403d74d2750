"""The memory of pastes in the home: what one has learnt of a path and a device, the next process begins with.

Nothing depends on it: where the file is missing, damaged, stale or read-only, a paste starts small, as the first one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from oob import durable
from oob.console.stream import Stream
from oob.console.window import Learnt
from oob.naming import folder_name

OLDEST: Final = timedelta(days=180)
LARGEST: Final = 1e9  # of any number in the file
# The share of the round trip and of the rate learnt that the path must show now: a nearer or slower one fills a buffer.
NEAR, SLOW = 0.8, 0.5
PATHS: Final = 64  # of one device


class PasteMemory:
    """The memory of one device, in a file of *folder*; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, device: str) -> None:
        self._file = folder / f"{folder_name(device)}.json" if folder else None

    def recall(self, path: str, hostname: str, stream: Stream) -> Learnt | None:
        """Return what earlier pastes over *path* taught of the device *hostname*, where the open *stream* bears it out.

        The stream must have read something long enough to tell a rate.
        """
        entry = self._load().get(path)
        if not isinstance(entry, dict) or entry.get("hostname") != hostname or not _is_recent(entry.get("taken")):
            return None
        learnt = _learnt(entry)
        return learnt if learnt and _bears_out(learnt, stream) else None

    def keep(self, path: str, hostname: str, learnt: Learnt) -> None:
        """Write down the rates *learnt*, where the disk takes it and it holds a rate."""
        if self._file is None or not learnt.printing or not math.isfinite(learnt.round_trip):
            return
        entry = {"hostname": hostname, "taken": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(learnt)}
        entries = {**{name: each for name, each in self._load().items() if name != path}, path: entry}
        newest = dict(list(entries.items())[-PATHS:])
        with suppress(OSError):
            durable.create_folder(self._file.parent)
            durable.replace_file(self._file, json.dumps(newest, indent=1).encode() + b"\n")

    def _load(self) -> Mapping[str, object]:
        try:
            entries = json.loads(durable.read_file(self._file)) if self._file else {}
        except (OSError, ValueError, RecursionError):
            return {}
        return entries if isinstance(entries, dict) else {}


def _learnt(entry: Mapping[str, object]) -> Learnt | None:
    """Return what an entry of the file says, None where a number of it is missing or makes no sense."""
    values: dict[str, Any] = {}
    for field in fields(Learnt):
        value = entry.get(field.name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST:
            return None
        values[field.name] = value
    return Learnt(**values)


def _is_recent(taken: object) -> bool:
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(str(taken))
    except (ValueError, TypeError):  # TypeError: a date without a zone
        return False
    return timedelta(0) <= age <= OLDEST


def _bears_out(learnt: Learnt, stream: Stream) -> bool:
    """Tell whether the path is still as far away, and the device prints at the rate that was learnt."""
    if stream.round_trip is None or stream.rate is None or not learnt.printing:
        return False
    return stream.round_trip >= NEAR * learnt.round_trip and stream.rate >= SLOW * learnt.printed / learnt.printing
