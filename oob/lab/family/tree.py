"""A configuration as a tree of lines, each with the lines that belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """A configuration line and what belongs to it; a banner is one line with line feeds inside."""

    text: str
    children: list[Line] = field(default_factory=list)

    def find(self, text: str) -> Line | None:
        """Return the child that reads *text*."""
        return next((child for child in self.children if child.text == text), None)

    def under(self, head: str) -> list[Line]:
        """Return the children that begin with the words *head*."""
        return [child for child in self.children if begins(child.text, head)]

    def value(self, head: str) -> str | None:
        """Return what follows *head* in the first child that begins with it."""
        found = self.under(head)
        return found[0].text[len(head) :].strip() if found else None

    def copy(self) -> Line:
        """Return the line and all below it, anew."""
        return Line(self.text, [child.copy() for child in self.children])

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        """Give each line below as the path of texts that leads to it."""
        for child in self.children:
            yield (*path, child.text)
            yield from child.walk((*path, child.text))


def begins(text: str, head: str) -> bool:
    """Tell whether *text* is *head* or goes on after it with another word."""
    return text == head or text.startswith(head + " ")
