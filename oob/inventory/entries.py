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

from oob.derived import DerivedFacts
from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.cut_index import LARGE, Cut, CutIndex
from oob.naming import collision_key

_FIRST_COLUMN: Final = re.compile(r"^[^\s#].*", re.MULTILINE)
_NAME: Final = re.compile(r"""([A-Za-z0-9_.][^\s:'"{}\[\],&*!|>%@`#]*|"[^"\\]*"|'[^']*')[ \t]*:(?=[ \t\r]|$)""")
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_NOT_TEXT: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # as YAML 1.1 reads them
_MANY: Final = 200  # entries that are asked for one by one before the file is cut
_SHARED: Final = re.compile(r"(?:^|[\s,\[{])(?:[&*][A-Za-z0-9_]|<<\s*:)", re.MULTILINE)


class _Piece(NamedTuple):
    """Where an entry stands in the file's text, its first line there, and the fault of its name."""

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

    def __init__(self, path: Path, facts: DerivedFacts, shown: str = "") -> None:
        self.file = shown or path.name
        self._text = document.regular_text(path) if document.is_there(path) else ""
        self._is_whole = False
        self._asked = 0
        self._all: dict[str, _Piece] | None = None
        self._index = CutIndex(facts, self.file, self._text) if len(self._text) >= LARGE else None
        known = self._index.names() if self._index else None
        self._names: Mapping[str, object] = self._read() if known is None else known

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Any:
        piece = self._piece(name)
        if piece.fault:
            raise InventoryError(f"{self.file}:{piece.line}: {name}: {piece.fault}")
        try:
            return self._content(name, piece)
        except InventoryError:
            if self._is_whole or not isinstance(self._whole, dict) or name not in self._whole:
                raise
        self._names = self._all = self._whole  # it was cut where it must not be
        self._is_whole = True
        return self[name]

    def first_like(self, name: str) -> str | None:
        """Return the first name here that is one folder with *name* where a file system ignores case."""
        if self._all is None and self._index and (found := self._index.like(name)):
            return found
        return self._likes.get(collision_key(name))

    def line(self, name: str, keys: str = "") -> int:
        """Return the line on which *keys* (`.data.oob.paths[0].url`) lead to something in the entry of *name*."""
        piece = self._piece(name)
        found = document.line_of(piece.text, (name, *document.key_parts(keys)))
        return piece.line + found - 1

    def _content(self, name: str, piece: _Piece) -> Any:
        content = document.parsed(piece.text, self.file, first_line=piece.line)
        if not isinstance(content, dict) or list(content) != [name]:
            raise InventoryError(f"{self.file}:{piece.line}: {name}: cannot be understood")
        return content[name]

    @cached_property
    def _likes(self) -> Mapping[str, str]:
        likes: dict[str, str] = {}
        for name in self:
            likes.setdefault(collision_key(name), name)
        return likes

    def _piece(self, name: str) -> _Piece:
        """Return where the entry of *name* stands; the file is cut where the index does not say, or for many."""
        if self._all is None and self._index:
            self._asked += 1
            if self._asked > _MANY:
                self._all = self._cut()
            elif cut := self._index.find(name):
                return _Piece(self._text, *cut)
            else:
                self._read()
        assert self._all is not None
        return self._all[name]

    def _read(self) -> dict[str, _Piece]:
        """Cut the file, and keep in the index where."""
        self._all = self._cut()
        if self._index and not self._is_whole:
            self._index.write({name: Cut(*piece[1:]) for name, piece in self._all.items()})
        return self._all

    def _cut(self) -> dict[str, _Piece]:
        cut = _cut(self._text)
        if cut is not None:
            return cut
        whole = self._whole
        if isinstance(whole, dict):
            self._is_whole = True
            return whole
        cut = _cut(self._text, is_lenient=True)
        if cut is None:
            raise whole
        return cut

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
    """Return the name that is *written*, and its fault."""
    if _PLAIN.fullmatch(written) and written.lower() not in _NOT_TEXT:
        return written, ""
    value = yaml.safe_load(written)
    return (value, "") if isinstance(value, str) else (written, _fault(value))


def _fault(name: object) -> str:
    return "" if isinstance(name, str) else f"YAML takes the name for {name!r}, put it into quotes"
