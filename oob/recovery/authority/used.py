"""The used approvals of a home: each is valid for one run."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oob import durable
from oob.clock import Clock
from oob.errors import GuardStopped
from oob.fault import unreadable

NAME = "approvals.jsonl"


class UsedApprovals:
    """The record of a home, to which *run* adds; one line per approval, only ever appended."""

    def __init__(self, home: Path, run: str, device: str, clock: Clock) -> None:
        self._path = home / NAME
        self._run = run
        self._device = device
        self._clock = clock

    def use(self, nonce: str, person: str) -> str:
        """Record that the approval with *nonce* is used; return why it cannot be used, "" where it can.

        The same run may use it again on resume. Raises GuardStopped where the record cannot be read or written.
        """
        try:
            durable.create_folder(self._path.parent)
            with self._locked() as file:
                used = next((run for known, run in _lines(self._path) if known == nonce), "")
                if not used:
                    line = {
                        "nonce": nonce,
                        "run": self._run,
                        "device": self._device,
                        "person": person,
                        "utc": self._clock.utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
                    }
                    os.write(file, json.dumps(line).encode() + b"\n")
                    os.fsync(file)
        except OSError as error:
            reason = unreadable(error)
            raise GuardStopped(f"{self._path}: the approval cannot be recorded as used: {reason}") from error
        except (ValueError, KeyError, TypeError) as error:
            reason = "a line of the file is damaged, so approvals may have been used that it does not name"
            raise GuardStopped(f"{self._path}: the approval cannot be recorded as used: {reason}") from error
        return "" if used in ("", self._run) else f"the approval was used by run {used}; each is valid for one run"

    @contextmanager
    def _locked(self) -> Iterator[int]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield nonce and run of each line; an unfinished last line was never relied on."""
    for line in path.read_bytes().split(b"\n")[:-1]:
        known = json.loads(line)
        yield known["nonce"], known["run"]
