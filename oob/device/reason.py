"""Why a device did not do as it was told: the lines of its answer that name the reason, out of all that it printed."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A warning tells of something else than a failure.
WARNING = re.compile(r"\W*warning\b", re.IGNORECASE)
# What names a failure where the profile knows no word for it.
FAILURE = re.compile(r"\s*%|.*\b(?:error|fail(?:ed|ure)?|reject(?:ed)?|invalid|denied|abort(?:ed)?)\b", re.IGNORECASE)
# A line that announces a list of what did not work.
HEADING = re.compile(r".*(?:following|below|:\s*$)", re.IGNORECASE)
RULE = re.compile(r"[\W_]*")
BEFORE = 5  # the reason stands above the line that sums it up
AFTER = 3
LISTED = 10
LONGEST = 700


def refused_at(text: str, patterns: Iterable[str]) -> int | None:
    """Return where *text* matches the first of *patterns* that it matches at all, outside of warnings."""
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.MULTILINE):
            start = text.rfind("\n", 0, match.start()) + 1
            if not WARNING.match(text, start):
                return match.start()
    return None


def failure_in(text: str) -> int | None:
    """Return where *text* says first that something failed."""
    return refused_at(text, (rf"(?i)^(?:{FAILURE.pattern})",))


def reason(text: str, position: int) -> str:
    """Return the line at *position* of *text* with its neighbours, as one line."""
    lines = text.split("\n")
    index = text.count("\n", 0, position)
    before = [line for line in lines[:index] if not RULE.fullmatch(line)][-BEFORE:]
    behind = lines[index + 1 :]
    if HEADING.match(lines[index]):
        after = [line for line in behind if not RULE.fullmatch(line)][:LISTED]
    else:
        ends = next((number for number, line in enumerate(behind) if not line.strip()), len(behind))
        after = behind[: min(ends, AFTER)]
    told = " | ".join(" ".join(line.split()) for line in (*before, lines[index], *after))
    return told if len(told) <= LONGEST else _around(told, " ".join(lines[index].split()))


def _around(told: str, line: str) -> str:
    """Return as much of *told* as may be said, with *line* in the middle of it."""
    start = max(0, min(told.find(line) + len(line) // 2 - LONGEST // 2, len(told) - LONGEST))
    return f"{'...' if start else ''}{told[start : start + LONGEST]}{'...' if start + LONGEST < len(told) else ''}"
