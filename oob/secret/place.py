"""The place of a line in a configuration: the sections around it, and whether it belongs to a private key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from oob.secret_rules import PRIVATE_BEGINS, PRIVATE_ENDS

DEEPEST = 40
WIDTHS = frozenset({72, 78, 79, 80, 100, 120, 131, 132, 160, 200})  # of terminals that wrap
END = re.compile(r"^\s*(?:[})\]!#]|end\b|next\b|exit)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: *sections* are the lines above it that are indented less, with their depths."""

    sections: tuple[tuple[int, str], ...] = ()
    in_private_key: bool = False

    @property
    def parents(self) -> tuple[str, ...]:
        """Return the lines that this one stands below."""
        return tuple(text for _, text in self.sections)

    def at(self, line: str) -> Place:
        """Return the place of *line* itself."""
        depth = _depth(line)
        return Place(tuple(section for section in self.sections if section[0] < depth), self.in_private_key)

    def after(self, line: str) -> Place:
        """Return the place below *line*."""
        begins, ends = PRIVATE_BEGINS.search(line), PRIVATE_ENDS.search(line)
        inside = bool(begins) or self.in_private_key
        if ends and not (begins and begins.start() > ends.start()):
            inside = False
        if not line.strip() or self.in_private_key:
            return Place(self.sections, inside)
        here = self.at(line).sections
        if END.match(line):
            return Place(here, inside)
        return Place((*here, (_depth(line), line.strip()[:500]))[-DEEPEST:], inside)


def _depth(line: str) -> int:
    """Return how far *line* is indented; a RouterOS menu stands above the lines that follow it."""
    return -1 if line.startswith("/") else len(line) - len(line.lstrip())
