"""Checks of a backup, its bytes and its device: each kind of damage in a sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from oob import durable
from oob.backup import manifest as manifests
from oob.backup.folder import (
    CONFIGURATION,
    PARTIAL,
    ROUTES,
    ROUTES_OPAQUE,
    Backup,
    incompleteness,
    parse_opaque,
    parse_routes,
)
from oob.backup.manifest import FileMark, Manifest
from oob.errors import BackupError

Kind = Literal[
    "absent",
    "incomplete",
    "manifest",
    "missing",
    "extra",
    "changed",
    "truncated",
    "routes",
    "device",
    "platform",
    "serial",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a backup, as a word for programs and a sentence for people."""

    kind: Kind
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def verify(folder: Path, *, device: str = "", platform: str = "", serial: str = "") -> Backup:
    """Return the backup in *folder*, checked byte for byte; raises BackupError with all that is wrong.

    *device*, *platform* and *serial* are compared with the manifest where they are given.
    """
    backup, problems = _examine(folder)
    problems += _of_another(backup.manifest, device, platform, serial) if backup else []
    if problems or not backup:
        raise BackupError(f"backup {folder.name}: {'; '.join(str(problem) for problem in problems)}")
    return backup


def problems(folder: Path, *, device: str = "", platform: str = "", serial: str = "") -> tuple[Problem, ...]:
    """Return everything that is wrong with the backup in *folder*; empty where `verify` would return it."""
    backup, found = _examine(folder)
    return (*found, *(_of_another(backup.manifest, device, platform, serial) if backup else ()))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest alone, checked against its own hash but not against the files; raises BackupError."""
    try:
        return Manifest.parse(durable.read_file(folder / manifests.NAME))
    except FileNotFoundError as error:
        raise BackupError(f"{folder.name}: incomplete: it has no {manifests.NAME}") from error
    except OSError as error:
        raise BackupError(f"{folder.name}: {manifests.NAME} cannot be read: {error.strerror}") from error


def _examine(folder: Path) -> tuple[Backup | None, list[Problem]]:
    if not folder.is_dir():
        return None, [Problem(kind="absent", sentence=f"there is no folder {folder}")]
    if folder.name.endswith(PARTIAL):
        return None, [Problem(kind="incomplete", sentence="it was being written when the writer ended")]
    try:
        # Dot files are what file managers leave on a stick that was looked at; nothing here ever reads them.
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        data = {path.name: path.read_bytes() for path in paths if path.is_file() and not path.is_symlink()}
        others = [path.name for path in paths if path.name not in data]
    except OSError as error:
        return None, [Problem(kind="missing", sentence=f"{error.filename} cannot be read: {error.strerror}")]
    written = data.pop(manifests.NAME, None)
    if written is None:
        return None, [Problem(kind="incomplete", sentence=f"incomplete: it has no {manifests.NAME}")]
    try:
        manifest = Manifest.parse(written)
    except BackupError as error:
        return None, [Problem(kind="manifest", sentence=str(error))]
    found = [Problem(kind="extra", sentence=f"{name} is not a plain file") for name in others]
    found += _files(manifest, data)
    return Backup(folder=folder, manifest=manifest, files=data), found or _content(manifest, data)


def _files(manifest: Manifest, data: Mapping[str, bytes]) -> list[Problem]:
    found = []
    for name, mark in sorted(manifest.files.items()):
        if name not in data:
            found.append(Problem(kind="missing", sentence=f"{name} is missing"))
        elif manifests.mark(data[name]) != mark:
            found.append(_changed(name, mark, data[name], manifest))
    for name in sorted(set(data) - set(manifest.files)):
        found.append(Problem(kind="extra", sentence=f"{name} was not there when the backup was written"))
    return found


def _changed(name: str, mark: FileMark, data: bytes, manifest: Manifest) -> Problem:
    cut = len(data) < mark.size and (name != CONFIGURATION or bool(_unfinished(data, manifest)))
    if cut:
        return Problem(kind="truncated", sentence=f"{name} is truncated: {len(data)} of {mark.size} bytes are left")
    return Problem(kind="changed", sentence=f"{name} has been changed: its SHA-256 is not the manifest's")


def _content(manifest: Manifest, data: Mapping[str, bytes]) -> list[Problem]:
    """Return what complete files may still lack: another program may have written the manifest."""
    reason = _unfinished(data.get(CONFIGURATION, b""), manifest)
    if reason:
        return [Problem(kind="truncated", sentence=f"the configuration {reason}")]
    if manifest.routes is None:
        return []
    try:
        count = len(parse_routes(data.get(ROUTES, b"")))
        parse_opaque(data.get(ROUTES_OPAQUE, b"[]"))
    except BackupError as error:
        return [Problem(kind="routes", sentence=str(error))]
    if count != manifest.routes:
        return [Problem(kind="routes", sentence=f"{ROUTES} holds {count} routes, the manifest says {manifest.routes}")]
    return []


def _unfinished(data: bytes, manifest: Manifest) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return incompleteness(text, manifest.complete_start, manifest.complete_end)


def _of_another(manifest: Manifest, device: str, platform: str, serial: str) -> list[Problem]:
    found = []
    if device and manifest.device != device:
        found.append(Problem(kind="device", sentence=f"it is of {manifest.device}, not of {device}"))
    if platform and manifest.platform != platform:
        found.append(Problem(kind="platform", sentence=f"it is of a {manifest.platform}, {platform} was asked for"))
    if serial and manifest.serial and manifest.serial != serial:
        found.append(Problem(kind="serial", sentence=f"it is of serial number {manifest.serial}, not of {serial}"))
    return found
