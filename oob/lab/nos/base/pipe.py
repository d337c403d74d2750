"""Output modifiers: the part after `|`."""

from __future__ import annotations

import re

UNPAGED = "no-more"


def parts(pipe: str) -> tuple[str, ...]:
    """Return the modifiers of a command one by one."""
    return tuple(part.strip() for part in pipe.split("|") if part.strip())


def is_paged(pipe: str) -> bool:
    """Tell whether the output stops at a full screen."""
    return not any(UNPAGED.startswith(part) and len(part) > 1 for part in parts(pipe))


def wants_json(pipe: str) -> bool:
    """Tell whether the output is asked for as JSON."""
    return any(part.split()[0] == "json" for part in parts(pipe))


def filtered(text: str, pipe: str) -> str:
    """Return the lines of *text* that the modifiers leave."""
    for part in parts(pipe):
        verb, _, pattern = part.partition(" ")
        is_count = "count".startswith(verb)
        text = f"{len(text.splitlines())}\n" if is_count else chosen(text, verb, pattern.strip().strip('"'))
    return text


def chosen(text: str, verb: str, pattern: str) -> str:
    """Return the lines of *text* that one modifier leaves; all of them when it does not filter."""
    if not pattern:
        return text
    lines = text.splitlines(keepends=True)
    hits = [re.search(pattern, line.rstrip("\n")) is not None for line in lines]
    if "include".startswith(verb) or "grep".startswith(verb):
        return "".join(line for line, hit in zip(lines, hits, strict=True) if hit)
    if "exclude".startswith(verb):
        return "".join(line for line, hit in zip(lines, hits, strict=True) if not hit)
    if "begin".startswith(verb):
        return "".join(lines[hits.index(True) :]) if True in hits else ""
    return "".join(_section(lines, hits)) if "section".startswith(verb) else text


def _section(lines: list[str], hits: list[bool]) -> list[str]:
    kept: list[str] = []
    inside = -1
    for line, hit in zip(lines, hits, strict=True):
        depth = len(line) - len(line.lstrip(" "))
        if inside >= 0 and depth <= inside:
            inside = -1
        if hit and inside < 0:
            inside = depth
        if inside >= 0:
            kept.append(line)
    return kept
