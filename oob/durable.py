"""Files that are on the disk when the call returns: private, and never half of the old and half of the new."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


def read_file(path: Path) -> bytes:
    """Return the content of the plain file *path*; raises OSError, at once where it is a pipe or a device."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a plain file", str(path))
        return file.read()


def create_file(path: Path, data: bytes) -> None:
    """Write a new file that only its owner reads; raises FileExistsError where there is one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Put *data* in place of what *path* held: a reader sees the old content or the new, also after a crash."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        create_file(beside, data)
        beside.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def create_folder(path: Path) -> None:
    """Make *path* and missing folders above it, readable by the owner alone; an existing folder is left as it is.

    Raises NotADirectoryError where a file has the name.
    """
    if path.is_dir():
        return
    create_folder(path.parent)
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, "a file has this name", str(path)) from error
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Wait until the names in the folder *path* are on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
