"""Copies of a device's configuration wherever the home says that there may be some: folders, git, mounted sticks."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from glob import glob
from pathlib import Path

from oob.backup.catalogue import Catalogue, CatalogueEntry, entry_of
from oob.backup.folder import CONFIGURATION, incompleteness
from oob.backup.git import git, is_repository
from oob.backup.manifest import NAME as MANIFEST
from oob.backup.verify import problems
from oob.errors import BackupError, OobError, UsageError
from oob.fault import unreadable
from oob.naming import folder_name
from oob.yaml_file import read

NAME = "places.yaml"
KINDS = ("folder", "git")
LARGEST = 16_000_000  # bytes of a file that may be a configuration
COMMITS = 20  # of a file in a repository that are looked at, the newest
BROKEN = "snapshot of a BROKEN state"
UNHARMED = "snapshot, the same as the known-good"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlace:
    """A place to search: a *kind* of KINDS, and its path, of which `*` may stand for a mount point."""

    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCopy:
    """A copy: *where* it lies, when it was *taken* (UTC), its *software* where that is known, and what *state* it is.

    *sha256* is that of the configuration; *is_broken* marks the copy of a broken state, wherever it lies. *is_whole*
    is false for a damaged or truncated copy, *is_read* where the content was not looked at.
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
    is_whole: bool = True
    is_read: bool = True

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """The order in which copies are offered: whole, not broken, read and known-good copies come first."""
        return (not self.is_whole, self.is_broken, not self.is_read, not self.is_good)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCopies:
    """The copies that a search found, the best first, and the places that it could not read, each with the reason."""

    copies: tuple[FoundCopy, ...]
    unread: tuple[str, ...] = ()


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
    on_device: Sequence[FoundCopy] = (),
) -> FoundCopies:
    """Return the copies of *device*, the best first: known-good, then newest; those of a broken state come late, and
    damaged ones last. *on_device* are those that the device keeps, of which only the name is known.

    Only those whose configuration matches the regular expression *text*, whose software begins with *software*, and
    that were taken on or after *since* (a date).
    """
    entries = [entry for entry in catalogue.list(device) if entry.manifest]
    own = [(_of_entry(entry, device), entry.folder) for entry in entries]
    found = [(copy, _read(folder / CONFIGURATION)) for copy, folder in own if (folder / CONFIGURATION).is_file()]
    broken = {fingerprint(content) for copy, content in found if copy.is_broken and copy.is_whole}
    # A run that finds nothing wrong has kept the good state: its snapshot is not a broken one.
    broken -= {fingerprint(content) for copy, content in found if copy.is_good and copy.is_whole}
    known = sorted((entry.manifest for entry in entries if entry.manifest), key=lambda one: one.finished)
    end = next((manifest.complete_end for manifest in reversed(known) if manifest.complete_end), "")
    unread: list[str] = []
    for place in others:
        found += [(_checked(copy, content, end), content) for copy, content in _in_place(place, device, unread)]
    wanted = re.compile(text) if text else None
    kept = [
        _labelled(copy, content, broken)
        for copy, content in found
        if copy.taken[: len(since)] >= since
        and copy.software.startswith(software)
        and (wanted is None or wanted.search(content.decode(errors="replace")))
    ]
    by_time = sorted(kept, key=lambda copy: copy.taken, reverse=True)
    return FoundCopies(copies=tuple(sorted((*by_time, *on_device), key=lambda copy: copy.rank)), unread=tuple(unread))


def alternatives(catalogue: Catalogue, device: str, refused: str = "") -> tuple[str, ...]:
    """Return the three best copies of a catalogue besides the *refused* backup, each as it is offered."""
    found: list[FoundCopy] = []
    with suppress(OobError, OSError):  # the refusal itself must come through
        whole = (copy for copy in search(catalogue, (), device).copies if copy.is_whole)
        found = [copy for copy in whole if Path(copy.where).name != refused]
    return tuple(f"{Path(copy.where).name} ({copy.state or copy.taken})" for copy in found[:3])


def fingerprint(content: bytes) -> str:
    """Return the hash of the statements of a configuration: without comments, blank lines and ends of lines."""
    lines = (line.rstrip() for line in content.splitlines())
    return hashlib.sha256(b"\n".join(line for line in lines if line and not _COMMENT.match(line))).hexdigest()


_COMMENT = re.compile(rb"\s*(?:[!#]|Building configuration|Current configuration|ntp clock-period)")


def _checked(copy: FoundCopy, content: bytes, end: str) -> FoundCopy:
    """Return *copy* with what shows that its content is not whole: its last statement has to match *end*."""
    lines = content.splitlines()
    while lines and (not lines[-1].strip() or _COMMENT.match(lines[-1])):
        lines.pop()
    cut = incompleteness(b"\n".join(lines).decode(errors="replace"), "", end)
    if not cut or not copy.is_whole:
        return copy
    is_whole = bool(lines) and "truncated" not in cut  # else it is whole, in another form than backups are kept in
    return replace(copy, is_whole=is_whole, state=cut if is_whole else f"DAMAGED: {cut}")


def _of_entry(entry: CatalogueEntry, device: str) -> FoundCopy:
    manifest = entry.manifest
    assert manifest is not None
    state = BROKEN if entry.is_found else "known-good" if entry.is_good else ""
    damage = problems(entry.folder, device=device)
    if damage:
        state = f"DAMAGED: {damage[0]}"
    return FoundCopy(
        device=entry.device,
        taken=manifest.finished,
        place="catalogue",
        where=str(entry.folder),
        state=state,
        software=manifest.version,
        sha256=manifest.files[CONFIGURATION].sha256,
        is_good=entry.is_good and not damage,
        is_broken=entry.is_found,
        is_whole=not damage,
    )


def _labelled(copy: FoundCopy, content: bytes, broken: set[str]) -> FoundCopy:
    if copy.is_whole and fingerprint(content) in broken:
        return replace(copy, is_broken=True, is_good=False, state=BROKEN)
    if copy.is_whole and copy.is_broken:
        return replace(copy, is_broken=False, state=UNHARMED)
    return copy


def _in_place(place: SearchPlace, device: str, unread: list[str]) -> Iterator[tuple[FoundCopy, bytes]]:
    """Yield the copies in *place*; what cannot be read of it is added to *unread*."""
    roots = [root for root in map(Path, sorted(glob(place.path))) if root.is_dir()]
    if not roots:
        unread.append(f"{place.name}: there is no folder {place.path}")
    for root in roots:
        try:
            if place.kind == "git" or is_repository(root):
                yield from _in_repository(place, root, device)
            else:
                yield from _in_folder(place, root, device, unread)
        except (OobError, OSError) as error:
            unread.append(f"{place.name}: {root}: {unreadable(error)}")


def _in_folder(place: SearchPlace, root: Path, device: str, unread: list[str]) -> Iterator[tuple[FoundCopy, bytes]]:
    """Yield copies of whole backups below *root*, and files whose name has the device's name."""
    for folder, _, names in os.walk(root, onerror=lambda error: unread.append(f"{place.name}: {unreadable(error)}")):
        here = Path(folder)
        if MANIFEST in names:
            entry = entry_of(here)
            is_listed = here.parent.name == folder_name(device) and not here.name.startswith(".")
            if is_listed and entry.manifest and (here / CONFIGURATION).is_file():
                yield replace(_of_entry(entry, device), place=place.name), _read(here / CONFIGURATION)
            continue
        for file in (here / name for name in sorted(names) if _is_of(name, device)):
            try:
                content, moment = _read(file), datetime.fromtimestamp(file.stat().st_mtime, UTC)
            except OSError as error:
                unread.append(f"{place.name}: {file}: {unreadable(error)}")
                continue
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
    if not file.is_file():  # a pipe would never end
        raise OSError(errno.EINVAL, "not a file", str(file))
    with file.open("rb") as opened:
        return opened.read(LARGEST)
