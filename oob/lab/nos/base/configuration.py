"""A configuration made of lines, changed line by line as an operator types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Self

from oob.lab.nos.base.grammar import OF_THE_IMAGE, RefusedCommand
from oob.lab.nos.base.language import Language, LineRule
from oob.lab.nos.base.place import TOP, Rejected, Where
from oob.lab.nos.base.tree import ConfigLine, begins

__all__ = ["TOP", "Configuration", "Meaning", "Rejected", "Where"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A line understood: its whole *text*, its *rule*, the slot it fills, and *where* it belongs."""

    text: str
    rule: LineRule
    slot: str
    where: Where


class Configuration:
    """A tree of lines and the language by which it changes. *physical* are the interfaces that the box has."""

    def __init__(self, language: Language, physical: tuple[str, ...] = (), root: ConfigLine | None = None) -> None:
        self.language = language
        self.physical = physical
        self.refuse: tuple[re.Pattern[str], ...] = ()
        self.root = root or ConfigLine("")
        self._slots: dict[tuple[str, str], str] = {}

    def copy(self) -> Self:
        """Return the same configuration, to be changed on its own."""
        other = type(self)(self.language, self.physical, self.root.copy())
        other.refuse = self.refuse
        return other

    def empty(self) -> Self:
        """Return the configuration of the same box when it has none: its interfaces, as they are without any."""
        other = type(self)(self.language, self.physical)
        other.refuse = self.refuse
        for name in self.physical if self.language.lists_ports else ():
            other.apply(TOP, f"interface {name}")
        return other

    def block(self, where: Where) -> ConfigLine:
        """Return the line that *where* stands under, made where it is not there yet."""
        line = self.root
        for mode, text in where.path:
            line = line.find(text) or self._insert(line, text, mode)
        return line

    def apply(self, where: Where, typed: str) -> tuple[Where, tuple[str, ...]]:
        """Apply a line at *where*; return the place that it leads to and the device's notices.

        Raises RefusedCommand for an unknown command and Rejected for a command that cannot be carried out.
        """
        line = typed.strip()
        if line in self.language.leaving:
            return where.up(), ()
        verb = self.language.verb.match(line)
        rest = line[verb.end() :] if verb else line
        try:
            meaning = self.understand(where, rest, partly=verb is not None)
        except RefusedCommand as refused:
            shift = len(typed) - len(typed.lstrip()) + (verb.end() if verb else 0)
            raise RefusedCommand(refused.why, refused.offset + shift, refused.depth) from None
        self._check_image(meaning, typed)
        if verb is None:
            return self._add(meaning)
        self._remove(meaning, is_default=verb.group() == "default ")
        return meaning.where, ()

    def takes(self, where: Where, line: str) -> None:
        """Raise RefusedCommand when this software does not know the command *line* at *where*."""
        self._check_image(self.understand(where, self.language.verb.sub("", line.strip())), line)

    def understand(self, where: Where, line: str, *, partly: bool = False) -> Meaning:
        """Find out what *line* is at *where*, or further out where the mode does not know it."""
        refusals: list[RefusedCommand] = []
        places = [where]
        while places[-1].path:
            places.append(places[-1].up())
        for place in places:
            try:
                return self._understand_in(place, line, partly)
            except RefusedCommand as refused:
                refusals.append(refused)
        for place in places:
            if not self._is_strict(line) and self._is_plausible(place.mode, line):
                return Meaning(text=" ".join(line.split()), rule=LineRule(), slot="", where=place)
        raise max(refusals, key=lambda refused: refused.depth)

    def _understand_in(self, where: Where, line: str, partly: bool) -> Meaning:
        grammar = self.language.grammars.get(where.mode)
        if grammar is None:
            raise RefusedCommand("invalid", 0, 0)
        try:
            parsed = grammar.parse(line)
        except RefusedCommand as refused:
            if partly and refused.why == "incomplete":
                return Meaning(text=grammar.expand(line), rule=LineRule(), slot="", where=where)
            raise
        text = parsed.text
        if begins(text, "interface"):
            text = "interface " + self._interface_name(parsed.params, line)
        return Meaning(
            text=self.language.canonical(text),
            rule=parsed.handler,
            slot=parsed.handler.slot.format_map(parsed.params),
            where=where,
        )

    def _interface_name(self, params: dict[str, str], line: str) -> str:
        names = self.language.names
        name = names.full(params["NAME"] + params.get("NUMBER", ""))
        offset = len(line) - len(line.split(None, 1)[1])
        if name is None:
            raise RefusedCommand("invalid", offset, 1)
        base = name.partition(".")[0]
        if base not in self.physical and not names.is_logical(base):
            raise RefusedCommand("invalid", offset, 2)
        return name

    def _check_image(self, meaning: Meaning, typed: str) -> None:
        if not self.language.guard(self.root, meaning.text):
            raise RefusedCommand("invalid", 0, OF_THE_IMAGE)
        for pattern in self.refuse:
            if found := pattern.search(meaning.text):
                raise RefusedCommand("invalid", max(0, typed.find(found.group())), OF_THE_IMAGE)

    def drop_refused(self) -> None:
        """Remove the lines that the software refuses, as when it reads its configuration."""
        self.root.prune(self.refuse)

    # --- changes

    def _add(self, meaning: Meaning) -> tuple[Where, tuple[str, ...]]:
        block, text = self.block(meaning.where), meaning.text
        if (off := block.find(f"no {text}")) is not None:
            block.children.remove(off)
        if block.find(text) is None and not self._is_silent(text):
            self._clear_slot(block, meaning)
            line = self._insert(block, text, meaning.where.mode)
            if begins(text, "interface") and meaning.rule.mode:
                is_logical = self.language.names.is_logical(text.split()[-1])
                fresh = self.language.fresh_logical if is_logical else self.language.fresh
                line.children = [ConfigLine(one) for one in fresh]
        if meaning.rule.mode:
            return meaning.where.into(self.language.sub_mode(meaning.rule.mode, text), text), ()
        return meaning.where, ()

    def _is_silent(self, text: str) -> bool:
        """Tell whether *text* is a default that shows only when it is off."""
        return text in self.language.off

    def _clear_slot(self, block: ConfigLine, meaning: Meaning) -> None:
        if meaning.slot:
            block.children = [
                one
                for one in block.children
                if self.slot_of(meaning.where, one.text.removeprefix("no ")) != meaning.slot
            ]

    def slot_of(self, where: Where, text: str) -> str:
        """Return the slot of a line that stands in the configuration."""
        key = (where.mode, text)
        if key not in self._slots:
            try:
                self._slots[key] = self._understand_in(where, text, False).slot
            except RefusedCommand:
                self._slots[key] = ""
        return self._slots[key]

    def _remove(self, meaning: Meaning, *, is_default: bool) -> None:
        block, text = self.block(meaning.where), meaning.text
        if self.language.lists_ports and begins(text, "interface") and text.split()[-1] in self.physical:
            if (line := block.find(text)) is not None:
                line.children = [ConfigLine(one) for one in self.language.fresh]
            return
        is_switch = text in self.language.off  # `no switchport` leaves `switchport access vlan 30` alone
        block.children = [
            line
            for line in block.children
            if not (line.text == text if is_switch else begins(line.text, text))
            and not (meaning.slot and self.slot_of(meaning.where, line.text) == meaning.slot)
        ]
        is_kept = not is_default and self.language.shows_off(text, block)
        if is_kept and block.find(f"no {text}") is None:
            self._insert(block, f"no {text}", meaning.where.mode)
        elif is_default and (off := block.find(f"no {text}")) is not None:
            block.children.remove(off)

    def _insert(self, block: ConfigLine, text: str, mode: str) -> ConfigLine:
        return block.insert(text, partial(self.language.position, mode))

    def _is_strict(self, line: str) -> bool:
        return any(begins(line, head) for head in self.language.strict)

    def _is_plausible(self, mode: str, line: str) -> bool:
        words = line.split()
        return len(words) > 1 and words[0] in self.language.plausible.get(mode, "").split()


def lines(root: ConfigLine, indent: int, depth: int = 0) -> Iterator[str]:
    """Give the lines below *root*, each moved right by how deep it is; a text of many lines stays where it is."""
    for line in root.children:
        yield " " * (indent * depth) + line.text
        yield from lines(line, indent, depth + 1)
