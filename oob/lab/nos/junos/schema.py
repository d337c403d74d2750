"""The schema of statements: `grammar.txt` as a tree of rules, and the checks of values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, ip_address, ip_interface

_MARKS = {"|", "^", "#", "?", "!", "&"}
_INTERFACE = re.compile(r"(?:[a-z]{2,3}-\d+/\d+/\d+|[a-z]{2,9}\d*|all)(?:\.(?:\d+|\*))?$")


class RefusedStatement(Exception):
    """A word that the grammar has no place for: which one of the words, and what the command line says of it."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


@dataclass(slots=True, kw_only=True)
class StatementRule:
    """One kind of statement. *kind* is `container`, `presence`, `list`, `leaf`, `leaves`, `flag` or `half`."""

    word: str = ""
    kind: str = "container"
    key_type: str = ""
    value_type: str = ""
    oneline: bool = False
    ordered: bool = False
    secret: bool = False
    position: int = 0
    children: dict[str, StatementRule] = field(default_factory=dict)
    anything: StatementRule | None = None

    def step(self, words: list[str], index: int) -> tuple[StatementRule, tuple[str, ...], int]:
        """Take the next statement's keyword and key from *words*; return its rule, its name and the next index."""
        word = words[index]
        rule = self.children.get(word)
        if rule is None:
            return self._unnamed(word, index)
        if rule.kind == "half":
            if index + 1 >= len(words):
                raise RefusedStatement(index + 1, "missing argument.")
            inner, name, after = rule.step(words, index + 1)
            return inner, (word, *name), after
        if not rule.key_type:
            return rule, (word,), index + 1
        if index + 1 >= len(words):
            raise RefusedStatement(index + 1, "missing argument.")
        return rule, (word, check(rule.key_type, words[index + 1], index + 1)), index + 2

    def _unnamed(self, word: str, index: int) -> tuple[StatementRule, tuple[str, ...], int]:
        if self.anything is None:
            near = [name for name in self.children if name.startswith(word)]
            raise RefusedStatement(index, f"'{word}' is ambiguous." if len(near) > 1 else "syntax error.")
        return self.anything, (check(self.anything.key_type, word, index),), index + 1

    def completed(self, word: str) -> str:
        """Return the full keyword that *word* abbreviates, or *word* itself."""
        near = [name for name in self.children if name.startswith(word)]
        return near[0] if word not in self.children and len(near) == 1 else word


def check(kind: str, value: str, index: int) -> str:
    """Return *value* as Junos would store it, or refuse it."""
    if kind == "number" and not value.isdigit():
        raise RefusedStatement(index, f"invalid numeric value: '{value}' at '{value}'.")
    if kind == "host" and not re.fullmatch(r"[A-Za-z0-9][\w.-]*", value):
        raise RefusedStatement(
            index, f"host-name: '{value}': must be a string of alphanumericals, dashes or underscores."
        )
    if kind == "interface" and not _INTERFACE.match(value):
        raise RefusedStatement(index, f"invalid interface type in '{value}'.")
    if kind == "method" and value not in ("radius", "tacplus", "password"):
        raise RefusedStatement(index, "syntax error.")
    if kind == "area":
        return str(IPv4Address(int(value))) if value.isdigit() else _address(value, index)
    if kind.startswith("address") or kind.startswith("prefix"):
        return _address(value, index, kind)
    if kind == "next-hop":
        return value if _INTERFACE.match(value) else _address(value, index)
    return value


def _address(value: str, index: int, kind: str = "address") -> str:
    try:
        parsed = ip_interface(padded(value)) if kind.startswith("prefix") else ip_address(value)
    except ValueError:
        raise RefusedStatement(index, f"invalid ip address or hostname: {value}") from None
    if kind[-1] in "46" and parsed.version != int(kind[-1]):
        raise RefusedStatement(index, f"invalid ip address or hostname: {value}")
    return str(parsed)


def padded(prefix: str) -> str:
    """Write out what Junos lets people leave away: `10.1/16` is 10.1.0.0/16 and `default` is 0.0.0.0/0."""
    address, slash, length = ("0/0" if prefix == "default" else prefix).partition("/")
    whole = address if ":" in address or not slash else ".".join([*address.split("."), "0", "0", "0"][:4])
    return whole + slash + length


@cache
def grammar() -> StatementRule:
    """Return the rule of the whole configuration."""
    root = StatementRule()
    open_rules = [(-1, root)]
    text = files("oob.lab.nos.junos").joinpath("grammar.txt").read_text("utf-8")
    for position, line in enumerate(text.splitlines()):
        if not line.strip() or line.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip())
        while open_rules[-1][0] >= depth:
            open_rules.pop()
        holder = open_rules[-1][1]
        rule = _rule(line.split(), position)
        if rule.word:
            holder.children[rule.word] = rule
        else:
            holder.anything = rule
        open_rules.append((depth, rule))
    return root


def _rule(words: list[str], position: int) -> StatementRule:
    word = "" if words[0].startswith("*") else words[0]
    marks = _MARKS.intersection(words[1:])
    key = next((w[1:] for w in words if w.startswith("*")), "")
    value = next((w for w in words[1:] if w[0] in "=+" and len(w) > 1), "")
    kind = "list" if key else "container"
    if value:
        kind = "leaf" if value[0] == "=" else "leaves"
    elif "!" in marks:
        kind = "flag"
    elif "&" in marks:
        kind = "half"
    elif "?" in marks and not key:
        kind = "presence"
    return StatementRule(
        word=word,
        kind=kind,
        key_type=key,
        value_type=value[1:],
        oneline="|" in marks,
        ordered="^" in marks,
        secret="#" in marks,
        position=position,
    )
