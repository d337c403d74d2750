"""The parser of Tcl 8 scripts: commands, words and substitutions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

_NAME = re.compile(r"\$(?:\{([^}]*)\}|([A-Za-z0-9_]+))")
_OCTAL = re.compile(r"\\([0-7]{1,3})")
_HEXADECIMAL = re.compile(r"\\x([0-9A-Fa-f]{1,2})")
_FOLDED = re.compile(r"\\\n[ \t]*")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ENDS = "\n;"
_BLANKS = " \t\r\f\v"


class TclError(Exception):
    """An error that Tcl prints instead of running a command."""


class _Unfinished(TclError):
    """The script ends inside of something that has to be closed."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Brackets:
    """`[script]`."""

    text: str


Script: TypeAlias = tuple[Literal | Variable | Brackets, ...]


def is_complete(text: str) -> bool:
    """Tell whether *text* leaves nothing open, so that it is carried out."""
    if text.endswith("\\\n") and (len(text) - 1 - len(text[:-1].rstrip("\\"))) % 2:
        return False
    try:
        for _ in parsed(text):
            pass
    except _Unfinished:
        return False
    except TclError:
        return True
    return True


def parsed(text: str) -> Iterator[tuple[Script, ...]]:
    """Yield the words of each command in *text*; raises TclError where one cannot be read, once it is its turn."""
    reader = _Reader(text)
    while not reader.is_at_end:
        yield reader.command()


class _Reader:
    """A place in a script. *until* is what ends it besides its end: `]` inside of brackets."""

    def __init__(self, text: str, start: int = 0, until: str = "") -> None:
        self.text = text
        self.at = start
        self.until = until

    @property
    def is_at_end(self) -> bool:
        return self.at >= len(self.text)

    @property
    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def command(self) -> tuple[Script, ...]:
        """Read one command and what ends it; nothing for a comment."""
        self._skip(_BLANKS + _ENDS)
        if self._next == "#":
            self._skip_comment()
            return ()
        words = []
        while not self.is_at_end and self._next not in _ENDS + self.until:
            words.append(self._word())
            self._skip(_BLANKS)
        if self._next and self._next in _ENDS:
            self.at += 1
        return tuple(words)

    def _skip(self, characters: str) -> None:
        while not self.is_at_end:
            if folded := _FOLDED.match(self.text, self.at):
                self.at = folded.end()
            elif self._next in characters:
                self.at += 1
            else:
                return

    def _skip_comment(self) -> None:
        while not self.is_at_end and self._next != "\n":
            self.at += 2 if self._next == "\\" else 1

    def _word(self) -> Script:
        if self._next == "{":
            word: Script = (Literal(self._braces()),)
        elif self._next == '"':
            self.at += 1
            word = self._parts('"')
            if self._next != '"':
                raise _Unfinished('missing "')
            self.at += 1
        else:
            return self._parts(_BLANKS + _ENDS + self.until)
        if not self.is_at_end and self._next not in _BLANKS + _ENDS + self.until and self.text[self.at :][:2] != "\\\n":
            raise TclError("extra characters after close-quote or close-brace")
        return word

    def _braces(self) -> str:
        start, depth = self.at + 1, 0
        while not self.is_at_end:
            depth += {"{": 1, "}": -1}.get(self._next, 0)
            self.at += 2 if self._next == "\\" else 1
            if not depth:
                return _FOLDED.sub(" ", self.text[start : self.at - 1])
        raise _Unfinished("missing close-brace")

    def _parts(self, ends: str) -> Script:
        parts: list[Literal | Variable | Brackets] = []
        plain = ""
        while not self.is_at_end and self._next not in ends:
            if self._next == "[":
                found: Literal | Variable | Brackets = self._brackets()
            elif self._next == "\\":
                found = self._backslash(ends)
                if found == Literal("") and ends != '"':
                    break
            elif self.text.startswith("${", self.at) and "}" not in self.text[self.at :]:
                raise _Unfinished("missing close-brace for variable name")
            elif name := _NAME.match(self.text, self.at):
                self.at = name.end()
                found = Variable(name[1] if name[1] is not None else name[2])
            else:
                plain += self._next
                self.at += 1
                continue
            if isinstance(found, Literal):
                plain += found.text
                continue
            parts += [Literal(plain), found] if plain else [found]
            plain = ""
        return (*parts, Literal(plain)) if plain or not parts else tuple(parts)

    def _brackets(self) -> Brackets:
        inner = _Reader(self.text, self.at + 1, "]")
        while inner._next != "]":
            if inner.is_at_end:
                raise _Unfinished("missing close-bracket")
            inner.command()
        script = self.text[self.at + 1 : inner.at]
        self.at = inner.at + 1
        return Brackets(script)

    def _backslash(self, ends: str) -> Literal:
        if folded := _FOLDED.match(self.text, self.at):
            if ends != '"':
                return Literal("")  # it ends the word, as a blank does
            self.at = folded.end()
            return Literal(" ")
        for pattern, base in ((_OCTAL, 8), (_HEXADECIMAL, 16)):
            if number := pattern.match(self.text, self.at):
                self.at = number.end()
                return Literal(chr(int(number[1], base) & 0xFF))
        escaped = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        return Literal(_ESCAPES.get(escaped, escaped) or "\\")
