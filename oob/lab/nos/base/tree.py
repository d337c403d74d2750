"""A configuration as a tree of lines, each with the lines that belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ConfigLine:
    """A configuration line and what belongs to it; a banner is one line with line feeds inside."""

    text: str
    children: list[ConfigLine] = field(default_factory=list)

    def find(self, text: str) -> ConfigLine | None:
        """Return the child that reads *text*."""
        return next((child for child in self.children if child.text == text), None)

    def under(self, head: str) -> list[ConfigLine]:
        """Return the children that begin with the words *head*."""
        return [child for child in self.children if begins(child.text, head)]

    def value(self, head: str) -> str | None:
        """Return what follows *head* in the first child that begins with it."""
        found = self.under(head)
        return found[0].text[len(head) :].strip() if found else None

    def copy(self) -> ConfigLine:
        """Return the line and all below it, anew."""
        return ConfigLine(self.text, [child.copy() for child in self.children])

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        """Give each line below as the path of texts that leads to it."""
        for child in self.children:
            yield (*path, child.text)
            yield from child.walk((*path, child.text))

    def insert(self, text: str, position: Callable[[str], Any]) -> ConfigLine:
        """Put a line where its *position* is among its siblings, and return it."""
        line, rank = ConfigLine(text), position(text)
        index = len(self.children)
        while index and position(self.children[index - 1].text) > rank:
            index -= 1
        self.children.insert(index, line)
        return line

    def prune(self, refuse: tuple[re.Pattern[str], ...]) -> None:
        """Remove every line below that one of *refuse* is found in."""
        self.children = [line for line in self.children if not any(one.search(line.text) for one in refuse)]
        for line in self.children:
            line.prune(refuse)


def outline(lines: Iterable[tuple[int, str]]) -> ConfigLine:
    """Return the tree of *lines*, each with its indent; a line without text only ends its block."""
    root = ConfigLine("")
    stack = [(-1, root)]
    for depth, text in lines:
        while stack[-1][0] >= depth:
            stack.pop()
        if text:
            line = ConfigLine(text)
            stack[-1][1].children.append(line)
            stack.append((depth, line))
    return root


def indent_of(raw: str) -> int:
    """Return the indent of a line."""
    return len(raw) - len(raw.lstrip(" "))


def begins(text: str, head: str) -> bool:
    """Tell whether *text* is *head*, or *head* and further words."""
    return text == head or text.startswith(head + " ")
