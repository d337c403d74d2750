"""A configuration as IOS keeps it: lines, each with the lines that stand one space further right below it."""

from __future__ import annotations

from collections.abc import Iterator

from oob.lab.nos.base.tree import ConfigLine, indent_of, outline

ETX = "\x03"  # delimits banners in a configuration; shown on a screen as ^C


def parse(text: str) -> ConfigLine:
    """Read a configuration; comment lines (`!`) and what IOS prints around it are left out."""
    return outline(_read(iter(text.replace("\r", "").split("\n"))))


def _read(rest: Iterator[str]) -> Iterator[tuple[int, str]]:
    for raw in rest:
        if raw.strip() and not raw.lstrip().startswith("!") and raw.strip() != "end":
            line = _whole(raw.strip(" "), rest)
            yield indent_of(raw), "" if line == "exit-address-family" else line


def banner_line(kind: str, text: str) -> str:
    """Return the line that a banner is kept as."""
    return f"banner {kind} {ETX}{text}{ETX}"


def _whole(first: str, lines: Iterator[str]) -> str:
    """Return a banner up to its closing delimiter; any other line as it is."""
    words = first.split(None, 2)
    if len(words) < 3 or words[0] != "banner":
        return first
    mark = words[2][0]
    body = words[2][1:]
    while mark not in body:
        following = next(lines, None)
        if following is None:
            break
        body += "\n" + following
    return banner_line(words[1], body.partition(mark)[0])


def render(root: ConfigLine) -> str:
    """Write a configuration with the `!` lines that IOS puts between its parts."""
    out: list[str] = []
    before: ConfigLine | None = None
    for line in root.children:
        if before is not None and (line.children or before.children or _part(line) != _part(before)):
            out.append("!")
        out += _lines(line, 0)
        before = line
    return "\n".join(out) + "\n" if out else ""


def _part(line: ConfigLine) -> str:
    return line.text.removeprefix("no ").split()[0]


def _lines(line: ConfigLine, depth: int) -> Iterator[str]:
    yield " " * depth + line.text
    for child in line.children:
        if child.text.startswith("address-family"):
            yield " " * (depth + 1) + "!"
        yield from _lines(child, depth + 1)
        if child.text.startswith("address-family"):
            yield " " * (depth + 1) + "exit-address-family"
