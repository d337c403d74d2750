"""Folds lines that are wider than the terminal between words, under the column that they belong to."""

from __future__ import annotations

import os
import re
from typing import TextIO

DEEPEST = 0.6  # of the width: a column that begins farther to the right is not continued under itself
COLUMN = re.compile(r"\S {2,}(?=\S)")


def for_terminal(text: str, stream: TextIO) -> str:
    """Return *text* folded where *stream* is a terminal; what goes to a file or a program stays as it is."""
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):  # no terminal, a closed stream, a stream without a file
        return text
    return folded(text, width) if width else text


def folded(text: str, width: int) -> str:
    """Return *text* in lines of at most *width* columns; a word that is longer stays whole."""
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line, width))


def _pieces(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    below = _hang(line, width)
    pieces, free = [""], width
    for word in re.findall(r"\s*\S+", line):
        bare = word.lstrip()
        # A path or a URL that no line has room for goes on where it is: the terminal breaks it, and it is copied whole.
        if len(word) <= free or len(bare) > width - below:
            pieces[-1] += word
            free = (free - len(word)) % width
        else:
            pieces.append(" " * below + bare)
            free = width - below - len(bare)
    return pieces


def _hang(line: str, width: int) -> int:
    """Return where the last column begins that leaves room below itself, else two columns more than the line."""
    own = len(line) - len(line.lstrip()) + 2
    return max((found.end() for found in COLUMN.finditer(line) if found.end() <= DEEPEST * width), default=own)
