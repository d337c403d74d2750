"""Texts of the code (docstrings, comments, messages) and of the pages, and phrases that they should not hold."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIRST_WORDS = ("What", "Whether", "From", "How")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A phrase in *file* at *line* that the project's language does not have."""

    file: str
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.phrase!r} (say: {self.instead})"


def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = Path(__file__).with_name("phrases.txt").read_text().splitlines()
    rows = (line for line in lines if line[:1] not in ("", "#"))
    return tuple((re.compile(pattern), term) for pattern, term in (re.split(r"  +", row, maxsplit=1) for row in rows))


PHRASES = _phrases()


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line number and text of everything in *path* that a person reads."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from enumerate(source.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, " ".join(node.value.split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def findings(path: Path) -> Iterator[Finding]:
    """Yield every phrase and every docstring's first word in *path* that the language does not have."""
    name = str(path.relative_to(ROOT))
    for line, text in texts(path):
        for pattern, term in PHRASES:
            for match in pattern.finditer(text):
                yield Finding(file=name, line=line, phrase=match[0], instead=term)
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (doc := ast.get_docstring(node)):
                yield from _first_word(name, node.body[0].lineno, doc.split()[0].strip(",.:"))


def _first_word(file: str, line: int, word: str) -> Iterator[Finding]:
    if word in FIRST_WORDS:
        yield Finding(file=file, line=line, phrase=f"docstring begins with {word}", instead="an imperative")
