"""The parser of configuration text with braces; it reports errors with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.tree import Statement

_TOKEN = re.compile(r'/\*.*?\*/|\#[^\n]*|"(?:\\.|[^"\\])*"|[{};\[\]]|[^\s{};\[\]"]+|\n', re.S)
_TAGS = ("inactive:", "replace:", "delete:", "protect:", "active:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word or sign, its line and the column where it ends, both from 1."""

    text: str
    line: int
    column: int


@dataclass(slots=True, kw_only=True)
class Loaded:
    """The result of loading text: messages as printed, the number of errors, and the statements to replace."""

    messages: list[str] = field(default_factory=list)
    errors: int = 0
    replaced: list[list[str]] = field(default_factory=list)


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of *text* without comments."""
    line, start = 1, 0
    for found in _TOKEN.finditer(text):
        word = found.group()
        if word == "\n":
            line, start = line + 1, found.end()
        elif word.startswith("/*"):
            line += word.count("\n")
        elif not word.startswith("#"):
            plain = word[1:-1].replace('\\"', '"').replace("\\\\", "\\") if word[0] == '"' else word
            yield Token(text=plain, line=line, column=found.end() - start)


def words(line: str) -> list[str]:
    """Split one command line into words; quotes hold words together."""
    return [token.text for token in tokens(line)]


class Loader:
    """Reads braces text into *tree*, below the level *base*; `replace:` statements replace the earlier statements."""

    def __init__(self, tree: Statement, source: str, base: Sequence[str] = ()) -> None:
        self.result = Loaded()
        self._base = list(base)
        self._tree = tree
        self._source = source
        self._stack: list[list[str]] = []
        self._skipping = 0

    def read(self, text: str) -> Loaded:
        """Read *text* to its end."""
        pending: list[Token] = []
        for token in tokens(text):
            if token.text in "{;}" and token.text:
                self._end_of(pending, token)
                pending = []
            else:
                pending.append(token)
        if pending or self._stack or self._skipping:
            self._complain(pending[0] if pending else Token(text="}", line=0, column=0), [], "missing '}'")
        return self.result

    def _end_of(self, pending: list[Token], sign: Token) -> None:
        if self._skipping:
            self._skip(sign)
        elif sign.text == "}":
            if self._stack:
                self._stack.pop()
            else:
                self._complain(sign, ["}"], "syntax error")
        elif pending:
            self._statement(pending, sign)

    def _skip(self, sign: Token) -> None:
        self._skipping += {"{": 1, "}": -1}.get(sign.text, 0)
        if not self._skipping:
            self._complain(sign, ["}"], "error recovery ignores input until this point")

    def _statement(self, pending: list[Token], sign: Token) -> None:
        tags = {token.text for token in pending if token.text in _TAGS}
        rest = [token for token in pending if token.text not in _TAGS]
        own = [token.text for token in rest]
        path = [*self._base, *(word for level in self._stack for word in level), *own]
        try:
            if "replace:" in tags and self._tree.trail(path):
                self._tree.remove(path)
            if "delete:" in tags:
                self._tree.remove(path)
            else:
                self._tree.put(path)
                if "inactive:" in tags:
                    self._tree.mark(path, True)
        except RefusedStatement as refused:
            index = min(max(0, refused.index - (len(path) - len(own))), len(rest) - 1)
            self._complain(rest[index], [*own[index:], sign.text], refused.message.rstrip("."))
            self._skipping = int(sign.text == "{")
            return
        if sign.text == "{":
            self._stack.append(own)

    def _complain(self, token: Token, near: list[str], message: str) -> None:
        path = " ".join(("edit", *self._base, *(word for level in self._stack for word in level)))
        shown = " ".join(near).replace(" ;", ";")
        self.result.errors += 1
        self.result.messages += [
            f"{self._source}:{token.line}:({token.column}) {message}: {token.text}",
            f"  [{path}]",
            f"    '{shown}'",
            f"      {message}",
        ]


def load_lines(tree: Statement, text: str, source: str, refused: tuple[str, ...] = ()) -> Loaded:
    """Carry out `set`, `delete`, `activate` and `deactivate` lines, except those that a *refused* pattern fits."""
    result = Loaded()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        verb, *rest = words(stripped)
        try:
            if any(re.search(pattern, stripped) for pattern in refused):
                raise RefusedStatement(len(rest) - 1, "syntax error.")
            if not change(tree, verb, rest):
                result.messages.append(f"{source}:{number}:({len(verb) + 1}) warning: statement not found")
        except RefusedStatement as error:
            column, word = _column(line, error.index + 1)
            result.messages.append(f"{source}:{number}:({column}) {error.message.rstrip('.')}: {word}")
            result.errors += 1
    return result


def change(tree: Statement, verb: str, rest: list[str]) -> bool:
    """Carry out one line's change; False when there was nothing to delete or mark."""
    if verb == "set":
        tree.put(rest)
        return True
    if verb == "delete":
        return tree.remove(rest)
    if verb in ("activate", "deactivate"):
        return tree.mark(rest, verb == "deactivate")
    raise RefusedStatement(-1, "unknown command.")


def _column(line: str, index: int) -> tuple[int, str]:
    found = list(re.finditer(r'"(?:\\.|[^"\\])*"|\S+', line))
    if index >= len(found):
        return len(line), line.split()[-1]
    return found[index].start(), found[index].group()
