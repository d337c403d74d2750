"""A configuration as text: with braces, and as `set` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oob.lab.nos.junos.tree import Statement

_PLAIN = re.compile(r"[\w.\-/:,@+*%=~^<>!|&]+$")
INDENT = "    "


def curly(holder: Statement, depth: int = 0) -> Iterator[str]:
    """Give the lines of what *holder* holds, indented by *depth* levels."""
    for child in holder.ordered():
        yield from block(child, depth)


def block(statement: Statement, depth: int) -> Iterator[str]:
    """Give the lines of one statement."""
    indent = INDENT * depth
    head = ("inactive: " if statement.inactive else "") + " ".join(quoted(word) for word in statement.name)
    inside = list(statement.ordered())
    if not inside:
        yield indent + head + ending(statement)
    elif statement.rule.oneline and len(inside) == 1 and not inside[0].children and not inside[0].inactive:
        yield indent + f"{head} {' '.join(inside[0].name)}" + ending(inside[0])
    else:
        yield indent + head + " {"
        for child in inside:
            yield from block(child, depth + 1)
        yield indent + "}"


def ending(statement: Statement) -> str:
    """Return the values of a leaf, its semicolon and the mark of a secret."""
    words = [_secret(v) if statement.rule.secret else quoted(v) for v in statement.values]
    text = f" [ {' '.join(words)} ]" if len(words) > 1 else "".join(f" {word}" for word in words)
    return text + (";" if not statement.rule.secret else "; ## SECRET-DATA")


def set_lines(holder: Statement, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the `set` lines of *holder*, and `deactivate` lines for its inactive statements."""
    for child in holder.ordered():
        here = (*path, *(quoted(word) for word in child.name))
        if child.values:
            for value in child.values:
                yield "set " + " ".join((*here, _secret(value) if child.rule.secret else quoted(value)))
        elif not any(True for _ in child.ordered()):
            yield "set " + " ".join(here)
        yield from set_lines(child, here)
        if child.inactive:
            yield "deactivate " + " ".join(here)


def quoted(word: str) -> str:
    """Put quotes around a word that needs them."""
    return word if _PLAIN.match(word) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _secret(word: str) -> str:
    return f'"{word}"'
