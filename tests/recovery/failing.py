"""Recoveries in which the N-th of everything that can fail does: reads and writes of the line and of the disk.

Run as a program it lets a recovery go on undisturbed in a lab of its own and counts what could have failed, then lets
some of that fail, and prints what it found, one JSON line a point. The path or the disk fails once; what comes after
that is the run's own doing.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from oob.console.stream import Stream
from oob.console.transcript import Transcript
from oob.errors import OobError, PathLost
from oob.inventory.home import Home
from oob.lab.control import lab_up
from oob.recovery.api import recover, resume, verify
from oob.recovery.context import RunOptions
from oob.recovery.record.run_state import RunState
from oob.transport.base import LineSettings, Transport
from tests.recovery.conftest import Site, topology, with_baselines

QUICK = RunOptions(converge=20.0, reopen=30.0)
KINDS = ("read", "write", "file", "fsync", "rename", "tape")
DEAD = errno.EIO, "Input/output error"


class Faults:
    """Counts what could fail, and lets the *number*-th of *kind* fail; number 0 never comes."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind = kind
        self.number = number
        self.counts = dict.fromkeys(KINDS, 0)

    def is_now(self, kind: str) -> bool:
        """Count one of *kind* and tell whether it fails."""
        self.counts[kind] += 1
        return kind == self.kind and self.counts[kind] == self.number


class FailingTransport:
    """A transport that dies at its fault and stays dead, as a path does."""

    def __init__(self, inner: Transport, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults
        self._is_dead = False

    @property
    def path(self) -> str:
        return self._inner.path

    @property
    def line(self) -> LineSettings | None:
        return self._inner.line

    def read(self, max_bytes: int, timeout: float) -> bytes:
        self._live("read")
        return self._inner.read(max_bytes, timeout)

    def write(self, data: bytes, timeout: float) -> None:
        self._live("write")
        self._inner.write(data, timeout)

    def close(self) -> None:
        self._inner.close()

    def _live(self, kind: str) -> None:
        if self._is_dead or self._faults.is_now(kind):
            self._is_dead = True
            self._inner.close()
            raise PathLost(f"the {kind} failed", path=self.path)


@contextmanager
def failing(faults: Faults) -> Iterator[Faults]:
    """Let *faults* happen in this process until the block ends."""
    begun = Stream.__init__

    def begin(self: Stream, transport: Any, tape: Any = None) -> None:
        begun(self, FailingTransport(transport, faults), tape)  # type: ignore[arg-type]  # it has what a stream uses

    def dying(
        kind: str, done: Callable[..., Any], applies: Callable[..., bool] = lambda *_: True
    ) -> Callable[..., Any]:
        def act(*arguments: Any, **options: Any) -> Any:
            if applies(*arguments) and faults.is_now(kind):
                raise OSError(*DEAD)
            return done(*arguments, **options)

        return act

    def is_file(descriptor: int, *_: object) -> bool:
        return stat.S_ISREG(os.fstat(descriptor).st_mode)

    with ExitStack() as stack:
        stack.enter_context(patch.object(Stream, "__init__", begin))
        stack.enter_context(patch("os.fsync", dying("fsync", os.fsync)))
        stack.enter_context(patch("os.rename", dying("rename", os.rename)))
        stack.enter_context(patch("os.replace", dying("rename", os.replace)))
        stack.enter_context(patch("os.write", dying("file", os.write, is_file)))
        stack.enter_context(patch.object(Transcript, "_flush", dying("tape", Transcript._flush)))
        yield faults


@dataclass(frozen=True)
class Found:
    """What became of one run, and of going on with it once nothing fails any more.

    *kind* names the error that ended the run, *is_right* says whether a device that the run calls recovered is.
    """

    point: str
    exit_code: int
    kind: str
    is_right: bool
    damage: str
    then: int
    is_proven: bool
    is_armed: bool


def tried(site: Site, name: str, point: str) -> Found:
    """Recover *name* with the fault of *point* (`read:7`), then go on without one."""
    fault, _, number = point.partition(":")
    known = set(site.home.runs.glob("*"))
    exit_code, kind = 0, ""
    with failing(Faults(fault, int(number))):
        try:
            exit_code = recover(site.entry(name), site.means(), QUICK).exit_code
        except OobError as error:
            exit_code, kind = error.exit_code, type(error).__name__
    is_right = bool(exit_code) or verify(site.entry(name), site.means(), QUICK).is_proven
    runs = [run for run in set(site.home.runs.glob("*")) - known if (run / "journal.jsonl").is_file()]
    history = site.journal(runs[0].name) if runs else None
    is_begun = history is not None and bool(history.entries) and not RunState.of(history.entries).ended
    means = site.means("bob")
    outcome = resume(runs[0].name, site.entry(name), means) if is_begun else recover(site.entry(name), means, QUICK)
    is_proven = verify(site.entry(name), site.means(), QUICK).is_proven
    with site.open(name) as device:
        is_armed = device.timer_owner() is not None
    return Found(
        point=point,
        exit_code=exit_code,
        kind=kind,
        is_right=is_right,
        damage=history.damage if history else "",
        then=outcome.exit_code,
        is_proven=is_proven,
        is_armed=is_armed,
    )


def points(counts: Mapping[str, int], sample: int, worker: int, workers: int) -> Iterator[str]:
    """Give *sample* points of each kind, spread over the run; all of them where it is 0.

    They are dealt out in turn, so that each belongs to one worker although no two of them count alike: how many reads
    there are hangs on how the bytes arrive.
    """
    for turn, (kind, count) in enumerate(counts.items()):
        step = max(1, count // sample) if sample else 1
        for index, number in enumerate(range(1 + step // 2, count + 1, step), start=turn):
            if index % workers == worker:
                yield f"{kind}:{number}"


def main(name: str, worker: int, workers: int, sample: int) -> None:
    """Print what was found at the points that are *worker*'s share."""
    with tempfile.TemporaryDirectory() as text, lab_up(Path(text) / "lab", topology(), owned=True) as lab:
        site = with_baselines(lab, Home(Path(text) / "home"), (name,))
        site.broken(name)
        with failing(Faults("", 0)) as faults:
            recover(site.entry(name), site.means(), QUICK)
        for point in points(faults.counts, sample, worker, workers):
            site.broken(name)
            print(json.dumps(asdict(tried(site, name, point))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
