"""All backups below one folder: listing, finding and marking them."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from oob import durable
from oob.backup import manifest as manifests
from oob.backup.folder import Backup, Reading, write
from oob.backup.manifest import Manifest
from oob.backup.verify import read_manifest, verify
from oob.errors import BackupError
from oob.naming import folder_name

LATEST = "latest"
GOOD = "good"
FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A line of the list: *manifest* is None and *problem* says why where it cannot be read. Files are not checked."""

    id: str
    device: str
    folder: Path
    manifest: Manifest | None = None
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether it has been marked known-good."""
        return self.manifest is not None and self.manifest.known_good

    @property
    def is_found(self) -> bool:
        """Tell whether it is the snapshot of a broken state, which a run found and kept."""
        return self.manifest is not None and bool(self.manifest.finder)


class Catalogue:
    """The backups of a home."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, reading: Reading) -> Backup:
        """Keep a reading as a new backup, and return it as it now lies on the disk."""
        return verify(write(self.root, reading))

    def list(self, device: str = "") -> tuple[CatalogueEntry, ...]:
        """Return the backups of *device*, or of all devices, newest first; damaged ones are listed too."""
        homes = [self.root / folder_name(device)] if device else _folders(self.root)
        entries = (entry_of(folder) for home in homes for folder in _folders(home))
        return tuple(sorted(entries, key=lambda entry: age_key(entry.id), reverse=True))

    def find(self, device: str, which: str = LATEST) -> Backup:
        """Return one backup of *device*, verified: by its id, the beginning of it, `latest`, `good` or `found`.

        The latest is the latest that was taken: a broken state that a run found is none, but `found` is the newest.

        Raises BackupError without exactly one, or where the one found is damaged.
        """
        return verify(self.locate(device, which).folder, device=device)

    def locate(self, device: str, which: str = LATEST) -> CatalogueEntry:
        """Return the entry that *which* names, without looking into its files."""
        entries = self.list(device)
        if not entries:
            raise BackupError(f"{device}: there is no backup below {self.root}")
        if which == GOOD:
            return self._newest_good(device, entries)
        if which in (LATEST, FOUND):
            return self._newest(device, entries, is_found=which == FOUND)
        is_whole = "Z" in which  # a second backup of the same second goes on behind the Z
        found = [entry for entry in entries if which and (entry.id if is_whole else entry.id[: len(which)]) == which]
        if len(found) != 1:
            ids = ", ".join(entry.id for entry in (found or entries)[:5])
            problem = "more than one backup begins with" if found else "no backup begins with"
            raise BackupError(f"{device}: {problem} {which!r}: there are {ids}")
        return found[0]

    def baseline(self, device: str) -> Backup:
        """Return the newest backup of *device* that is known to be good, verified."""
        return self.find(device, GOOD)

    def best(self, device: str) -> Backup | None:
        """Return the backup that knows *device* best: its baseline, else its newest backup if that is intact."""
        for which in (GOOD, LATEST):
            with suppress(BackupError):
                return self.find(device, which)
        return None

    def mark_good(self, device: str, which: str = LATEST, *, by: str = "", unverified: bool = False) -> Backup:
        """Say that a backup is known to be good.

        Raises BackupError where it is damaged, holds no routing table, or was not read to agreement; with *unverified*
        the last is taken.
        """
        backup = self.find(device, which)
        if not backup.manifest.routes:
            lack = "was not read into it" if backup.manifest.routes is None else "in it is empty"
            raise BackupError(f"backup {backup.manifest.id}: cannot be a baseline: the routing table {lack}")
        if backup.manifest.unverified and not unverified:
            raise BackupError(
                f"backup {backup.manifest.id}: not verified, so it cannot be a baseline: no two readings agreed of "
                f"{', '.join(backup.manifest.unverified)} (take another, or check it and mark it with --unverified)"
            )
        return _mark(backup, known_good=True, by=by)

    def unmark(self, device: str, which: str, *, by: str = "") -> Backup:
        """Take back that a backup is known to be good."""
        return _mark(self.find(device, which), known_good=False, by=by)

    def remove(self, entry: CatalogueEntry) -> None:
        """Remove a backup whole; raises BackupError for a baseline, and where it cannot be removed."""
        if entry_of(entry.folder).is_good:
            raise BackupError(f"{entry.device}: {entry.id} is marked known-good and is not removed")
        aside = entry.folder.with_name(f".removed-{entry.id}")  # never half a backup under a name that is listed
        try:
            entry.folder.rename(aside)
            shutil.rmtree(aside)
        except OSError as error:
            raise BackupError(f"{entry.folder}: cannot be removed: {error.strerror}") from error

    def _newest(self, device: str, entries: tuple[CatalogueEntry, ...], *, is_found: bool) -> CatalogueEntry:
        found = next((entry for entry in entries if entry.is_found == is_found), None)
        if found is None:
            lack = "no run has found a broken state" if is_found else "all are broken states that runs found"
            raise BackupError(f"{device}: {lack}; the newest of {len(entries)} backups is {entries[0].id}")
        return found

    def _newest_good(self, device: str, entries: tuple[CatalogueEntry, ...]) -> CatalogueEntry:
        good = [entry for entry in entries if entry.is_good]
        if good:
            return good[0]
        hint = f"the newest of {len(entries)} is {entries[0].id}"
        raise BackupError(f"{device}: no backup is marked known-good; {hint}")


def _mark(backup: Backup, *, known_good: bool, by: str) -> Backup:
    now = manifests.utc(datetime.now(UTC))
    marked = replace(backup.manifest, known_good=known_good, marked_by=by, marked_at=now)
    try:
        durable.replace_file(backup.folder / manifests.NAME, marked.render())
    except OSError as error:
        raise BackupError(f"backup {backup.manifest.id}: cannot be marked: {error.strerror}") from error
    return replace(backup, manifest=marked)


def entry_of(folder: Path) -> CatalogueEntry:
    """Return the entry of the backup in *folder*, from its manifest alone."""
    device = unquote(folder.parent.name)
    try:
        return CatalogueEntry(id=folder.name, device=device, folder=folder, manifest=read_manifest(folder))
    except BackupError as error:
        return CatalogueEntry(id=folder.name, device=device, folder=folder, problem=str(error))


def _folders(home: Path) -> list[Path]:
    try:
        return sorted(path for path in home.iterdir() if not path.name.startswith(".") and os.path.isdir(path))
    except OSError:  # there is none, or it is not for us: the other devices' are
        return []


def age_key(backup_id: str) -> tuple[str, int]:
    """Return what backups are sorted by: their moment, and their number within its second."""
    moment, _, number = backup_id.partition("Z")
    return moment, int(number[1:]) if number[1:].isdecimal() else 1
