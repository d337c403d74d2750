"""IOS-XR configurations as text: each section ends with a `!` at its own margin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oob.lab.nos.base.tree import ConfigLine, indent_of, outline

POLICY = re.compile(r"(?:route-policy|prefix-set|community-set|as-path-set) \S+")
END = re.compile(r"\s*end-(?:policy|set)\s*")


def parse(text: str) -> ConfigLine:
    """Read a configuration; comment lines are left out, a policy is one line with line ends inside."""
    rest = iter(text.replace("\r", "").split("\n"))
    return outline((indent_of(raw), _whole(raw.strip(), rest)) for raw in rest if not _is_around(raw))


def _is_around(raw: str) -> bool:
    line = raw.strip()
    if not line or line.startswith("!") or line == "end" or raw.startswith("Building configuration"):
        return True
    return re.match(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d", raw) is not None


def _whole(first: str, rest: Iterator[str]) -> str:
    if not POLICY.fullmatch(first):
        return first
    inside = [first]
    for line in rest:
        inside.append(line)
        if END.fullmatch(line):
            break
    return "\n".join(inside)


def body(root: ConfigLine) -> str:
    """Write a configuration without what stands around it."""
    return "".join(f"{line}\n" for line in _lines(root, 0))


def _lines(root: ConfigLine, depth: int) -> Iterator[str]:
    for line in root.children:
        margin = " " * depth
        yield margin + line.text
        yield from _lines(line, depth + 1)
        opens = line.text.startswith(("interface ", "address-family")) or (not depth and line.text.startswith("vrf "))
        if line.children or opens or "\n" in line.text:
            yield margin + "!"


def marked(before: ConfigLine, after: ConfigLine, depth: int = 0) -> Iterator[str]:
    """Give the differences as `show configuration changes diff` does: `+`, `-`, and `#` for a section that differs."""
    margin = " " * depth
    for line in after.children:
        there = before.find(line.text)
        if there is None:
            yield f"+ {margin} {line.text}"
            yield from (f"+ {margin}  {one}" for one in _lines(line, 0))
            if line.children:
                yield f"  {margin} !"
        elif below := list(marked(there, line, depth + 1)):
            yield f"# {margin} {line.text}"
            yield from below
            yield f"  {margin} !"
    for line in before.children:
        if after.find(line.text) is None:
            yield f"- {margin} {line.text}"
            yield from (f"- {margin}  {one}" for one in _lines(line, 0))
            if line.children:
                yield f"  {margin} !"
