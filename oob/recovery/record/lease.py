"""The lease of a device: files in the home that say who works on it, since when and in which run.

A folder per device holds a file per holder, numbered; the highest number counts. The next number is made with O_EXCL,
which holds between machines that share the home over NFS or SMB, so that of two who want it one gets it. Released is
what its holder has marked so.

A holder on this machine is alive while it has its file locked. One on another machine writes to its file every few
seconds: how long ago is told by the file server's clock alone, so that no clock of a jump host matters. A lease without
a sign of life is taken over only on request, and its holder, should it come back, stops before its next act.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from oob import durable
from oob.clock import Clock
from oob.errors import GuardStopped
from oob.kept import kept
from oob.naming import folder_name

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
EVERY: Final = 15.0  # seconds between two signs of life
SILENT: Final = 60.0  # seconds without one, by the clock of the file server, after which a holder may be gone
_RELEASED: Final = b"released\n"
_SIGNS: Final = b"-+"  # written in turn at the end of the file: the same place, so that a full disk takes them
_KEPT: Final = 3  # files of earlier holders that stay, for a machine whose view of the folder is late
_TRIES: Final = 5
_NUMBERED: Final = re.compile(r"(\d+)\.lease")


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

    def __init__(self, folder: Path, number: int, descriptor: int, holder: LeaseHolder, clock: Clock) -> None:
        self._folder = folder
        self._number = number
        self._descriptor = descriptor
        self._clock = clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="lease", daemon=True)
        self.holder = holder

    @classmethod
    def take(cls, folder: Path, device: str, *, run: str, operator: str, clock: Clock, break_it: bool = False) -> Lease:
        """Take the lease of *device*; raises GuardStopped with its holder and for how long they have held it.

        A lease of a process of this machine that is gone is taken over. One of another machine that shows no sign of
        life is taken over for the same run or with *break_it*; a living one never is.
        """
        folder = folder / folder_name(device)
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
            for _ in range(_TRIES):
                number = max(_numbers(folder), default=0)
                if number:
                    _judge(_path(folder, number), device, holder, clock, break_it=break_it)
                with suppress(FileExistsError):  # another was faster: the next look shows who
                    lease = cls(folder, number + 1, _create(_path(folder, number + 1), holder), holder, clock)
                    lease._begin(device)
                    return lease
        except OSError as error:
            raise GuardStopped(f"{folder}: the lease cannot be taken: {error.strerror}") from error
        raise GuardStopped(f"{device}: the lease was taken by others {_TRIES} times at this moment; try again")

    def check(self) -> None:
        """Raise GuardStopped where another has taken the lease over; a home that is out of reach says nothing."""
        try:
            number = max(_numbers(self._folder), default=0)
        except OSError:
            return
        if number > self._number:
            other = read(_path(self._folder, number))
            raise GuardStopped(f"the lease was taken over by {_holder(other, self._clock)}; this run stops")

    def close(self) -> None:
        """Release the lease; a second call does nothing."""
        if self._descriptor < 0:
            return
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()
        with suppress(OSError):
            os.pwrite(self._descriptor, _RELEASED, 0)
            os.ftruncate(self._descriptor, len(_RELEASED))
            os.fsync(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, device: str) -> None:
        """Give it back where another has a higher number: a view of the folder that was late had shown a lower one."""
        if max(_numbers(self._folder), default=0) > self._number:
            self.close()
            raise GuardStopped(f"{device}: the lease was taken by another operator at this moment; try again")
        for number in _numbers(self._folder):
            if number <= self._number - _KEPT:
                with suppress(OSError):
                    _path(self._folder, number).unlink()
        self._thread.start()

    def _live(self) -> None:
        """Write a sign of life every few seconds, in a thread of its own: a device may keep the run waiting."""
        place, turn = os.fstat(self._descriptor).st_size - 1, 0
        while not self._clock.pause(self._over, EVERY):
            turn = 1 - turn
            with suppress(OSError):
                os.pwrite(self._descriptor, _SIGNS[turn : turn + 1], place)
                os.fsync(self._descriptor)


def holders(folder: Path) -> Iterator[tuple[str, LeaseHolder]]:
    """Yield the leases below *folder* that are not released: the name of the device's folder, and the holder."""
    for device in sorted(folder.glob("*/")):
        with suppress(OSError):
            if (number := max(_numbers(device), default=0)) and (holder := read(_path(device, number))):
                yield device.name, holder


def machine() -> str:
    """Return the identifier of this machine and boot; host names may be the same on two machines."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:  # not on Linux
        return f"{uuid.getnode():x} {socket.gethostname()}"


def read(path: Path) -> LeaseHolder | None:
    """Return the holder in the lease *path*, None where the file names none."""
    try:
        return kept(LeaseHolder, durable.read_file(path).rstrip(_SIGNS))
    except OSError:
        return None


def _judge(path: Path, device: str, holder: LeaseHolder, clock: Clock, *, break_it: bool) -> None:
    """Raise GuardStopped unless the lease *path* may be followed by one of *holder*."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)  # which asks a file server anew
    except FileNotFoundError:
        return  # followed by others meanwhile, so that the next number is taken
    try:
        if os.pread(descriptor, len(_RELEASED), 0) == _RELEASED:
            return
        other = read(path)
        if _is_unlocked(descriptor, device, other, clock) and other and other.machine == holder.machine:
            return
        silence = _server_now(path.parent) - os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
    if silence < SILENT:
        raise GuardStopped(
            f"{device} is in use by {_holder(other, clock)}: its last sign of life was {max(0.0, silence):.0f} s ago. "
            f"End it there; --take-over ends a lease that is silent for {SILENT:.0f} s"
        )
    if other is None or other.run == holder.run or break_it:  # what names no holder had begun nothing
        return
    raise GuardStopped(
        f"{device} is in use by {_holder(other, clock)}; there was no sign of life for {silence / 60:.0f} minutes. "
        "Ask them, then use --take-over"
    )


def _is_unlocked(descriptor: int, device: str, holder: LeaseHolder | None, clock: Clock) -> bool:
    """Tell whether the lock shows that no process here holds it; raises GuardStopped where one does."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise GuardStopped(f"{device} is in use by {_holder(holder, clock)}") from error
    except OSError:  # the file system carries no locks, so that only signs of life tell
        return False
    return True


def _create(path: Path, holder: LeaseHolder) -> int:
    """Make the file of a new lease, locked, and return it; raises FileExistsError where there is one."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with suppress(OSError):  # a file system may not carry locks; another may look at the file just now
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        content = json.dumps(asdict(holder)).encode() + b"\n" + _SIGNS[:1]
        if os.pwrite(descriptor, content, 0) < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
        durable.sync_folder(path.parent)
    except OSError:
        os.close(descriptor)
        with suppress(OSError):  # a full disk takes the name and no content
            path.unlink()
        raise
    return descriptor


def _server_now(folder: Path) -> float:
    """Return the present time by the clock that sets the times of the files in *folder*."""
    path = folder / f".now-{secrets.token_hex(8)}"
    durable.create_file(path, b"")
    try:
        return path.stat().st_mtime
    finally:
        path.unlink()


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number}.lease"


def _numbers(folder: Path) -> list[int]:
    return [int(found[1]) for name in os.listdir(folder) if (found := _NUMBERED.fullmatch(name))]


def _holder(holder: LeaseHolder | None, clock: Clock) -> str:
    if holder is None:
        return "an unknown operator: the lease names no holder"
    began = datetime.strptime(holder.since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    minutes = max(0, int((clock.utc() - began).total_seconds() // 60))
    return f"{holder} for {minutes} minutes"
