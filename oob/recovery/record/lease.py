"""The lease of a device: a file in the home that says who works on it, since when and in which run.

The lock on the file shows that its holder still runs, if the holder runs on the same machine: a shared file system may
not carry locks. A stale lease of another machine, or from before this one booted, is taken over only on request.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from oob import durable
from oob.clock import Clock
from oob.errors import GuardStopped
from oob.kept import kept
from oob.naming import folder_name

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseHolder:
    """The holder of a lease; *since* is UTC, *machine* is the same for all processes of one boot."""

    run: str
    operator: str
    host: str
    machine: str
    process: int
    since: str

    def __str__(self) -> str:
        return f"{self.operator} on {self.host} (process {self.process}) in run {self.run}"


class Lease:
    """A lease, held from `take` to `close` or until the process dies."""

    def __init__(self, path: Path, descriptor: int, holder: LeaseHolder) -> None:
        self._path = path
        self._descriptor = descriptor
        self.holder = holder

    @classmethod
    def take(cls, folder: Path, device: str, *, run: str, operator: str, clock: Clock, break_it: bool = False) -> Lease:
        """Take the lease of *device*; raises GuardStopped with its holder and for how long they have held it.

        A lease of the same run, or of a process of this machine that is gone, is taken over; any other stale lease only
        with *break_it*.
        """
        path = folder / f"{folder_name(device)}.lease"
        holder = LeaseHolder(
            run=run,
            operator=operator,
            host=socket.gethostname(),
            machine=machine(),
            process=os.getpid(),
            since=clock.utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        try:
            durable.create_folder(folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise GuardStopped(f"{path}: the lease cannot be taken: {error.strerror}") from error
        try:
            cls._claim(descriptor, path, device, holder, clock, break_it=break_it)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(asdict(holder)).encode() + b"\n", 0)
            os.fsync(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise GuardStopped(f"{path}: the lease cannot be taken: {error.strerror}") from error
        except GuardStopped:
            os.close(descriptor)
            raise
        return cls(path, descriptor, holder)

    @staticmethod
    def _claim(descriptor: int, path: Path, device: str, holder: LeaseHolder, clock: Clock, *, break_it: bool) -> None:
        other = read(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GuardStopped(f"{device} is in use by {_holder(other, clock)}") from error
        if other is None or other.run == holder.run or other.machine == holder.machine or break_it:
            return
        raise GuardStopped(
            f"{device} is in use by {_holder(other, clock)}; whether they still work on it cannot be seen from here. "
            "Ask them, then use --take-over"
        )

    def close(self) -> None:
        """Release the lease; a second call does nothing."""
        if self._descriptor < 0:
            return
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def machine() -> str:
    """Return the identifier of this machine and boot; host names may be the same on two machines."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:  # not on Linux
        return f"{uuid.getnode():x} {socket.gethostname()}"


def read(path: Path) -> LeaseHolder | None:
    """Return the holder in the lease *path*, None where the file names none."""
    try:
        return kept(LeaseHolder, durable.read_file(path))
    except OSError:
        return None


def _holder(holder: LeaseHolder | None, clock: Clock) -> str:
    if holder is None:
        return "an unknown operator: the lease names no holder"
    began = datetime.strptime(holder.since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    minutes = max(0, int((clock.utc() - began).total_seconds() // 60))
    return f"{holder} for {minutes} minutes"
