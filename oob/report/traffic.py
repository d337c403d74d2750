"""The bytes on the line of a run over its time, counted in its transcripts; secrets there have the length of a mask."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from oob.growing import GrowingFile

MOST = 60  # portions of a lane


class Traffic:
    """The transcripts of the run in *folder*, each byte counted once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, GrowingFile] = {}
        self._begun: dict[Path, float] = {}
        self._counts: Counter[int] = Counter()

    @property
    def last(self) -> float:
        """The last second with a byte, since 1970; 0 before the first."""
        return float(max(self._counts, default=0))

    def look(self) -> None:
        """Count what is new."""
        for path in self._folder.glob("console-*.cast"):
            with suppress(OSError):
                for line in self._files.setdefault(path, GrowingFile(path)).lines():
                    self._count(path, line)

    def lane(self, began: float, seconds: float) -> dict[str, Any]:
        """Return the bytes of each portion of the run that *began* then (since 1970) and took so many *seconds*.

        A portion is a power of two in seconds, so that a longer run changes only the last of them.
        """
        width = 1
        while seconds / width > MOST:
            width *= 2
        portions = [0] * (int(seconds / width) + 1)
        for second, count in self._counts.items():
            place = int((second - began) / width)
            if 0 <= place < len(portions):
                portions[place] += count
        return {"width": width, "bytes": portions if self._counts else []}

    def _count(self, path: Path, line: bytes) -> None:
        try:
            found = json.loads(line)
            if isinstance(found, dict):
                self._begun[path] = float(found.get("timestamp", 0.0))
            elif found[1] in ("o", "i"):
                self._counts[int(self._begun.get(path, 0.0) + float(found[0]))] += len(str(found[2]).encode())
        except (ValueError, TypeError, LookupError, RecursionError):
            return  # a line of another program
