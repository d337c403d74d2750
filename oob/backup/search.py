"""Copies of a device's configuration wherever the home says that there may be some: folders, git, mounted sticks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from glob import glob
from pathlib import Path

from oob.backup.catalogue import Catalogue, CatalogueEntry
from oob.backup.folder import CONFIGURATION
from oob.backup.git import git, is_repository
from oob.backup.manifest import NAME as MANIFEST
from oob.backup.verify import problems
from oob.errors import BackupError, OobError, UsageError
from oob.yaml_file import read

NAME = "places.yaml"
KINDS = ("folder", "git")
LARGEST = 16_000_000  # bytes of a file that may be a configuration
COMMITS = 20  # of a file in a repository that are looked at, the newest
BROKEN = "snapshot of a BROKEN state"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlace:
    """A place to search: a *kind* of KINDS, and its path, of which `*` may stand for a mount point."""

    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCopy:
    """A copy: *where* it lies, when it was *taken* (UTC), its *software* where that is known, and what *state* it is.

    *sha256* is that of the configuration; *is_broken* marks the copy of a broken state, wherever it lies.
    """

    device: str
    taken: str
    place: str
    where: str
    state: str = ""
    software: str = ""
    sha256: str = ""
    is_good: bool = False
    is_broken: bool = False


def places(path: Path) -> tuple[SearchPlace, ...]:
    """Return the places that the file *path* names, none without it; raises UsageError, naming the entry."""
    given = read(path, {}) or {}
    found = []
    for name, url in given.items() if isinstance(given, dict) else [("", None)]:
        kind, _, where = str(url).partition(":")
        if kind not in KINDS or not where.startswith("/"):
            raise UsageError(f"{path}: {name or 'the file'}: write NAME: folder:/PATH or git:/PATH, a line each")
        found.append(SearchPlace(name=str(name), kind=kind, path=where))
    return tuple(found)


def search(
    catalogue: Catalogue,
    others: Sequence[SearchPlace],
    device: str,
    *,
    text: str = "",
    software: str = "",
    since: str = "",
) -> tuple[FoundCopy, ...]:
    """Return the copies of *device*, the best first: known-good, then newest; copies of a broken state come last.

    Only those whose configuration matches the regular expression *text*, whose software begins with *software*, and
    that were taken on or after *since* (a date). A place that cannot be read holds none.
    """
    own = [(_of_entry(entry), entry.folder) for entry in catalogue.list(device) if entry.manifest]
    broken = {copy.sha256 for copy, _ in own if copy.is_broken}
    found = [(copy, _read(folder / CONFIGURATION)) for copy, folder in own if not problems(folder, device=device)]
    for place in others:
        with suppress(OobError, OSError):
            found += [*_in_place(place, device)]
    wanted = re.compile(text) if text else None
    kept = [
        _labelled(copy, broken)
        for copy, content in found
        if copy.taken[: len(since)] >= since
        and copy.software.startswith(software)
        and (wanted is None or wanted.search(content.decode(errors="replace")))
    ]
    newest = sorted(kept, key=lambda copy: copy.taken, reverse=True)
    return tuple(sorted(newest, key=lambda copy: (copy.is_broken, not copy.is_good)))


def alternatives(catalogue: Catalogue, device: str, refused: str = "") -> tuple[str, ...]:
    """Return the three best copies of a catalogue besides the *refused* backup, each as it is offered."""
    found: list[FoundCopy] = []
    with suppress(OobError, OSError):  # the refusal itself must come through
        found = [copy for copy in search(catalogue, (), device) if Path(copy.where).name != refused]
    return tuple(f"{Path(copy.where).name} ({copy.state or copy.taken})" for copy in found[:3])


def _of_entry(entry: CatalogueEntry) -> FoundCopy:
    manifest = entry.manifest
    assert manifest is not None
    state = BROKEN if entry.is_found else "known-good" if entry.is_good else ""
    return FoundCopy(
        device=entry.device,
        taken=manifest.finished,
        place="catalogue",
        where=str(entry.folder),
        state=state,
        software=manifest.version,
        sha256=manifest.files[CONFIGURATION].sha256,
        is_good=entry.is_good,
        is_broken=entry.is_found,
    )


def _labelled(copy: FoundCopy, broken: set[str]) -> FoundCopy:
    is_broken = copy.is_broken or copy.sha256 in broken
    return replace(copy, is_broken=True, is_good=False, state=BROKEN) if is_broken else copy


def _in_place(place: SearchPlace, device: str) -> Iterator[tuple[FoundCopy, bytes]]:
    for root in map(Path, sorted(glob(place.path))):
        if place.kind == "git" or is_repository(root):
            yield from _in_repository(place, root, device)
        else:
            yield from _in_folder(place, root, device)


def _in_folder(place: SearchPlace, root: Path, device: str) -> Iterator[tuple[FoundCopy, bytes]]:
    """Yield copies of whole backups below *root*, and files whose name has the device's name."""
    for manifest in sorted(root.rglob(MANIFEST)):
        for entry in Catalogue(manifest.parent.parent.parent).list(device):
            if entry.folder == manifest.parent and entry.manifest and not problems(entry.folder, device=device):
                yield replace(_of_entry(entry), place=place.name), _read(entry.folder / CONFIGURATION)
    for file in sorted(root.rglob("*")):
        if file.is_file() and _is_of(file.name, device) and not (file.parent / MANIFEST).exists():
            content = _read(file)
            moment = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            yield _plain(place, device, str(file), f"{moment:%Y-%m-%dT%H:%M:%SZ}", content), content


def _in_repository(place: SearchPlace, root: Path, device: str) -> Iterator[tuple[FoundCopy, bytes]]:
    """Yield the newest versions of each file whose name has the device's name."""
    for file in git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode(errors="replace").split("\0"):
        if not _is_of(Path(file).name, device):
            continue
        log = git(root, "log", f"-{COMMITS}", "--format=%H %cI", "--", file).decode()
        for commit, _, when in (line.partition(" ") for line in log.splitlines()):
            with suppress(BackupError):  # the commit that removed it
                content = git(root, "show", f"{commit}:{file}")
                moment = datetime.fromisoformat(when).astimezone(UTC)
                where = f"{root}@{commit[:12]}:{file}"
                yield _plain(place, device, where, f"{moment:%Y-%m-%dT%H:%M:%SZ}", content), content


def _plain(place: SearchPlace, device: str, where: str, taken: str, content: bytes) -> FoundCopy:
    software = re.search(rb"^(?:! Software: |version |! *Last .* version )([\w.()\-]+)", content, re.MULTILINE)
    version = software[1].decode() if software else ""
    digest = hashlib.sha256(content).hexdigest()
    return FoundCopy(device=device, taken=taken, place=place.name, where=where, software=version, sha256=digest)


def _is_of(name: str, device: str) -> bool:
    return bool(re.match(rf"{re.escape(device)}(?![\w-])", name, re.IGNORECASE))


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST)
