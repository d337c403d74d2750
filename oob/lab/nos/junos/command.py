"""The words of a command line: parsing, command look-up and completion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from oob.lab.nos.junos.schema import RefusedStatement

_WORD = re.compile(r'"(?:\\.|[^"\\])*"?|\||[^\s|"]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWord:
    """A word of a command line and the column where it starts."""

    text: str
    start: int


def split(line: str) -> list[list[CommandWord]]:
    """Split a line into words, and at each `|` into segments."""
    segments: list[list[CommandWord]] = [[]]
    for found in _WORD.finditer(line):
        if found.group() == "|":
            segments.append([])
        else:
            text = found.group()
            plain = text.strip('"').replace('\\"', '"') if text.startswith('"') else text
            segments[-1].append(CommandWord(text=plain, start=found.start()))
    return segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The arguments of a command: the words after its own, and the format that the pipes request."""

    words: list[str]
    display: str = ""
    compare: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: its words, a line of help, and what carries it out (a text or a dialog comes back)."""

    words: tuple[str, ...]
    help: str
    run: Callable[[Any, Request], Any]
    takes: bool = False


def command(path: str, help_text: str, run: Callable[[Any, Request], Any], *, takes: bool = False) -> Command:
    """Make a command; *takes* says that more words may follow its own."""
    return Command(words=tuple(path.split()), help=help_text, run=run, takes=takes)


class Menu:
    """The commands of one mode."""

    def __init__(self, commands: Iterable[Command], groups: dict[str, str], error: str) -> None:
        self._commands = list(commands)
        self._groups = groups
        self._error = error

    def find(self, words: list[str]) -> tuple[Command, list[str]]:
        """Return the command of *words*, abbreviated or not, and the remaining words."""
        fitting = self._commands
        for index, word in enumerate(words):
            name, _ = self._next(fitting, index, word)
            complete = [c for c in fitting if len(c.words) == index and c.takes]
            if not name and complete:
                return complete[0], words[index:]
            if not name:
                raise RefusedStatement(index, "unknown command." if index == 0 else self._error)
            fitting = [c for c in fitting if len(c.words) > index and c.words[index] == name]
        complete = [c for c in fitting if len(c.words) == len(words)]
        if not complete:
            raise RefusedStatement(len(words), self._error)
        return complete[0], []

    def _next(self, fitting: list[Command], index: int, word: str) -> tuple[str, list[str]]:
        options = sorted({c.words[index] for c in fitting if len(c.words) > index})
        near = [option for option in options if option.startswith(word)]
        if word in options:
            return word, near
        if len(near) > 1 and not any(len(c.words) == index and c.takes for c in fitting):
            listing = "".join(f"  {name}\n" for name in near)
            raise RefusedStatement(index, f"'{word}' is ambiguous.\nPossible completions:\n{listing.rstrip()}")
        return (near[0] if len(near) == 1 else ""), near

    def options(self, words: list[str]) -> tuple[dict[str, str], Command | None]:
        """Return what may follow *words*, with its help, and the command that they make already."""
        fitting = self._commands
        path: list[str] = []
        for index, word in enumerate(words):
            name, _ = self._next(fitting, index, word)
            if not name:
                complete = [c for c in fitting if len(c.words) == index and c.takes]
                return {}, complete[0] if complete else None
            path.append(name)
            fitting = [c for c in fitting if len(c.words) > index and c.words[index] == name]
        found: dict[str, str] = {}
        for each in fitting:
            if len(each.words) > len(path):
                word = each.words[len(path)]
                group = self._groups.get(" ".join((*path, word)), "")
                found[word] = each.help if len(each.words) == len(path) + 1 else group or found.get(word, each.help)
        complete = [c for c in fitting if len(c.words) == len(path)]
        return dict(sorted(found.items())), complete[0] if complete else None
