"""The login text of a device, kept with its backups and compared before a credential is typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any


def kept(facts: dict[str, Any]) -> tuple[str, ...]:
    """Return the login text that the *facts* of a backup hold; empty where the backup was taken without a login."""
    lines = facts.get("login")
    return tuple(map(str, lines)) if isinstance(lines, list | tuple) else ()


def shows(lines: Iterable[str], names: Iterable[str]) -> bool:
    """Tell whether one of the hostnames *names* stands in *lines* as a word of its own."""
    return any(len(_around(line, name)) > 1 for line in lines for name in names)


def is_same_text(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two login texts differ in numbers alone: a time, a line number, a counter."""
    return [re.sub(r"\d+", "0", line) for line in one] == [re.sub(r"\d+", "0", line) for line in other]


def another_name(before: Iterable[str], now: Sequence[str], names: Sequence[str]) -> str:
    """Return the hostname that *now* shows where *before* shows one of *names*, "" where it shows none there."""
    own = {name.casefold() for name in names}
    for line in before:
        for name in names:
            pattern = _with_any_name(line, name)
            for match in filter(None, (pattern.fullmatch(present) for present in now)) if pattern else ():
                if other := next((found for found in match.groups() if found.casefold() not in own), ""):
                    return str(other)
    return ""


def _with_any_name(line: str, name: str) -> re.Pattern[str] | None:
    parts = _around(line, name)
    if len(parts) < 2:
        return None
    return re.compile(r"([\w.-]*\w)".join(re.sub(r"\d+", r"\\d+", re.escape(part)) for part in parts), re.IGNORECASE)


def _around(line: str, name: str) -> list[str]:
    return re.split(rf"(?<![\w-]){re.escape(name)}(?![\w-])", line, flags=re.IGNORECASE) if name else [line]
