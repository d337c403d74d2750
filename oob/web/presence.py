"""The address of the live page of a home, while `oob serve` runs: a file that its process keeps locked."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from oob import durable
from oob.errors import GuardStopped, UsageError
from oob.inventory.home import Home

NAME = "serve.lock"


@contextmanager
def present(home: Home, address: str) -> Iterator[None]:
    """Say *address* to the commands on this home until the block ends; raises GuardStopped where another serves it."""
    path = home.path / NAME
    try:
        durable.create_folder(home.path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GuardStopped(f"{home.path}: oob serve runs already, at {address_of(home)}") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, address.encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def address_of(home: Home) -> str:
    """Return the address of the live page of *home*, "" where `oob serve` does not run on this machine."""
    try:
        descriptor = os.open(home.path / NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return ""
    except BlockingIOError:
        return os.pread(descriptor, 500, 0).decode("ascii", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)
