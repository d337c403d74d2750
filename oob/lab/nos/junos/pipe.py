"""The part after a `|`: filters for the output, and its format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from oob.lab.nos.junos.command import CommandWord
from oob.lab.nos.junos.schema import RefusedStatement

FILTERS = {
    "compare": "Compare configuration changes with prior version",
    "count": "Count occurrences",
    "display": "Show additional kinds of information",
    "except": "Show only text that does not match a pattern",
    "find": "Search for first occurrence of pattern",
    "hold": "Hold text without exiting the --More-- prompt",
    "last": "Display end of output only",
    "match": "Show only text that matches a pattern",
    "no-more": "Don't paginate output",
    "trim": "Trim specified number of columns from start of line",
}
_HIDDEN = {"grep": "match"}
_ARGUMENTS = {"except": 1, "find": 1, "match": 1, "trim": 1}


@dataclass(slots=True, kw_only=True)
class Pipes:
    """The filters of one command line, in order."""

    display: str = ""
    compare: list[str] | None = None
    paged: bool = True
    steps: list[tuple[str, str]] = field(default_factory=list)

    def apply(self, text: str) -> str:
        """Return what the filters leave of *text*."""
        for name, argument in self.steps:
            text = _filtered(text, name, argument)
        return text


def pipes(segments: list[list[CommandWord]]) -> Pipes:
    """Parse the segments after the first `|`; the index in RefusedStatement counts the words of its segment."""
    made = Pipes()
    for segment in segments:
        words = [word.text for word in segment]
        name = _name(words)
        if name == "display":
            made.display = " ".join(words[1:]) or "detail"
        elif name == "compare":
            made.compare = words[1:]
        elif name == "no-more":
            made.paged = False
        elif name != "hold":
            if len(words) <= _ARGUMENTS.get(name, 0):
                raise RefusedStatement(len(words), "missing argument.")
            made.steps.append((name, words[1] if len(words) > 1 else ""))
    return made


def _name(words: list[str]) -> str:
    if not words:
        raise RefusedStatement(0, "syntax error, expecting <command>.")
    if words[0] in _HIDDEN:
        return _HIDDEN[words[0]]
    near = [name for name in FILTERS if name.startswith(words[0])]
    if words[0] not in FILTERS and len(near) != 1:
        raise RefusedStatement(0, "syntax error, expecting <command>.")
    return words[0] if words[0] in FILTERS else near[0]


def _filtered(text: str, name: str, argument: str) -> str:
    lines = text.splitlines(keepends=True)
    if name == "count":
        return f"Count: {len(lines)} lines\n"
    if name == "last":
        return "".join(lines[-int(argument or "20") :])
    if name == "trim":
        return "".join(line.rstrip("\n")[int(argument) :] + "\n" for line in lines)
    pattern = re.compile(argument, re.IGNORECASE)
    if name == "find":
        first = next((i for i, line in enumerate(lines) if pattern.search(line)), None)
        return "Pattern not found\n" if first is None else "".join(lines[first:])
    wanted = name == "match"
    return "".join(line for line in lines if bool(pattern.search(line.rstrip("\n"))) == wanted)
