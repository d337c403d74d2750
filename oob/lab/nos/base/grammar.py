"""Commands as IOS reads them: words may be abbreviated while unambiguous, and a caret points at an error.

A pattern is words and parameters: `show ip route [vrf VRF]`, `copy this|that URL`, `reload in <MINUTES:1-120>`,
`ping <IP:ip>`, `description TEXT...` (the rest of the line). Brackets enclose what may be left out.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

H = TypeVar("H")
OF_THE_IMAGE = 9  # the depth of a refusal that only this software makes


class RefusedCommand(Exception):
    """An unrecognised line: *why* is `invalid`, `ambiguous` or `incomplete`; *offset* is where the caret goes."""

    def __init__(self, why: str, offset: int = 0, depth: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.offset = offset
        self.depth = depth


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed(Generic[H]):
    """A parsed line: its *words* in full, the parameters by name, and its handler."""

    words: tuple[str, ...]
    params: dict[str, str]
    handler: H

    @property
    def text(self) -> str:
        """The command with every word written out."""
        return " ".join(self.words)


@dataclass(slots=True)
class _GrammarNode(Generic[H]):
    words: dict[str, _GrammarNode[H]] = field(default_factory=dict)
    params: list[tuple[str, _GrammarNode[H]]] = field(default_factory=list)
    handler: H | None = None
    help: str = ""


class CommandGrammar(Generic[H]):
    """A set of patterns, each with a handler."""

    def __init__(self) -> None:
        self._root: _GrammarNode[H] = _GrammarNode()

    def add(self, pattern: str, handler: H, text: str = "") -> None:
        """Register *handler* for *pattern*; `?` shows *text*."""
        for sequence in _expand(pattern):
            node = self._root
            for token in sequence:
                node = _descend(node, token)
            node.handler = handler
            node.help = node.help or text

    def parse(self, line: str) -> Parsed[H]:
        """Parse *line*; raises RefusedCommand."""
        node, words, params = self._walk(line)
        if node.handler is None:
            raise RefusedCommand("incomplete", len(line), len(words))
        return Parsed(words=tuple(words), params=params, handler=node.handler)

    def expand(self, line: str) -> str:
        """Return *line* with its words in full; raises RefusedCommand unless it begins a pattern."""
        return " ".join(self._walk(line)[1])

    def help(self, line: str) -> list[tuple[str, str]]:
        """Return what may come next (or complete the word being typed), each with its text; raises RefusedCommand."""
        done, _, partial = line.rpartition(" ") if " " in line else ("", "", line)
        node = self._walk(done)[0]
        found = [(word, below.help) for word, below in node.words.items() if word.startswith(partial.lower())]
        if not partial:
            found += [(_shown(name), below.help) for name, below in node.params]
            found += [("<cr>", "")] if node.handler is not None and node is not self._root else []
        return sorted(found, key=lambda pair: (pair[0] == "<cr>", pair[0]))

    def complete(self, line: str) -> str | None:
        """Return *line* with its last word written out, None where that is not clear."""
        done, _, partial = line.rpartition(" ") if " " in line else ("", "", line)
        try:
            node = self._walk(done)[0]
        except RefusedCommand:
            return None
        words = [word for word in node.words if word.startswith(partial.lower())] if partial else []
        return f"{done} {words[0]} ".lstrip() if len(words) == 1 else None

    def _walk(self, line: str) -> tuple[_GrammarNode[H], list[str], dict[str, str]]:
        node, words, params = self._root, list[str](), dict[str, str]()
        for token in re.finditer(r"\S+", line):
            word = token.group()
            if (name := _keyword(node, word, token.start(), len(words))) is not None:
                node = node.words[name]
                words.append(name)
                continue
            for spec, below in node.params:
                if spec.endswith("..."):
                    rest = line[token.start() :].rstrip()
                    return below, _joined(words, line[: token.start()], rest), {**params, spec[:-3]: rest}
                if _accepts(spec, word):
                    params[spec.strip("<>").partition(":")[0]] = word
                    node = below
                    words.append(word)
                    break
            else:
                raise RefusedCommand("invalid", token.start(), len(words))
        return node, words, params


def _joined(words: list[str], before: str, rest: str) -> list[str]:
    """Return *words* and *rest*; what begins on a new line stays there, behind the last word."""
    gap = before[len(before.rstrip()) :]
    return [*words[:-1], words[-1] + gap + rest] if "\n" in gap else [*words, rest]


def _keyword(node: _GrammarNode[H], word: str, offset: int, depth: int) -> str | None:
    lower = word.lower()
    if lower in node.words:
        return lower
    begun = [name for name in node.words if name.startswith(lower)]
    if len(begun) > 1:
        raise RefusedCommand("ambiguous", offset, depth)
    return begun[0] if begun else None


def _descend(node: _GrammarNode[H], token: str) -> _GrammarNode[H]:
    if token[0].islower() or token[0] in "/|":
        return node.words.setdefault(token, _GrammarNode())
    for spec, known in node.params:
        if spec == token:
            return known
    below: _GrammarNode[H] = _GrammarNode()
    node.params.append((token, below))
    node.params.sort(key=lambda pair: _looseness(pair[0]))
    return below


def _looseness(spec: str) -> int:
    return 2 if spec.endswith("...") else 0 if spec.startswith("<") else 1


def _accepts(spec: str, word: str) -> bool:
    kind = spec.strip("<>").partition(":")[2]
    if not kind:
        return True
    if kind in ("ip", "ipv6", "mask"):
        try:
            address = ipaddress.ip_address(word)
        except ValueError:
            return False
        return address.version == (6 if kind == "ipv6" else 4)
    if kind == "hex":
        return bool(re.fullmatch(r"0x[0-9A-Fa-f]{1,4}", word))
    if kind == "prefix6":
        return bool(re.fullmatch(r"[0-9A-Fa-f:.]+/\d{1,3}", word))
    if kind == "prefix":
        return bool(re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}", word))
    low, _, high = kind.partition("-")
    return word.isdigit() and int(low) <= int(word) <= int(high)


def _shown(spec: str) -> str:
    kind = spec.strip("<>").partition(":")[2]
    if kind in ("ip", "mask"):
        return "A.B.C.D"
    if kind in ("ipv6", "prefix6"):
        return "X:X:X:X::X"
    if kind == "prefix":
        return "A.B.C.D/E"
    return f"<{kind}>" if kind else "LINE" if spec.endswith("...") else "WORD"


def _expand(pattern: str) -> Iterator[list[str]]:
    """Give every sequence of tokens that a pattern stands for."""
    tokens = re.findall(r"[\[\]]|[^\s\[\]]+", pattern)
    yield from _sequences(tokens)


def _sequences(tokens: list[str]) -> Iterator[list[str]]:
    if not tokens:
        yield []
        return
    first, rest = tokens[0], tokens[1:]
    if first == "[":
        end = _matching(tokens)
        inside, after = tokens[1:end], tokens[end + 1 :]
        for tail in _sequences(after):
            yield tail
            for middle in _sequences(inside):
                yield middle + tail
        return
    choices = [first] if first.startswith("<") else [part for part in first.split("|") if part] or [first]
    for tail in _sequences(rest):
        for choice in choices:
            yield [choice, *tail]


def _matching(tokens: list[str]) -> int:
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"[": 1, "]": -1}.get(token, 0)
        if depth == 0:
            return index
    raise ValueError("unbalanced brackets in a pattern")
