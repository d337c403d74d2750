"""A YAML file of names, read entry by entry: a damaged entry is an error of its own, and only it costs time.

The file is cut before each name in its first column. A file in a form that cannot be cut (outer braces, anchors that
entries share) is read whole instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.cut_index import CutIndex

_FIRST_COLUMN: Final = re.compile(r"^[^\s#].*", re.MULTILINE)
_NAME: Final = re.compile(r"""([A-Za-z0-9_.][^\s:'"{}\[\],&*!|>%@`#]*|"[^"\\]*"|'[^']*')[ \t]*:(?=[ \t\r]|$)""")
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_NOT_TEXT: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # as YAML 1.1 reads them
_SHARED: Final = re.compile(r"(?:^|[\s,\[{])(?:[&*][A-Za-z0-9_]|<<\s*:)", re.MULTILINE)


class _Piece(NamedTuple):
    """Where an entry stands in the file's text, its first line there, and what is wrong with its name."""

    file: str
    start: int
    end: int
    line: int
    fault: str = ""

    @property
    def text(self) -> str:
        """The text of the entry."""
        return self.file[self.start : self.end]

    @classmethod
    def of(cls, text: str, line: int, fault: str) -> _Piece:
        """Return an entry whose *text* stands alone."""
        return cls(text, 0, len(text), line, fault)


class Entries(Mapping[str, Any]):
    """The entries of a file by name; asking for a damaged one raises InventoryError as `file:line: reason`."""

    def __init__(self, path: Path, shown: str = "") -> None:
        self.file = shown or path.name
        self._text = document.regular_text(path) if document.is_there(path) else ""
        self._is_whole = False
        index = CutIndex(path.parent / ".index" / f"{path.name}.cut", self._text)
        known = index.read()
        if known is not None:
            self._pieces = {
                name: _Piece(self._text, start, end, line, fault) for name, start, end, line, fault in known
            }
            return
        cut = _cut(self._text)
        if cut is not None:
            index.write((name, piece.start, piece.end, piece.line, piece.fault) for name, piece in cut.items())
        if cut is None:
            whole = self._whole
            cut = whole if isinstance(whole, dict) else _cut(self._text, is_lenient=True)
            self._is_whole = cut is whole
        if cut is None:
            assert isinstance(self._whole, InventoryError)
            raise self._whole
        self._pieces = cut

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, name: str) -> Any:
        piece = self._pieces[name]
        if piece.fault:
            raise InventoryError(f"{self.file}:{piece.line}: {name}: {piece.fault}")
        try:
            return self._content(name, piece)
        except InventoryError:
            if self._is_whole or not isinstance(self._whole, dict) or name not in self._whole:
                raise
        self._pieces, self._is_whole = self._whole, True  # it was cut where it must not be
        return self[name]

    def line(self, name: str, keys: str = "") -> int:
        """Return the line on which *keys* (`.data.oob.paths[0].url`) lead to something in the entry of *name*."""
        piece = self._pieces[name]
        found = document.line_of(piece.text, (name, *document.key_parts(keys)))
        return piece.line + found - 1

    def _content(self, name: str, piece: _Piece) -> Any:
        content = document.parsed(piece.text, self.file, first_line=piece.line)
        if not isinstance(content, dict) or list(content) != [name]:
            raise InventoryError(f"{self.file}:{piece.line}: {name}: cannot be understood")
        return content[name]

    @cached_property
    def _whole(self) -> dict[str, _Piece] | InventoryError:
        """Return the pieces as YAML itself tells them apart, with no anchor left, or why it cannot."""
        try:
            content = document.parsed(self._text, self.file)
        except InventoryError as error:
            return error
        if not isinstance(content, dict | None):
            return InventoryError(f"{self.file}: should be a mapping of names")
        lines = document.lines_of(self._text)
        return {
            str(key): _Piece.of(yaml.dump({key: value}, Dumper=document.Plain), line, _fault(key))
            for (key, value), line in zip((content or {}).items(), lines, strict=False)
        }


def _cut(text: str, *, is_lenient: bool = False) -> dict[str, _Piece] | None:
    """Return the entries of *text* by name; None where it is in another form.

    With *is_lenient* a line that begins no entry belongs to the one before it, which it damages.
    """
    if not is_lenient and _SHARED.search(text):
        return None
    starts: list[tuple[int, str, str]] = []
    for found in _FIRST_COLUMN.finditer(text):
        if name := _NAME.match(found[0]):
            starts.append((found.start(), *_name(name[1])))
        elif found[0].rstrip() == "---" and not starts:
            continue
        elif not is_lenient or not starts:
            return None
    return _pieces(text, starts)


def _pieces(text: str, starts: list[tuple[int, str, str]]) -> dict[str, _Piece]:
    pieces: dict[str, _Piece] = {}
    line, before = 1, 0
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    for (start, name, fault), end in zip(starts, ends, strict=False):
        line += text.count("\n", before, start)
        before = start
        if name in pieces:
            fault = f"occurs twice, first on line {pieces[name].line}"
        pieces[name] = _Piece(text, start, end, line, fault)
    return pieces


def _name(written: str) -> tuple[str, str]:
    """Return the name that is *written*, and what is wrong with it."""
    if _PLAIN.fullmatch(written) and written.lower() not in _NOT_TEXT:
        return written, ""
    value = yaml.safe_load(written)
    return (value, "") if isinstance(value, str) else (written, _fault(value))


def _fault(name: object) -> str:
    return "" if isinstance(name, str) else f"YAML takes the name for {name!r}, put it into quotes"
