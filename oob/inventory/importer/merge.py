"""Adds what was imported to the inventory of a home; what is there already is never changed."""

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
from oob.inventory.inventory import Inventory, entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Names of the devices that were *added*, those *kept* as they were, and how the source differs from some."""

    path: Path
    added: tuple[str, ...]
    kept: tuple[str, ...]
    differing: tuple[str, ...]


def merge(home: Home, imported: Imported, *, tool: str, source: Path, today: date) -> Merged:
    """Append the new devices to hosts.yaml and their groups to groups.yaml, marked with the day; comments stay.

    From then on the copy is what counts: nothing is read from the source again. Raises InventoryError where the files
    could not be understood afterwards; then nothing was written.
    """
    folder = home.create(home.inventory)
    inventory = Inventory.load(home)
    known = {device.name: device for device in inventory}
    new = [device for device in imported.devices if device.name not in inventory]
    kept = [device for device in imported.devices if device.name in known]
    mark = {"from": tool, "file": source.name, "date": today}
    entries = {device.name: _marked(device, mark) for device in new}
    known_groups = simple.groups(folder)
    groups: dict[str, Any] = {group: {} for device in new for group in device.groups if group not in known_groups}
    said = f"# Imported from {tool}, {source.name}, on {today}.\n"
    parts = ((folder / simple.GROUPS, groups), (folder / HOSTS, entries))
    Inventory((*known.values(), *new))  # two paths of one name, or a way through a device that is not there
    texts = [(path, _appended(path, said, part)) for path, part in parts if part]
    for path, text in texts:
        _write(path, text)
    return Merged(
        path=folder / HOSTS,
        added=tuple(entries),
        kept=tuple(device.name for device in imported.devices if device.name in inventory),
        differing=tuple(text for device in kept for text in _differences(known[device.name], device)),
    )


def _marked(device: InventoryDevice, mark: dict[str, Any]) -> dict[str, Any]:
    written = entry(device)
    groups = {"groups": list(device.groups)} if device.groups else {}
    return {**written, **groups, "data": {"imported": mark, **written.get("data", {})}}


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
    """Make sure that the file reads as meant: what was there may be in a form that nothing can be put behind."""
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
