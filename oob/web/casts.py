"""The transcripts of a home as they are written, secrets masked: for any number of watchers, who only read files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from oob.growing import GrowingFile
from oob.inventory.home import Home

LOOK = 0.3  # seconds between two looks at a file that may grow
NEWEST = 20  # transcripts outside of runs that the overview names
QUIET = 50  # looks after which a watcher is told that nothing happened
LARGEST = 262_144  # bytes of one event


def of_run(home: Home, run: str) -> list[Path]:
    """Return the transcripts of *run* in their order, none where there is no such run."""
    if Path(run).name != run:
        return []
    found = (home.runs / run).glob("console-*.cast")
    return sorted(found, key=lambda path: (len(path.name), path.name))


def of_consoles(home: Home) -> list[Path]:
    """Return the newest transcripts of consoles outside of runs, newest first."""
    try:
        found = sorted(home.transcripts.glob("*.cast"), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return []
    return found[:NEWEST]


async def follow(home: Home, run: str, name: str) -> AsyncIterator[str]:
    """Yield the events of the transcripts of *run*, or of the one *name* outside of runs, as they come to be.

    A server-sent event holds lines of asciicast v2; the header of a file, an object, begins a session.
    """
    growing: dict[Path, GrowingFile] = {}
    quiet = 0
    while True:
        paths = of_run(home, run) if run else [path for path in of_consoles(home) if path.stem == name]
        said = False
        for path in paths:
            async for lines in _fresh(growing.setdefault(path, GrowingFile(path))):
                said = True
                yield f"data: [{','.join(lines)}]\n\n"
        quiet = 0 if said else quiet + 1
        if quiet and quiet % QUIET == 0:
            yield ": nothing new\n\n"
        await asyncio.sleep(LOOK)


def xterm(name: str) -> bytes | None:
    """Return a file of xterm.js from the wheel, or from the checkout that `make browser` filled; None without it."""
    places: list[Traversable] = [files("oob.web").joinpath("xterm", name)]
    folder = "css" if name.endswith(".css") else "lib"
    places.append(Path(__file__).parents[2] / "browser" / "node_modules" / "@xterm" / "xterm" / folder / name)
    for place in places:
        if place.is_file():
            return place.read_bytes()
    return None


async def _fresh(file: GrowingFile) -> AsyncIterator[list[str]]:
    """Yield the new lines of *file*, in portions; those that are not JSON are left out."""
    with suppress(OSError):
        while data := await asyncio.to_thread(file.lines, LARGEST):
            if lines := [line for line in (one.decode("utf-8", "replace") for one in data) if _is_json(line)]:
                yield lines


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
