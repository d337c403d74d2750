"""Text of a device to a routing table: finds the platform's reader by name and guards what it is given."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from oob.errors import RouteError, UsageError
from oob.routing import platforms as _platforms
from oob.routing.capture import Capture, CutShort, without_pager
from oob.routing.found import Found
from oob.routing.table import RouteTable

# Platforms that print another one's tables.
ALIASES = {"cisco_xe": "cisco_ios"}


class Reader(Protocol):
    """What a module in `oob/routing/platforms` offers; adding one adds the platform of its name."""

    COMMAND: str

    def read(self, capture: Capture, found: Found) -> None:
        """Put the routes of *capture* into *found*, and every line that no rule understands."""


def platforms() -> tuple[str, ...]:
    """Name the platforms whose tables can be read."""
    return tuple(sorted({module.name for module in iter_modules(_platforms.__path__)} | set(ALIASES)))


def _reader(platform: str) -> Reader:
    if platform not in platforms():
        raise UsageError(f"no routing tables of platform {platform!r} can be read; known: {', '.join(platforms())}")
    return cast(Reader, import_module(f"{_platforms.__name__}.{ALIASES.get(platform, platform)}"))


def _read(platform: str, reader: Reader, text: str, *, lenient: bool, partial: bool) -> RouteTable:
    capture = Capture(text, reader.COMMAND)
    found = Found(capture, lenient=lenient, partial=partial)
    reader.read(capture, found)
    if capture.is_open_ended and not found.is_ended:
        last = text[text.rfind("\n") + 1 :]
        number = text.count("\n") + 1
        raise CutShort("the last line breaks off, the table may have been cut short", line=number, text=last)
    return found.table(platform)


def parse(platform: str, text: str, *, lenient: bool = False, partial: bool = False) -> RouteTable:
    """Read the routing table that *platform* printed, all VRFs and families that the text has.

    The text is what a console gave: with or without echo, prompts, `\\r\\n`, pager remains and log messages.
    `RouteError` names the first line that no rule understands, and tables that were cut short: no prompt after an
    echoed command, a pager at the end, a last line that breaks off, announced totals that are not met. *lenient*
    lists lines and totals instead; *partial* says that the command asked for part of a table, so totals don't count.
    """
    reader = _reader(platform)
    try:
        table = _read(platform, reader, text, lenient=lenient, partial=partial)
        if not table.unparsed:
            return table
    except CutShort:
        raise
    except RouteError:
        # Looking for remains of a pager first would cost every reading what only a failed one needs.
        cleaned = without_pager(text)
        if cleaned == text:
            raise
        return _read(platform, reader, cleaned, lenient=lenient, partial=partial)
    return _read(platform, reader, without_pager(text), lenient=lenient, partial=partial)
