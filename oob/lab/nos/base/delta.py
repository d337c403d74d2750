"""The commands that lead from one configuration to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.place import TOP, Where
from oob.lab.nos.base.tree import ConfigLine, begins


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCommand:
    """One command: *text*, typed at *where*."""

    where: Where
    text: str


def commands(config: Configuration, target: ConfigLine) -> list[PlacedCommand]:
    """Return the commands that turn *config* into *target*: removals first, then additions."""
    return [*_removals(config, config.root, target, TOP), *_additions(config, config.root, target, TOP)]


def listed(steps: Sequence[PlacedCommand], indent: int, *, is_apart: bool = True) -> str:
    """Write steps with the lines above each block; *is_apart*: and a `!` before it."""
    out: list[str] = []
    before: tuple[str, ...] = ()
    for step in steps:
        path = step.where.texts
        shared = 0
        while shared < min(len(path), len(before)) and path[shared] == before[shared]:
            shared += 1
        if is_apart and path and shared < len(path):
            out.append("!")
        out += [" " * (indent * depth) + text for depth, text in enumerate(path) if depth >= shared]
        out.append(" " * (indent * len(path)) + step.text)
        before = path
    return "".join(line + "\n" for line in out)


def _removals(config: Configuration, now: ConfigLine, wanted: ConfigLine, where: Where) -> Iterator[PlacedCommand]:
    filled = {slot for line in wanted.children if (slot := config.slot_of(where, line.text.removeprefix("no ")))}
    for line in now.children:
        kept = wanted.find(line.text)
        is_port = config.language.lists_ports and begins(line.text, "interface")
        is_physical = is_port and line.text.split()[-1] in config.physical
        if kept is not None or is_physical:
            if line.children:
                yield from _removals(config, line, kept or ConfigLine(""), below(config, where, line.text))
        elif config.slot_of(where, line.text.removeprefix("no ")) not in filled:
            yield PlacedCommand(where=where, text=_without(line.text))


def _additions(config: Configuration, now: ConfigLine, wanted: ConfigLine, where: Where) -> Iterator[PlacedCommand]:
    for line in wanted.children:
        there = now.find(line.text)
        if there is None:
            yield PlacedCommand(where=where, text=line.text)
        if line.children:
            yield from _additions(config, there or ConfigLine(line.text), line, below(config, where, line.text))


def _without(text: str) -> str:
    return text[3:] if text.startswith("no ") else f"no {text}"


def below(config: Configuration, where: Where, text: str) -> Where:
    """Return the place that the line *text* opens, "?" as its mode where it opens none that is known."""
    grammar = config.language.grammars.get(where.mode)
    try:
        mode = grammar.parse(text).handler.mode if grammar else ""
    except RefusedCommand:
        mode = ""
    return where.into(config.language.sub_mode(mode, text) if mode else "?", text)
