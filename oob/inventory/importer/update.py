"""Addresses and ports that a source has moved, and the text of hosts.yaml with them; all other text stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.host_files import HOSTS

ADDRESS = "hostname"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedValue:
    """An address or the URL of a path that the source has moved."""

    device: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.device}: {self.what} {self.old} -> {self.new}"


def imported_values(device: InventoryDevice) -> dict[str, Any]:
    """Return what a later import compares with: a value that is another one by then was edited here."""
    values: dict[str, Any] = {ADDRESS: device.hostname} if device.hostname else {}
    return {**values, "paths": [path.url for path in device.paths]} if device.paths else values


def changes(mine: InventoryDevice, theirs: InventoryDevice, mark: Mapping[str, Any]) -> tuple[MovedValue, ...]:
    """Return what the source has moved of a device that was imported, as its *mark* says.

    A value that was edited here, and a device that was not imported, stay as they are.
    """
    if not mark:
        return ()
    pairs = [(f"path {old.name}", old.url, new.url) for old, new in _moved(mine.paths, theirs.paths)]
    if mine.hostname and theirs.hostname and mine.hostname != theirs.hostname:
        pairs.insert(0, (ADDRESS, mine.hostname, theirs.hostname))
    first = {mark[ADDRESS], *mark.get("paths", ())} if ADDRESS in mark else set(mark.get("paths", ()))
    return tuple(
        MovedValue(device=mine.name, what=what, old=old, new=new)
        for what, old, new in pairs
        if not first or old in first
    )


def _moved(mine: Iterable[ConsolePath], theirs: Iterable[ConsolePath]) -> list[tuple[ConsolePath, ConsolePath]]:
    """Return the paths that are the same one elsewhere: by their name, or as the only ones of their scheme."""
    ours, others = {path.url: path for path in mine}, {path.url: path for path in theirs}
    old = [path for url, path in ours.items() if url not in others]
    new = [path for url, path in others.items() if url not in ours]
    pairs = []
    for path in old:
        same = [other for other in new if other.name == path.name] or [
            other for other in new if _scheme(other) == _scheme(path)
        ]
        rivals = [other for other in old if _scheme(other) == _scheme(path)]
        if same and (same[0].name == path.name or len(same) == len(rivals) == 1):
            pairs.append((path, same[0]))
            new.remove(same[0])
    return pairs


def _scheme(path: ConsolePath) -> str:
    return path.url.partition("://")[0]


def updated(text: str, found: Iterable[MovedValue]) -> str:
    """Return *text* of hosts.yaml with *found* in it; raises InventoryError where it cannot be edited in place."""
    for change in found:
        before, text = text, _replaced(text, change)
        if document.parsed(text, HOSTS) != _expected(document.parsed(before, HOSTS), change):
            raise InventoryError(f"{HOSTS}: {change.device} cannot be edited in place: write {change.new} by hand")
    return text


def _replaced(text: str, change: MovedValue) -> str:
    token = re.compile(rf"(?<![^\s\"'\[,]){re.escape(change.old)}(?![^\s\"',\]}}])")
    head = re.compile(rf"[\"']?{re.escape(change.device)}[\"']?\s*:")
    lines, inside = text.splitlines(keepends=True), False
    for number, line in enumerate(lines):
        if line[:1] not in (" ", "\t", "#", "\n", "\r", "-"):
            inside = bool(head.match(line))
        is_meant = change.what != ADDRESS or re.match(rf"\s+[\"']?{ADDRESS}[\"']?\s*:", line)
        if inside and is_meant and not line.lstrip().startswith("#"):
            lines[number] = token.sub(lambda _: change.new, line)
    return "".join(lines)


def _expected(content: Any, change: MovedValue) -> Any:
    return {**content, change.device: _with(content[change.device], change)}


def _with(value: Any, change: MovedValue, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _with(each, change, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_with(each, change, key) for each in value]
    is_meant = change.what != ADDRESS or key == ADDRESS
    return change.new if is_meant and value == change.old else value
