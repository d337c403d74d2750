"""The configuration language of a platform, as data for `Configuration`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from oob.lab.nos.base.grammar import CommandGrammar
from oob.lab.nos.base.tree import ConfigLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRule:
    """*slot*: lines with the same one replace each other (`{NAME}` is a parameter); *mode*: what the line opens."""

    slot: str = ""
    mode: str = ""


Rules = Mapping[str, LineRule | str]


def rules(*tables: Rules) -> CommandGrammar[LineRule]:
    """Return the grammar of patterns and rules; a rule that is text is the slot alone."""
    grammar: CommandGrammar[LineRule] = CommandGrammar()
    for table in tables:
        for pattern, rule in table.items():
            grammar.add(pattern, rule if isinstance(rule, LineRule) else LineRule(slot=rule))
    return grammar


def opens(mode: str) -> LineRule:
    """Return the rule of a line that opens *mode*."""
    return LineRule(mode=mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceNames:
    """The names of interfaces: *types* in their order, those of *logical* come and go with the configuration."""

    types: tuple[str, ...]
    logical: tuple[str, ...]
    short: Mapping[str, str]

    def full(self, name: str) -> str | None:
        """Return `Ethernet1` for `et1` or `Et 1`; None where *name* does not name an interface."""
        found = re.fullmatch(r"([A-Za-z-]+?)\s*(\d+(?:/\w+)*(?:\.\d+)?)", name)
        if found is None:
            return None
        kind = found[1].lower()
        types = [known for known in self.types if known.lower().startswith(kind)]
        exact = [known for known in types if known.lower() == kind]
        return f"{(exact or types)[0]}{found[2]}" if types else None

    def split(self, name: str) -> tuple[str, str]:
        """Return type and number of a full name."""
        found = re.match(r"[A-Za-z-]+", name)
        kind = found.group() if found else ""
        return kind, name[len(kind) :]

    def abbreviated(self, name: str) -> str:
        """Return `Et1` for `Ethernet1`."""
        kind, number = self.split(name)
        return self.short.get(kind, kind[:2]) + number

    def is_logical(self, name: str) -> bool:
        """Tell whether an interface is made by configuring it."""
        return self.split(name)[0] in self.logical or "." in name

    def rank(self, name: str) -> tuple[int, tuple[int, ...]]:
        """Return where an interface stands among the others."""
        kind, number = self.split(name)
        index = self.types.index(kind) if kind in self.types else len(self.types)
        return index, tuple(int(part) for part in re.findall(r"\d+", number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """All that a platform's configuration lines mean.

    *plausible* are the first words of lines that are kept as text, by mode; *strict* the heads after which only what
    has a pattern is taken. Lines of *off* show when they are off, as `no …`; those that match a pattern of *both* show
    either way, where the line that stands beside the pattern (any, if empty) is there too. *fresh* are the lines of an
    interface that has just come to be, *fresh_logical* those of a logical one. *verb* is what undoes the line behind
    it. *canonical* writes a line as the device keeps it; *guard* tells whether a line is one at all in a
    configuration. With *lists_ports* every interface that the box has stands in it, configured or not.
    """

    grammars: Mapping[str, CommandGrammar[LineRule]]
    names: InterfaceNames
    order: Mapping[str, str]
    plausible: Mapping[str, str] = field(default_factory=dict)
    strict: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()
    both: Mapping[str, str] = field(default_factory=dict)
    fresh: tuple[str, ...] = ()
    fresh_logical: tuple[str, ...] = ()
    verb: re.Pattern[str] = re.compile(r"^(?:no|default) ")
    guard: Callable[[ConfigLine, str], bool] = lambda root, text: True
    leaving: tuple[str, ...] = ("exit-address-family",)
    canonical: Callable[[str], str] = lambda text: text
    indent: int = 3
    lists_ports: bool = True
    sub_mode: Callable[[str, str], str] = lambda mode, text: mode
    _ranks: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)

    def shows_off(self, text: str, block: ConfigLine) -> bool:
        """Tell whether a line that is switched off in *block* stays there, as `no …`."""
        return text in self.off or any(
            re.fullmatch(pattern, text) and (not beside or block.find(beside)) for pattern, beside in self.both.items()
        )

    def position(self, mode: str, text: str) -> tuple[object, ...]:
        """Return a key to sort by; lines of equal keys stand in the order in which they came."""
        key = (mode, text)
        if key not in self._ranks:
            self._ranks[key] = self._position(mode, text)
        return self._ranks[key]

    def _position(self, mode: str, text: str) -> tuple[object, ...]:
        if text.startswith("interface "):
            return self._rank(mode, text), *self.names.rank(text.split()[-1])
        found = re.match(r"(\d+)\s|.* seq (\d+)", text)
        if found:
            return self._rank(mode, text), int(found[1] or found[2]), ()
        return self._rank(mode, text), 0, ()

    def _rank(self, mode: str, text: str) -> int:
        heads = [head.strip() for head in self.order.get(mode, "").split("|")]
        best, length = -1, -1
        for index, head in enumerate(heads):
            if (text == head or text.startswith(head + " ")) and len(head) > length:
                best, length = index, len(head)
        if length >= 0:
            return best
        if text.startswith("no "):
            return self._rank(mode, text[3:])
        return heads.index("*") if "*" in heads else len(heads)
