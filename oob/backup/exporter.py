"""Backups put into a bare git repository, one file a device and one commit a backup, as Oxidized lays them out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from oob import durable
from oob.backup.folder import Backup
from oob.backup.git import git, is_repository
from oob.errors import UsageError

BRANCH = "main"
TRAILER = "Oob-Backup"
WHO = b"oob <oob@localhost>"


def export(repository: Path, backups: Iterable[Backup]) -> tuple[Backup, ...]:
    """Commit each of *backups* that is not in *repository* yet, with its own date, and return those.

    A missing repository is made. One with a working tree is refused: its files would not follow.
    """
    repository = repository.absolute()
    if not repository.exists():
        durable.create_folder(repository.parent)
        git(repository.parent, "init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(repository))
    if not is_repository(repository) or (repository / ".git").exists():
        raise UsageError(f"{repository}: is not a bare repository; git init --bare makes one, or name a new folder")
    branch = git(repository, "symbolic-ref", "HEAD").decode().strip()
    there = _there(repository)
    new = sorted((each for each in backups if _mark(each) not in there), key=lambda each: each.manifest.started)
    if new:
        stream = [] if not there else [b"reset %b\nfrom %b^0\n\n" % (branch.encode(), branch.encode())]
        stream += [_commit(branch, backup) for backup in new]
        git(repository, "fast-import", "--quiet", given=b"".join(stream))
    return tuple(new)


def _there(repository: Path) -> frozenset[str]:
    if not git(repository, "for-each-ref", "refs/heads"):
        return frozenset()
    log = git(repository, "log", "--no-show-signature", "--format=%B", "HEAD").decode("utf-8", "replace")
    return frozenset(re.findall(rf"^{TRAILER}: (.+)$", log, re.MULTILINE))


def _commit(branch: str, backup: Backup) -> bytes:
    manifest = backup.manifest
    seconds = int(datetime.fromisoformat(manifest.started).timestamp())
    about = " ".join(f"{manifest.change} {manifest.reason}".split())
    message = f"update {manifest.device}\n\n{about}\n\n{TRAILER}: {_mark(backup)}\n".encode()
    configuration = backup.configuration.encode("utf-8", "surrogateescape")
    return b"".join(
        (
            b"commit %b\ncommitter %b %d +0000\n" % (branch.encode(), WHO, seconds),
            b"data %d\n%b\n" % (len(message), message),
            b"M 100644 inline %b\n" % _quoted(backup.folder.parent.name),
            b"data %d\n%b\n" % (len(configuration), configuration),
        )
    )


def _mark(backup: Backup) -> str:
    return f"{backup.folder.parent.name}/{backup.manifest.id}"


def _quoted(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()
