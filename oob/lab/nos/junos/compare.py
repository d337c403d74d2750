"""`show | compare`: what changes from one configuration to another, under `[edit ...]` headings."""

from __future__ import annotations

from collections.abc import Iterator

from oob.lab.nos.junos.render import block
from oob.lab.nos.junos.tree import Statement, place

Line = tuple[tuple[str, ...], str]  # the heading it stands under, and the line


def compare(before: Statement, after: Statement) -> str:
    """Return the difference as Junos prints it; nothing when both are equal."""
    lines: list[str] = []
    heading = None
    for path, line in _changes(before, after, (), 0):
        if path != heading:
            lines.append("[" + " ".join(("edit", *path)) + "]")
            heading = path
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def _changes(before: Statement, after: Statement, path: tuple[str, ...], depth: int) -> Iterator[Line]:
    old = {child.name: child for child in before.ordered()}
    new = {child.name: child for child in after.ordered()}
    gone = [child for name, child in old.items() if name not in new]
    for name in (child.name for child in sorted([*gone, *new.values()], key=place)):
        mine, theirs = old.get(name), new.get(name)
        if mine is not None and theirs is not None and mine == theirs:
            continue
        if theirs is None and mine is not None:
            yield from ((path, line) for line in _marked("-", mine, depth))
        elif mine is None and theirs is not None:
            yield from ((path, line) for line in _marked("+", theirs, depth))
        elif mine is not None and theirs is not None:
            yield from _changed(mine, theirs, path, depth)


def _changed(mine: Statement, theirs: Statement, path: tuple[str, ...], depth: int) -> Iterator[Line]:
    if mine.inactive != theirs.inactive:
        word = "inactive" if theirs.inactive else "active"
        yield path, f"!{' ' * (depth + 2)}{word}: {' '.join(theirs.name)} {{ ... }}"
    if mine.values != theirs.values:
        yield from ((path, line) for line in (*_marked("-", mine, depth), *_marked("+", theirs, depth)))
    # `family inet` is one word to read and two levels to Junos
    levels = 2 if mine.name[0] == "family" else 1
    yield from _changes(mine, theirs, (*path, *mine.name), depth + levels)


def _marked(sign: str, statement: Statement, depth: int) -> Iterator[str]:
    # a leaf stands one column further in than its heading is deep, anything else two
    is_leaf = statement.rule.kind in ("leaf", "leaves", "flag")
    indent = " " * (depth + (1 if is_leaf else 2))
    for line in block(statement, 0):
        yield sign + indent + line
