"""Ansible's INI inventories: hosts with variables on their lines, groups of groups, ranges of names."""

from __future__ import annotations

import ast
import re
import shlex
import string
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.importer.ansible_groups import ALL, UNGROUPED, Groups

MOST = 10_000  # more hosts than that in one range is a slip of the pen

_SECTION = re.compile(r"\[(?P<name>[^:\]\s]+)(?::(?P<kind>\w+))?\]\s*(?:[#;].*)?")
_RANGE = re.compile(r"\[(?P<first>\d*|[A-Za-z]):(?P<last>\d+|[A-Za-z])(?::(?P<step>\d+))?\]")
# What a port may stand behind: brackets around the whole, or a name, whose ranges have colons of their own.
_BRACKETED = re.compile(r"\[(?P<host>[^\[\]]+)\]:\d{1,5}")
_WITH_PORT = re.compile(r"(?P<host>(?:[^:\[\]]|\[[^\]]*\])+):\d{1,5}")


def read(path: Path) -> Groups:
    """Return what an INI inventory says; raises InventoryError with the line that makes no sense."""
    groups = Groups()
    groups.add_group(UNGROUPED)
    section, kind = UNGROUPED, ""
    declared, referred = {ALL, UNGROUPED}, dict[str, int]()
    for number, line in enumerate(document.text(path).splitlines(), 1):
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        try:
            if found := _section(text):
                section, kind = found
                groups.add_group(section)
                if kind == "vars":
                    referred.setdefault(section, number)
                else:
                    declared.add(section)
            elif kind == "children":
                child = _word(text)
                groups.add_child(section, child)
                referred.setdefault(child, number)
            elif kind == "vars":
                groups.set_group(section, dict([_variable(text)]))
            else:
                _hosts(text, section, groups)
        except ValueError as error:
            raise InventoryError(f"{path.name}:{number}: {error}") from error
    for name, number in referred.items():
        if name not in declared:
            raise InventoryError(f"{path.name}:{number}: there is no group {name!r}")
    return groups


def hosts(pattern: str) -> Iterator[str]:
    """Give the hosts that `r1:2222`, `[2001:db8::1]:2222` or a name with ranges stands for; raises ValueError."""
    found = _BRACKETED.fullmatch(pattern) or _WITH_PORT.fullmatch(pattern)
    yield from _expanded(found["host"] if found else pattern)


def _expanded(pattern: str) -> Iterator[str]:
    """Give what `r[1:3]`, `r[01:10:2]`, `r[:3]` or `r[a:c]` stands for."""
    found = _RANGE.search(pattern)
    if not found:
        if "[" in pattern:
            raise ValueError(f"{pattern!r} has a range that cannot be understood")
        yield pattern
        return
    for part in _parts(found["first"] or "0", found["last"], int(found["step"] or 1)):
        yield from _expanded(pattern[: found.start()] + part + pattern[found.end() :])


def _parts(first: str, last: str, step: int) -> Iterator[str]:
    numbers = first.isdecimal() and last.isdecimal()
    if not numbers and (first.isdecimal() or last.isdecimal()):
        raise ValueError(f"[{first}:{last}] goes from a number to a letter")
    padded = numbers and len(first) > 1 and first.startswith("0")
    if padded and len(first) != len(last):
        raise ValueError(f"[{first}:{last}] has more digits on one side")
    letters = string.ascii_letters
    start, end = (int(first), int(last)) if numbers else (letters.index(first), letters.index(last))
    if step < 1 or not 0 <= end - start < MOST:
        raise ValueError(f"[{first}:{last}] is not a range")
    for value in range(start, end + 1, step):
        yield str(value).zfill(len(first) if padded else 1) if numbers else letters[value]


def _section(text: str) -> tuple[str, str] | None:
    """Return the name of the group that a section is about, and what of it; None where *text* begins none."""
    match = _SECTION.fullmatch(text)
    if not match:
        if text.startswith("[") and (text.endswith("]") or "]" not in text):
            raise ValueError(f"{text} is not a [group], [group:children] or [group:vars]")
        return None
    kind = match["kind"] or ""
    if kind not in ("", "children", "vars", "hosts"):
        raise ValueError(f"a group has :children and :vars, not :{kind}")
    return match["name"], kind


def _hosts(text: str, section: str, groups: Groups) -> None:
    pattern, *pairs = shlex.split(text, comments=True)
    if pattern == "---" or pattern.endswith(":"):
        raise ValueError(f"{pattern!r} is not a host; an inventory in YAML is called .yml or .yaml")
    variables = dict(_variable(pair) for pair in pairs)
    for host in hosts(pattern):
        groups.add_host(host, section)
        groups.set_host(host, variables)


def _variable(text: str) -> tuple[str, Any]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise ValueError("there is something that is not a name=value")  # which may be the rest of a password
    try:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
            return name, ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return name, value


def _word(text: str) -> str:
    words = shlex.split(text, comments=True)
    if len(words) != 1:
        raise ValueError(f"{text!r} is not a name of a group")
    return words[0]
