"""At most once: a file made before any byte is sent to a device, and the recorded end of the work under it.

An engine may hand the same assignment out twice: Dask does when a worker dies after the work is done. Only the first
finds no claim. A claim without an end is a device of which nothing is known; the engine never tries it again.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

from oob import durable
from oob.errors import GuardStopped
from oob.fleet.assignment import Assignment, MemberEnd
from oob.kept import kept
from oob.naming import folder_name

FOLDER = "claims"


class Claims:
    """The claims of one fleet, below *folder*, the folder of this fleet in the home of who recovers the device."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def take(self, assignment: Assignment, worker: str = "") -> MemberEnd | None:
        """Claim the device of *assignment* and return None; return its end where it was claimed before.

        Raises GuardStopped where the claim is not certain to be on the disk: nothing may be sent then.
        """
        path = self._path(assignment, "claim")
        holder = {"run": assignment.run, "worker": worker, "host": socket.gethostname(), "process": os.getpid()}
        try:
            durable.create_folder(self._folder)
            if self._is_new(path, json.dumps(holder).encode() + b"\n"):
                return None
        except OSError as error:
            raise GuardStopped(f"{path}: the claim cannot be made, so nothing was done: {error.strerror}") from error
        return self._recorded(assignment) or MemberEnd.unknown(assignment, f"claimed before by {_holder(path)}")

    def settle(self, assignment: Assignment, end: MemberEnd) -> None:
        """Record the end of the work under the claim; raises OSError."""
        durable.create_file(self._path(assignment, "end"), json.dumps(end.as_json()).encode() + b"\n")
        durable.sync_folder(self._folder)

    def count(self) -> int:
        """Return how many claims there are."""
        return sum(path.suffix == ".claim" for path in self._folder.iterdir()) if self._folder.is_dir() else 0

    def _is_new(self, path: Path, content: bytes) -> bool:
        try:
            durable.create_file(path, content)
        except FileExistsError:
            return False
        durable.sync_folder(self._folder)
        return True

    def _recorded(self, assignment: Assignment) -> MemberEnd | None:
        try:
            # Not written, or not whole: it is only known that the device was claimed.
            return kept(MemberEnd, durable.read_file(self._path(assignment, "end")))
        except OSError:
            return None

    def _path(self, assignment: Assignment, kind: str) -> Path:
        return self._folder / f"{folder_name(assignment.member)}.{assignment.round}.{kind}"


def _holder(path: Path) -> str:
    try:
        known = json.loads(durable.read_file(path))
        return f"{known['worker'] or 'process'} {known['process']} on {known['host']}, which has recorded no end"
    except (OSError, ValueError, TypeError, KeyError):
        return "a process that has recorded no end"
