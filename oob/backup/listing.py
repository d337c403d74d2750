"""The list of all backups of a home: a line and a row of each, derived from its manifest and kept in the home's index.

Reading 100,000 manifests takes a minute, asking for their times part of a second. What acts on a backup reads it from
its folder (`Catalogue.find`), never from here.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from oob.backup import manifest as manifests
from oob.backup.catalogue import CatalogueEntry, age_key, entry_of
from oob.backup.manifest import Manifest
from oob.derived import DerivedFacts, Fact, marks_of
from oob.printable import one_line

LINES: Final = "backup lines 1"
ROWS: Final = "backup rows 1"
_WORTH: Final = 200  # backups; fewer are read as fast as an index
_SHOWN: Final = ("platform", "hostname", "serial", "version", "path", "change", "reason", "started", "finished", "tool")
_COUNTED: Final = ("found_by", "routes", "known_good", "marked_by", "marked_at")


class _Device(NamedTuple):
    """A folder of backups: the *names* in it, and 4 numbers for each that show that its manifest is unchanged."""

    folder: str
    names: list[str]
    marks: list[int]

    @property
    def evidence(self) -> bytes:
        """The bytes that differ once anything in it has changed."""
        return os.fsencode("/".join(self.names)) + b"/" + array("q", self.marks).tobytes()


class BackupListing:
    """The backups below *root*, newest first, as lines or as rows; the index lies in the folder *home*."""

    def __init__(self, home: Path, root: Path) -> None:
        self._root = root
        self._index = DerivedFacts(home)

    def lines(self) -> list[str]:
        """Return a line of each backup."""
        return self._listed(LINES)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row of each backup."""
        return [_placed(self._root, json.loads(row)) for row in self._listed(ROWS)]

    def _listed(self, kind: str) -> list[str]:
        devices = list(_devices(self._root))
        is_worth_it = sum(len(device.names) for device in devices) >= _WORTH
        known = _Known(self._root, self._index if is_worth_it else None, kind)
        found: list[str] = []
        for device in devices:
            found += known.of(device)
        known.keep({device.folder for device in devices})
        found.sort(reverse=True)
        return [text[text.index("\t") + 1 :] for text in found]


class _Known:
    """The texts of one *kind* in the index, and those read anew. A text is the age of a backup, a tab, and the rest."""

    def __init__(self, root: Path, index: DerivedFacts | None, kind: str) -> None:
        self._root = root
        self._index = index
        self._kind = kind
        self._facts = {kind: index.read(kind)} if index else {}
        self._new: dict[str, dict[str, Fact]] = {LINES: {}, ROWS: {}}

    def of(self, device: _Device) -> list[str]:
        """Return the texts of the backups of *device*."""
        fact = self._facts.get(self._kind, {}).get(device.folder)
        return fact[1].split("\n") if fact and fact[0] == device.evidence else self._read(device)

    def keep(self, folders: set[str]) -> None:
        """Keep the entries read, and forget the devices that are not among *folders*."""
        if self._index:
            self._index.keep(self._new, gone=self._facts[self._kind].keys() - folders)

    def _read(self, device: _Device) -> list[str]:
        """Read the backups that are new or changed, and take the others from the index."""
        before = {kind: self._before(kind, device.folder) for kind in (LINES, ROWS)}
        found: dict[str, list[str]] = {LINES: [], ROWS: []}
        kept: dict[str, list[str]] = {LINES: [], ROWS: []}
        sound = _Device(device.folder, [], [])
        for number, name in enumerate(device.names):
            mark = device.marks[4 * number : 4 * number + 4]
            texts = {kind: text for kind in before if (text := before[kind].get((name, *mark)))}
            is_kept = any(mark)
            if len(texts) < len(before):
                folder = self._root / device.folder / name
                if not folder.is_dir():
                    continue
                entry = entry_of(folder)
                is_kept &= entry.manifest is not None
                texts = {LINES: f"{_age(name)}\t{line_of(entry)}", ROWS: f"{_age(name)}\t{json.dumps(row_of(entry))}"}
            for kind, text in texts.items():
                found[kind].append(text)
                kept[kind] += [text] if is_kept else []
            if is_kept:
                sound.names.append(name)
                sound.marks.extend(mark)
        for kind, lines in kept.items():
            if lines:
                self._new[kind][device.folder] = (sound.evidence, "\n".join(lines))
        return found[self._kind]

    def _before(self, kind: str, folder: str) -> dict[tuple[object, ...], str]:
        """Return the texts in the index of the backups in *folder*, by their names and marks."""
        if not self._index:
            return {}
        if kind not in self._facts:
            self._facts[kind] = self._index.read(kind)
        fact = self._facts[kind].get(folder)
        if fact is None:
            return {}
        texts = fact[1].split("\n")
        marks = array("q", fact[0][-32 * len(texts) :])
        names = os.fsdecode(fact[0][: -32 * len(texts) - 1]).split("/")
        return {
            (name, *marks[4 * at : 4 * at + 4]): text for at, (name, text) in enumerate(zip(names, texts, strict=True))
        }


def line_of(entry: CatalogueEntry) -> str:
    """Return the row of a backup in a list."""
    manifest = entry.manifest
    if manifest is None:
        return one_line(f"{entry.device}  {entry.id}  DAMAGED: {entry.problem}")
    doubt = "NOT VERIFIED" if manifest.unverified else ""
    found = "found broken" if entry.is_found else ""
    words = [manifest.platform, manifest.version, routes_of(manifest), doubt, found, manifest.change, manifest.reason]
    mark = "good" if entry.is_good else "    "
    return one_line("  ".join([entry.device, entry.id, mark, *(word for word in words if word)]))


def row_of(entry: CatalogueEntry) -> dict[str, Any]:
    """Return the row of a backup in a list, as JSON types."""
    manifest = entry.manifest
    begin: dict[str, Any] = {"device": entry.device, "id": entry.id, "folder": str(entry.folder)}
    if manifest is None:
        return {**begin, "problem": entry.problem}
    begin |= {name: getattr(manifest, name) for name in (*_SHOWN, *_COUNTED)}
    verified = None if manifest.verified is None else dict(manifest.verified)
    return begin | {"verified": verified, "unverified": list(manifest.unverified)}


def routes_of(manifest: Manifest) -> str:
    """Return how many routes a backup has, in words."""
    return "no routes" if manifest.routes is None else f"{manifest.routes} routes"


def _devices(root: Path) -> Iterator[_Device]:
    for folder in _names(root):
        try:
            descriptor = os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:  # not a folder, or not for us: the other devices' are
            continue
        try:
            names = _names(descriptor)
            yield _Device(folder, names, marks_of([f"{name}/{manifests.NAME}" for name in names], descriptor))
        finally:
            os.close(descriptor)


def _names(folder: Path | int) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return []


def _age(name: str) -> str:
    """Return a text that sorts as `age_key` does, on one line."""
    moment, number = age_key(one_line(name))
    return f"{moment} {number:09d}"


def _placed(root: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its folder of today: a home may have moved, as a stick does."""
    folder = Path(str(found["folder"]))
    return found | {"folder": str(root / folder.parent.name / folder.name)}
