"""Adds imported devices to the inventory of a home; existing entries are never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from oob import durable
from oob.errors import InventoryError
from oob.inventory import document, simple
from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home
from oob.inventory.host_files import HOSTS
from oob.inventory.importer.imported import Imported
from oob.inventory.importer.update import MovedValue, changes, imported_values, updated
from oob.inventory.inventory import Inventory, entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Names of the devices that were *added* and those *kept*, and how the source differs from some.

    *changes* are the addresses and ports that the source has moved: `update` writes them.
    """

    path: Path
    added: tuple[str, ...]
    kept: tuple[str, ...]
    differing: tuple[str, ...]
    changes: tuple[MovedValue, ...] = ()


def merge(home: Home, imported: Imported, *, tool: str, source: Path, today: date, dry_run: bool = False) -> Merged:
    """Append the new devices to hosts.yaml and their groups to groups.yaml, marked with the day; comments stay.

    With *dry_run*, nothing is written.
    From then on the copy is what counts: nothing is read from the source again. Raises InventoryError where the files
    could not be understood afterwards; then nothing was written.
    """
    folder = home.create(home.inventory)
    inventory = Inventory.load(home)
    known = {device.name: device for device in inventory}
    new = [device for device in imported.devices if device.name not in inventory]
    kept = [device for device in imported.devices if device.name in known]
    marks = _marks(folder / HOSTS) if kept else {}
    mark = {"from": tool, "file": source.name, "date": today}
    entries = {device.name: _marked(device, mark) for device in new}
    known_groups = simple.groups(folder)
    groups: dict[str, Any] = {group: {} for device in new for group in device.groups if group not in known_groups}
    said = f"# Imported from {tool}, {source.name}, on {today}.\n"
    parts = ((folder / simple.GROUPS, groups), (folder / HOSTS, entries))
    Inventory((*known.values(), *new))  # two paths of one name, or a way through a device that is not there
    texts = [(path, _appended(path, said, part)) for path, part in parts if part]
    for path, text in () if dry_run else texts:
        _write(path, text)
    return Merged(
        path=folder / HOSTS,
        added=tuple(entries),
        kept=tuple(device.name for device in imported.devices if device.name in inventory),
        differing=tuple(text for device in kept for text in _differences(known[device.name], device)),
        changes=tuple(
            change for device in kept for change in changes(known[device.name], device, marks.get(device.name, {}))
        ),
    )


def update(home: Home, found: tuple[MovedValue, ...]) -> None:
    """Write the changes *found* into hosts.yaml, where the rest stays as it is."""
    path = home.inventory / HOSTS
    _write(path, updated(path.read_text(encoding="utf-8"), found))


def _marks(path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the marks of the devices in hosts.yaml that were imported, by their names."""
    content = document.parsed(path.read_text(encoding="utf-8"), HOSTS) if path.exists() else None
    entries = content.items() if isinstance(content, dict) else ()
    data = {name: each.get("data") for name, each in entries if isinstance(each, dict)}
    marks = {name: each.get("imported") for name, each in data.items() if isinstance(each, dict)}
    return {name: mark for name, mark in marks.items() if isinstance(mark, dict)}


def _marked(device: InventoryDevice, mark: dict[str, Any]) -> dict[str, Any]:
    written = entry(device)
    groups = {"groups": list(device.groups)} if device.groups else {}
    return {**written, **groups, "data": {"imported": {**mark, **imported_values(device)}, **written.get("data", {})}}


def _appended(path: Path, said: str, entries: Mapping[str, Any]) -> str:
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "\n" if before and not before.endswith("\n") else ""
    added = yaml.dump(dict(entries), Dumper=document.Plain, sort_keys=False, allow_unicode=True)
    after = f"{before}{gap}{said}{added}"
    _check(path, after, entries)
    return after


def _write(path: Path, text: str) -> None:
    try:
        durable.replace_file(path, text.encode())
    except OSError as error:
        raise InventoryError(f"{path}: cannot be written: {error.strerror}") from error


def _check(path: Path, text: str, entries: Mapping[str, Any]) -> None:
    """Make sure that the file reads as meant: nothing can be put behind some forms of YAML."""
    try:
        content = document.parsed(text, path.name)
    except InventoryError:
        content = None
    if not isinstance(content, dict) or any(content.get(name) != value for name, value in entries.items()):
        raise InventoryError(f"{path.name}: nothing can be added: write it with one name a line, without outer braces")


def _differences(mine: InventoryDevice, theirs: InventoryDevice) -> list[str]:
    """Say where the source has another value; what it does not know is not a difference."""
    pairs = [(name, getattr(mine, name), getattr(theirs, name)) for name in ("platform", "hostname")]
    pairs.append(("serial", mine.expect.serial, theirs.expect.serial))
    said = [
        f"{mine.name}: {name} is {ours or 'not given'} here and {other} in the source"
        for name, ours, other in pairs
        if other and other != ours
    ]
    urls = {path.url for path in mine.paths}
    said += [f"{mine.name}: the source has the path {path.url}" for path in theirs.paths if path.url not in urls]
    return said
