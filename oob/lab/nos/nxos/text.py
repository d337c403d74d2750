"""NX-OS configurations as text."""

from __future__ import annotations

from collections.abc import Iterator

from oob.lab.nos.base.configuration import lines
from oob.lab.nos.base.tree import ConfigLine, indent_of, outline

_SPACED = ("interface", "vrf", "feature", "vlan")


def parse(text: str) -> ConfigLine:
    """Read a configuration; comment lines are left out, a banner is one line with line ends inside."""
    rest = iter(text.replace("\r", "").split("\n"))
    return outline(
        (indent_of(raw), _whole(raw.strip(), rest)) for raw in rest if raw.strip() and not raw.lstrip().startswith("!")
    )


def _whole(first: str, rest: Iterator[str]) -> str:
    words = first.split(None, 2)
    if len(words) < 3 or words[:2] != ["banner", "motd"]:
        return first
    mark, body = words[2][0], words[2][1:]
    while mark not in body:
        following = next(rest, None)
        if following is None:
            break
        body += "\n" + following
    return f"banner motd {mark}{body.partition(mark)[0]}{mark}"


def body(root: ConfigLine) -> str:
    """Write a configuration with the blank lines that NX-OS puts around some of its parts."""
    out: list[str] = []
    before = ""
    for line in root.children:
        part = line.text.removeprefix("no ").split()[0]
        is_apart = part in _SPACED and (part != before or bool(line.children) or part == "interface")
        if before and (is_apart or (before in _SPACED and part != before)):
            out.append("")
        out += [line.text + (" " if part == "version" else ""), *lines(line, 2, 1)]
        before = part
    return "\n".join(out) + "\n"
