"""The last lines of a device, from the transcripts of its run, where secrets are masked already."""

from __future__ import annotations

import os
from pathlib import Path

READ = 8192  # bytes from the end of a transcript
RECEIVED = "< "  # stands between the time and a line that the device printed


def tail(folder: Path, count: int) -> tuple[str, ...]:
    """Return the last *count* lines that the device of the run in *folder* printed, none where nothing is known."""
    try:
        newest = max(folder.glob("console-*.log"), key=lambda path: path.stat().st_mtime_ns, default=None)
        if newest is None:
            return ()
        with open(newest, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - READ))
            text = file.read(READ).decode("utf-8", "replace")
    except OSError:
        return ()
    timeless = (line.partition(" ")[2] for line in text.split("\n")[:-1])
    lines = (line.removeprefix(RECEIVED).strip() for line in timeless if line.startswith(RECEIVED))
    return tuple([line for line in lines if line][-count:]) if count else ()
