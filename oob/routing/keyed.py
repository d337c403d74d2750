"""Records of `Key : value` pairs, several on a line, as Huawei and H3C print their verbose tables."""

from __future__ import annotations

import re

_PAIR = re.compile(r"([A-Z][A-Za-z/ ]*?) *: ?(.*?)(?= {2,}[A-Z][A-Za-z/ ]*? *:(?: |$)| *$)")


def pairs(line: str) -> dict[str, str]:
    """Give the pairs of a line; none if it is not made of such."""
    found: dict[str, str] = {}
    at = len(line) - len(line.lstrip())
    while at < len(line.rstrip()):
        match = _PAIR.match(line, at)
        if match is None or match[1] in found:
            return {}
        found[match[1]] = match[2].strip()
        at = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip())
    return found
