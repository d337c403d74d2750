"""The `git` program, asked for what lies in a repository and told what to put into one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from oob.child import own_environment
from oob.errors import BackupError, UsageError


def git(repository: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git in *repository* and return what it printed; raises BackupError with its word where it fails.

    Nothing that it makes is readable by others.
    """
    environment = own_environment({"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"})
    try:
        done = subprocess.run(
            ["git", "-C", str(repository), *arguments],
            input=given,
            capture_output=True,
            check=False,
            env=environment,
            umask=0o077,
        )
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"it ended with {done.returncode}"]
        worst = next((line for line in said if line.startswith("fatal:")), said[-1])
        raise BackupError(f"{repository}: git: {worst}")
    return done.stdout


def is_repository(folder: Path) -> bool:
    """Tell whether *folder* is a repository itself, bare or not, and not just inside of one."""
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def blobs(repository: Path, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return the content of the objects *names*."""
    wanted = list(dict.fromkeys(names))
    out = git(repository, "cat-file", "--batch", given="".join(f"{name}\n" for name in wanted).encode())
    found, position = {}, 0
    for name in wanted:
        end = out.index(b"\n", position)
        size = int(out[position:end].split()[2])
        found[name] = out[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return found
