"""JSON tables read piece by piece, so that a million routes never stand in memory as one document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from oob.errors import RouteError
from oob.routing.capture import Capture

_SPACE = re.compile(r"[ \t\n\r]*")
# The C scanner that `raw_decode` wraps, reached without a call in Python for each route.
_SCAN: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


class TableDocument:
    """One or more JSON values behind each other in the text of a capture."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first_line = first_line
        self.at = 0

    def is_at(self, char: str) -> bool:
        """Tell whether the next value begins with *char*."""
        return self._text.startswith(char, self._skip(self.at))

    @property
    def is_spent(self) -> bool:
        """Tell whether only white space is left."""
        return self._skip(self.at) == len(self._text)

    def value(self) -> Any:
        """Return the next value, whole."""
        start = self._skip(self.at)
        try:
            value, self.at = _SCAN(self._text, start)
        except (StopIteration, ValueError, RecursionError) as error:
            at = error.args[0] if error.args and isinstance(error.args[0], int) else start
            raise self.broken("the document is broken or truncated", at) from error
        return value

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that begins here; the caller reads each one's value."""
        yield from self._parts("{", "}", has_keys=True)

    def items(self) -> Iterator[None]:
        """Yield before each item of the array that begins here; the caller reads it."""
        for _ in self._parts("[", "]", has_keys=False):
            yield None

    def end(self) -> None:
        """Raise an error for anything after the values read."""
        if not self.is_spent:
            raise self.broken("unexpected text after the document", self._skip(self.at))

    def broken(self, reason: str, at: int | None = None) -> RouteError:
        """Return the error for this place in the text."""
        at = self.at if at is None else at
        line = self._first_line + self._text.count("\n", 0, at)
        return RouteError(reason, line=line, text=self._text[at : at + 60].partition("\n")[0])

    def _parts(self, opening: str, closing: str, *, has_keys: bool) -> Iterator[str]:
        self._expect(opening)
        if self._take(closing):
            return
        while True:
            key = ""
            if has_keys:
                key = self.value()
                if not isinstance(key, str):
                    raise self.broken("a key of the document is not text")
                self._expect(":")
            yield key
            if self._take(closing):
                return
            self._expect(",")

    def _expect(self, char: str) -> None:
        if not self._take(char):
            raise self.broken(f"the document is broken or truncated, expected {char!r}", self._skip(self.at))

    def _take(self, char: str) -> bool:
        at = self._skip(self.at)
        if self._text.startswith(char, at):
            self.at = at + 1
            return True
        return False

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at


def documents(capture: Capture) -> Iterator[TableDocument]:
    """Yield each command's output as a document."""
    for number, text in capture.documents():
        yield TableDocument(text, number)
