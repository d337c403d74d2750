"""Differences between two configurations: as commands, and as contextual diffs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oob.lab.nos.base import delta
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.delta import PlacedCommand, below
from oob.lab.nos.base.place import TOP, Where
from oob.lab.nos.base.tree import ConfigLine, begins
from oob.lab.nos.ios.language import NAMES

# Lists of lines of which the first match wins.
_LIST = re.compile(r"(?:access-list|ip as-path access-list|ip (?:ext)?community-list(?: standard| expanded)?) \S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackCommand(PlacedCommand):
    """A command of a rollback; *removes* tells a `no` from an addition."""

    removes: bool


def commands(config: Configuration, target: ConfigLine) -> list[RollbackCommand]:
    """Return the commands that turn *config* into *target*: removals first, then additions.

    A list in another order goes and comes as a whole.
    """
    moved = _moved(config.root, target)
    gone = [RollbackCommand(where=TOP, text=f"no {text}", removes=True) for text in moved]
    gone += _removals(config, config.root, target, TOP)
    left = ConfigLine("", [line for line in config.root.children if line.text not in moved])
    return gone + list(_additions(config, left, target, TOP))


def _moved(now: ConfigLine, wanted: ConfigLine) -> dict[str, None]:
    """Return the lines of the lists that both have and that do not stand in the order that is *wanted*."""
    moved: dict[str, None] = {}
    orders = [_lists(one, other) for one, other in ((now, wanted), (wanted, now))]
    for name, lines in orders[0].items():
        if lines != orders[1][name]:
            moved |= dict.fromkeys(lines)
    return moved


def _lists(block: ConfigLine, other: ConfigLine) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for line in block.children:
        if (match := _LIST.match(line.text)) and other.find(line.text):
            lists.setdefault(match[0], []).append(line.text)
    return lists


def listed(steps: Sequence[PlacedCommand]) -> str:
    """Write steps as IOS lists them, with the lines above each block."""
    return delta.listed(steps, 1, is_apart=False)


def contextual(old: ConfigLine, new: ConfigLine, depth: int = 0) -> Iterator[str]:
    """Give the differences line by line, each below the block that it is in."""
    indent = " " * depth
    for line in new.children:
        other = old.find(line.text)
        if other is None:
            yield from _whole(line, depth, "+")
        elif below := list(contextual(other, line, depth + 1)):
            yield f"{indent}{line.text}\n"
            yield from below
    for line in old.children:
        if new.find(line.text) is None:
            yield from _whole(line, depth, "-")


def _whole(line: ConfigLine, depth: int, sign: str) -> Iterator[str]:
    yield f"{' ' * depth}{sign}{line.text}\n"
    for child in line.children:
        yield from _whole(child, depth + 1, sign)


def _removals(config: Configuration, now: ConfigLine, wanted: ConfigLine, where: Where) -> Iterator[RollbackCommand]:
    filled = {slot for line in wanted.children if (slot := config.slot_of(where, line.text))}
    for line in now.children:
        kept = wanted.find(line.text)
        if kept is not None:
            if line.children:
                yield from _removals(config, line, kept, below(config, where, line.text))
        elif begins(line.text, "interface") and not NAMES.is_logical(line.text.split()[1]):
            yield from _removals(
                config, line, ConfigLine("", [ConfigLine("shutdown")]), below(config, where, line.text)
            )
        elif _slot(config, where, line.text) not in filled or begins(line.text, "ip address"):
            # An address goes first even where another takes its place: that one may still stand on an interface.
            yield RollbackCommand(where=where, text=_without(line.text), removes=True)


def _slot(config: Configuration, where: Where, text: str) -> str:
    return text[3:] if text.startswith("no ") else config.slot_of(where, text)


def _additions(config: Configuration, now: ConfigLine, wanted: ConfigLine, where: Where) -> Iterator[RollbackCommand]:
    for line in wanted.children:
        there = now.find(line.text)
        if there is None:
            yield RollbackCommand(where=where, text=line.text, removes=False)
        if line.children:
            place = below(config, where, line.text)
            present = there or _fresh(line.text)
            if there is None and present.children:
                yield from _removals(config, present, line, place)
            yield from _additions(config, present, line, place)


def _fresh(text: str) -> ConfigLine:
    """Return a block as it is right after it was entered for the first time."""
    return ConfigLine(text, [ConfigLine("no ip address")] if begins(text, "interface") else [])


def _without(text: str) -> str:
    if text.startswith("no "):
        return text[3:]
    words = text.split()
    if words[0] == "username":
        return f"no username {words[1]}"
    if words[0] == "banner":
        return f"no {words[0]} {words[1]}"
    return f"no {text}"
