"""The difference between two states of a page, in pieces small enough for a slow line. Pure.

A change is `[path, value]`, which sets what *path* leads to, or `[path]`, which deletes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from oob.printable import printable

LIMIT = 900  # bytes of one piece; with the framing of its event it stays below 1 KB

Change = list[Any]


def changes(before: Any, after: Any, path: tuple[str | int, ...] = ()) -> Iterator[Change]:
    """Yield the changes that make *after* of *before*; both are plain data."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from ([[*path, key]] for key in before if key not in after)
        for key, value in after.items():
            if key not in before:
                yield [[*path, key], value]
            else:
                yield from changes(before[key], value, (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from ([[*path, index]] for index in reversed(range(len(after), len(before))))
        for index, value in enumerate(after):
            if index >= len(before):
                yield [[*path, index], value]
            else:
                yield from changes(before[index], value, (*path, index))
    elif before != after:
        yield [list(path), after]


def pieces(found: Iterator[Change], limit: int = LIMIT) -> Iterator[str]:
    """Yield the changes *found* as JSON lists of at most *limit* bytes each; one long text alone may be longer."""
    piece: list[str] = []
    size = 0
    for change in found:
        for text in _parts(change, limit):
            length = len(text.encode())
            if piece and size + length > limit:
                yield f"[{','.join(piece)}]"
                piece, size = [], 0
            piece.append(text)
            size += length + 1
    if piece:
        yield f"[{','.join(piece)}]"


def _parts(change: Change, limit: int) -> Iterator[str]:
    text = json.dumps(change, ensure_ascii=False, separators=(",", ":"))
    value = change[1] if len(change) > 1 else None
    if len(text.encode()) <= limit or not isinstance(value, dict | list) or not value:
        yield text
        return
    path = change[0]
    yield from _parts([path, type(value)()], limit)
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield from _parts([[*path, key], item], limit)


def legible(value: Any) -> Any:
    """Return plain data in which no text holds anything that a browser or a terminal would act on."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(str(key)): legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [legible(item) for item in value]
    return value
