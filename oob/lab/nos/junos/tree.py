"""A configuration as a tree of statements: set, delete, find, copy, compare for equality."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from oob.lab.nos.junos.schema import RefusedStatement, StatementRule, check, grammar

Name = tuple[str, ...]


class Statement:
    """A statement: its *name* (`("unit", "0")`), the *values* of a leaf, the *children* of anything else."""

    __slots__ = ("children", "inactive", "name", "rule", "values")

    def __init__(self, rule: StatementRule, name: Name = ()) -> None:
        self.rule = rule
        self.name = name
        self.values: list[str] = []
        self.children: dict[Name, Statement] = {}
        self.inactive = False

    @classmethod
    def empty(cls) -> Self:
        """Make a configuration without a statement."""
        return cls(grammar())

    def copy(self) -> Statement:
        """Return a copy that shares nothing with this one."""
        twin = Statement(self.rule, self.name)
        twin.values = list(self.values)
        twin.inactive = self.inactive
        twin.children = {name: child.copy() for name, child in self.children.items()}
        return twin

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Statement):
            return NotImplemented
        mine, theirs = list(self.ordered()), list(other.ordered())
        return (
            (self.name, self.values, self.inactive) == (other.name, other.values, other.inactive)
            and len(mine) == len(theirs)
            and all(a == b for a, b in zip(mine, theirs, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]  # mutable, so not hashable

    def ordered(self) -> Iterator[Statement]:
        """Give the children in the order Junos shows them; a container that holds nothing is not there."""
        for child in sorted(self.children.values(), key=place):
            if child.rule.kind != "container" or child.children:
                yield child

    # --- changes

    def put(self, words: list[str]) -> Statement:
        """Add what a `set` with these words adds; return the statement it ends at."""
        holder = self
        index = 0
        while index < len(words):
            rule, name, index = holder.rule.step(words, index)
            child = holder.children.get(name) or Statement(rule, name)
            values, index = _values(rule, words, index)
            if rule.kind == "leaf":
                child.values = values
            else:
                child.values += [value for value in values if value not in child.values]
            holder.children[name] = child
            if rule.kind in ("leaf", "leaves", "flag"):
                if index == len(words):
                    return child
            else:
                holder = child
        return holder

    def remove(self, words: list[str]) -> bool:
        """Take away what a `delete` with these words takes away; False when there is nothing of it."""
        if not words:
            had = bool(self.children)
            self.children.clear()
            return had
        found = self.trail(words)
        if found is None:
            return False
        *holders, last = found
        value = words[-1] if last.rule.kind in ("leaf", "leaves") and words[-1] != last.name[0] else ""
        if value and value not in last.values:
            return False
        if value:
            last.values.remove(value)
        if not last.values or not value:
            del holders[-1].children[last.name]
        for holder, child in zip(reversed(holders[:-1]), reversed(holders[1:]), strict=True):
            if child.rule.kind == "container" and not child.children:
                del holder.children[child.name]
        return True

    def mark(self, words: list[str], inactive: bool) -> bool:
        """Deactivate or activate a statement; False without one."""
        found = self.trail(words)
        if found is None:
            return False
        found[-1].inactive = inactive
        return True

    # --- questions

    def trail(self, words: list[str]) -> list[Statement] | None:
        """Return the statements from here down to the statement of *words*, or None. Words must fit the grammar."""
        found = [self]
        index = 0
        rule = self.rule
        while index < len(words):
            rule, name, index = rule.step(words, index)
            if rule.kind in ("leaf", "leaves") and index < len(words):
                index += 1
            child = found[-1].children.get(name) if found else None
            if child is None:
                return None
            found.append(child)
        return found

    def find(self, *words: str) -> Statement | None:
        """Return the statement that *words* name; None where it is absent, inactive or not in the grammar."""
        here: Statement = self
        index = 0
        while index < len(words):
            try:
                _, name, index = here.rule.step(list(words), index)
            except RefusedStatement:
                return None
            child = here.children.get(name)
            if child is None or child.inactive:
                return None
            here = child
        return here

    def value(self, *words: str, default: str = "") -> str:
        """Return the value of the leaf that *words* name."""
        found = self.find(*words)
        return found.values[0] if found is not None and found.values else default

    def has(self, *words: str) -> bool:
        """Tell whether the statement that *words* name is there and active."""
        return self.find(*words) is not None

    def entries(self, *words: str) -> Iterator[Statement]:
        """Give the active entries of a list, in order; its last word is the list's keyword, or what holds it."""
        *path, last = words
        holder = self.find(*path)
        if holder is None:
            return
        rule = holder.rule.children.get(last)
        if rule is not None and (rule.key_type or rule.kind == "half"):
            yield from (c for c in holder.ordered() if c.name[0] == last and not c.inactive)
            return
        inner = holder.find(last)
        if inner is not None:
            yield from (c for c in inner.ordered() if not c.inactive)


def expanded(rule: StatementRule, words: list[str]) -> list[str]:
    """Return *words* with abbreviated keywords written out; what does not fit the grammar is refused."""
    full = list(words)
    index = 0
    while index < len(full):
        holder = rule
        while True:
            full[index] = holder.completed(full[index])
            half = holder.children.get(full[index])
            if half is None or half.kind != "half" or index + 1 >= len(full):
                break
            holder, index = half, index + 1
        found, _, index = holder.step(full, index)
        _, index = _values(found, full, index) if index < len(full) else ([], index)
        rule = rule if found.kind in ("leaf", "leaves", "flag") else found
    return full


def _values(rule: StatementRule, words: list[str], index: int) -> tuple[list[str], int]:
    if rule.kind not in ("leaf", "leaves"):
        return [], index
    if index >= len(words):
        raise RefusedStatement(index, "missing argument.")
    if rule.kind == "leaf" or words[index] != "[":
        return [check(rule.value_type, words[index], index)], index + 1
    end = words.index("]", index) if "]" in words[index:] else len(words)
    return [check(rule.value_type, words[i], i) for i in range(index + 1, end)], end + 1


def place(statement: Statement) -> tuple[object, ...]:
    """Make the sort key of a statement among its siblings; entries that keep the user's order are all alike."""
    rule = statement.rule
    return (rule.position, *(() if rule.ordered or not rule.key_type else natural(statement.name[-1])))


def natural(text: str) -> tuple[object, ...]:
    """Make a sort key under which ge-0/0/10 follows ge-0/0/9."""
    parts = re.split(r"(\d+)", text)
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)
