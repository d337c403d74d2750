"""Ansible's INI inventories: hosts with variables on their lines, groups of groups, ranges of names."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.importer.ansible_groups import UNGROUPED, Groups

MOST = 10_000  # more hosts than that in one range is a slip of the pen

_SECTION = re.compile(r"\[(?P<name>[^:\]\s]+)(?::(?P<kind>\w+))?\]\s*(?:[#;].*)?")
_ADDRESS = re.compile(r"\[(?P<address>[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)\]:\d{1,5}(?=\s|$)")  # of IPv6, with a port
_RANGE = re.compile(r"\[(?P<first>\d+|[A-Za-z]):(?P<last>\d+|[A-Za-z])(?::(?P<step>\d+))?\]")


def read(path: Path) -> Groups:
    """Return what an INI inventory says; raises InventoryError with the line that makes no sense."""
    groups = Groups()
    groups.add_group(UNGROUPED)
    section, kind = UNGROUPED, ""
    for number, line in enumerate(document.text(path).splitlines(), 1):
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        try:
            if text.startswith("[") and not _ADDRESS.match(text):
                section, kind = _section(text, groups)
            elif kind == "children":
                groups.add_child(section, _word(text))
            elif kind == "vars":
                groups.set_group(section, dict([_variable(text)]))
            else:
                _hosts(text, section, groups)
        except ValueError as error:
            raise InventoryError(f"{path.name}:{number}: {error}") from error
    return groups


def expand(pattern: str) -> Iterator[str]:
    """Give the hosts that a name with ranges stands for: `r[1:3]`, `r[01:10:2]`, `r[a:c]`; ValueError if it is none."""
    found = _RANGE.search(pattern)
    if not found:
        if "[" in pattern:
            raise ValueError(f"{pattern!r} has a range that cannot be understood")
        yield pattern
        return
    for part in _parts(found["first"], found["last"], int(found["step"] or 1)):
        yield from expand(pattern[: found.start()] + part + pattern[found.end() :])


def _parts(first: str, last: str, step: int) -> Iterator[str]:
    numbers = first.isdecimal() and last.isdecimal()
    if not numbers and (first.isdecimal() or last.isdecimal()):
        raise ValueError(f"[{first}:{last}] goes from a number to a letter")
    start, end = (int(first), int(last)) if numbers else (ord(first), ord(last))
    if step < 1 or not 0 <= end - start < MOST:
        raise ValueError(f"[{first}:{last}] is no range")
    for value in range(start, end + 1, step):
        yield str(value).zfill(len(first)) if numbers else chr(value)


def _section(text: str, groups: Groups) -> tuple[str, str]:
    match = _SECTION.fullmatch(text)
    if not match:
        raise ValueError(f"{text} is no [group], [group:children] or [group:vars]")
    kind = match["kind"] or ""
    if kind not in ("", "children", "vars", "hosts"):
        raise ValueError(f"a group has :children and :vars, not :{kind}")
    groups.add_group(match["name"])
    return match["name"], kind


def _hosts(text: str, section: str, groups: Groups) -> None:
    pattern, *pairs = shlex.split(text, comments=True)
    variables = dict(_variable(pair) for pair in pairs)
    if address := _ADDRESS.fullmatch(pattern):
        pattern = address["address"]
    has_port = _RANGE.sub("", pattern).count(":") == 1  # an IPv6 address has more of them
    name = re.sub(r":\d{1,5}$", "", pattern) if has_port else pattern
    for host in expand(name):
        groups.add_host(host, section)
        groups.set_host(host, variables)


def _variable(text: str) -> tuple[str, Any]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise ValueError("there is something that is no name=value")  # which may be the rest of a password
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return name, value


def _word(text: str) -> str:
    words = shlex.split(text, comments=True)
    if len(words) != 1:
        raise ValueError(f"{text!r} is no name of a group")
    return words[0]
