"""EOS configurations as text: read from a file or a paste, and written as `show running-config` prints them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from oob.lab.nos.base.configuration import TOP, Configuration, Rejected, lines
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.tree import ConfigLine, indent_of, outline

END_OF_BANNER = "EOF"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that was not taken, by its number."""

    number: int
    text: str

    def __str__(self) -> str:
        return f"% Invalid input at line {self.number}"


def take(config: Configuration, text: str) -> list[BadLine]:
    """Type a text into *config* line by line, as EOS does with a file; return the refused lines."""
    where = TOP
    bad: list[BadLine] = []
    for number, line in _logical(text):
        stripped = line.strip()
        if stripped in ("end", "exit"):
            where = TOP if stripped == "end" else where.up()
            continue
        if line[0] not in " \t":
            where = TOP
        try:
            where, _ = config.apply(where, line)
        except (RefusedCommand, Rejected):
            bad.append(BadLine(number=number, text=stripped))
    return bad


def parse(text: str) -> ConfigLine:
    """Read a configuration; comment lines are left out."""
    return outline((indent_of(raw), "" if raw.strip() in ("end", "exit") else raw.strip()) for _, raw in _logical(text))


def body(root: ConfigLine) -> str:
    """Write a configuration with the `!` lines that EOS puts between its parts, without header and `end`."""
    out: list[str] = []
    before: ConfigLine | None = None
    for line in root.children:
        if before is not None and (line.children or before.children or _part(line) != _part(before)):
            out.append("!")
        out += [line.text, *lines(line, 3, 1)]
        before = line
    return "\n".join(out) + "\n" if out else ""


def _part(line: ConfigLine) -> str:
    """Return what lines have in common that stand together without a `!` between them."""
    words = line.text.removeprefix("no ").split()
    if words[0] == "interface":
        return line.text
    return " ".join(words[:2]) if words[0] in ("ip", "aaa", "router", "ipv6") else words[0]


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Give each line with its number; a banner is one line with all that follows up to `EOF`."""
    numbered = iter(enumerate(text.replace("\r", "").split("\n"), 1))
    for number, raw in numbered:
        if not raw.strip() or raw.lstrip().startswith("!"):
            continue
        if raw.startswith("banner ") and len(raw.split()) == 2:
            inside = [raw.strip()]
            for _, following in numbered:
                inside.append(following)
                if following.strip() == END_OF_BANNER:
                    break
            yield number, "\n".join(inside)
        else:
            yield number, raw
