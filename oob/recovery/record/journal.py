"""The append-only record of a run: one event a line, on the disk before the act that it announces, again after it.

Each line holds the hash of the line before and its own, so a changed, removed or inserted line is found, and the lines
before the damage stay readable. The journal only writes; `events` and `run_state` know what an event means.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from oob import durable
from oob.clock import Clock
from oob.errors import JournalError, OobError
from oob.secret.masking import Masker

NAME = "journal.jsonl"
# What else a journal raises that was written by hand: its lines are whole and do not say what oob's would.
MISSHAPEN = (OobError, LookupError, TypeError, ValueError, AttributeError)
_HASH_LENGTH = len(hashlib.sha256().hexdigest())
_SEAL = b',"hash":"%s"}'
_SEAL_LENGTH = len(_SEAL) - len(b"%s") + _HASH_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line: *sequence* counts from 1, *monotonic* is in seconds and only comparable within one process.

    *marks* are names that oob gave itself (backups, strategies, numbers): a resume reads them, and they stay unmasked.
    """

    sequence: int
    utc: str
    monotonic: float
    run: str
    operator: str
    device: str
    path: str
    event: str
    marks: Mapping[str, Any]
    data: Mapping[str, Any]
    before: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The entries of a journal. *torn* is the length of an unfinished last line; *damage* names the first damaged line,
    before which *entries* end."""

    entries: tuple[JournalEntry, ...]
    torn: int = 0
    damage: str = ""

    def check(self) -> None:
        """Raise JournalError where a line is damaged; an unfinished last line is not damage."""
        if self.damage:
            raise JournalError(self.damage)


def read(path: Path) -> History:
    """Return the journal *path* up to its first damaged line; raises JournalError where it is unreadable."""
    try:
        data = durable.read_file(path)
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from error
    lines = data.split(b"\n")
    torn = lines.pop()
    entries: list[JournalEntry] = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(_entry(line, number, entries[-1].hash if entries else ""))
        except (ValueError, TypeError, RecursionError) as error:
            return History(entries=tuple(entries), torn=len(torn), damage=_damage(path, number, error))
    return History(entries=tuple(entries), torn=len(torn))


def is_being_written(path: Path) -> bool:
    """Tell whether a process on this machine writes the journal *path*: it keeps a lock on it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(descriptor)


class Follower:
    """Reads a journal that another process may be writing: each whole line once, checked as `read` checks it.

    After a damaged line *damage* says which it is, and nothing more is read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0
        self._last: JournalEntry | None = None
        self.damage = ""

    def more(self) -> tuple[JournalEntry, ...]:
        """Return the lines that were finished since the last call; raises JournalError where none can be read."""
        if self.damage:
            return ()
        try:
            with open(os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                file.seek(self._place)
                data = file.read()
        except OSError as error:
            raise JournalError(f"{self._path}: cannot be read: {error.strerror}") from error
        found: list[JournalEntry] = []
        for line in data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]:
            number, before = (self._last.sequence + 1, self._last.hash) if self._last else (1, "")
            try:
                self._last = _entry(line, number, before)
            except (ValueError, TypeError, RecursionError) as error:
                self.damage = (
                    f"{self._path}: line {number} is damaged ({error}); {number - 1} lines before it are intact"
                )
                break
            found.append(self._last)
            self._place += len(line) + 1
        return tuple(found)


class Journal:
    """Writes one run's journal; holds a lock on the file, so that no two processes write the same run.

    After a failed write every later one is refused: a run that cannot be recorded stops.
    """

    def __init__(
        self,
        path: Path,
        descriptor: int,
        history: History,
        *,
        run: str,
        operator: str,
        device: str,
        clock: Clock,
        masker: Masker,
    ) -> None:
        self._descriptor = descriptor
        self._broken = ""
        self._last = history.entries[-1] if history.entries else None
        self._clock = clock
        self._masker = masker
        self.location = path
        self.run = run
        self.operator = operator
        self.device = device
        self.path = ""

    @classmethod
    def create(
        cls, folder: Path, *, run: str, operator: str, device: str, masker: Masker, clock: Clock | None = None
    ) -> Journal:
        """Create a journal in the new *folder*; raises JournalError where one exists."""
        path = folder / NAME
        try:
            durable.create_folder(folder)
            if path.exists():
                raise JournalError(f"{path}: a journal exists already")
            durable.create_file(path, b"")
            durable.sync_folder(folder)
        except OSError as error:
            raise JournalError(f"{path}: cannot be created: {error.strerror}") from error
        return cls(
            path,
            _open(path),
            History(entries=()),
            run=run,
            operator=operator,
            device=device,
            clock=clock or Clock(),
            masker=masker,
        )

    @classmethod
    def resume(
        cls, folder: Path, *, operator: str, masker: Masker, clock: Clock | None = None
    ) -> tuple[Journal, History]:
        """Open the journal in *folder* for more lines; return it and its history, without an unfinished last line.

        Raises JournalError where a line is damaged or another process is writing.
        """
        path = folder / NAME
        descriptor = _open(path)
        try:
            history = read(path)
            history.check()
            if not history.entries:
                raise JournalError(f"{path}: holds no complete line, so there is nothing to resume")
            if history.torn:
                os.ftruncate(descriptor, path.stat().st_size - history.torn)
                os.fsync(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise JournalError(f"{path}: cannot be resumed: {error.strerror}") from error
        except JournalError:
            os.close(descriptor)
            raise
        first = history.entries[0]
        journal = cls(
            path,
            descriptor,
            history,
            run=first.run,
            operator=operator,
            device=first.device,
            clock=clock or Clock(),
            masker=masker,
        )
        return journal, history

    @property
    def last(self) -> JournalEntry | None:
        """The last line on the disk, None before the first."""
        return self._last

    @property
    def head(self) -> str:
        """The hash of the last line, which depends on all lines before it."""
        return self._last.hash if self._last else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(
        self,
        event: str,
        data: Mapping[str, object] | None = None,
        *,
        marks: Mapping[str, object] | None = None,
        sync: bool = True,
    ) -> JournalEntry:
        """Write one line to the disk and return it; raises JournalError unless it is certain to be there.

        Without *sync* the next synced line flushes this one too: a crash until then loses only how far a reading was.
        """
        if self._broken:
            raise JournalError(self._broken)
        entry, line = self._render(event, marks or {}, data or {})
        try:
            _write_all(self._descriptor, line)
            if sync:
                os.fsync(self._descriptor)
        except OSError as error:
            self._broken = f"{self.location}: cannot be written, so the run stops: {error.strerror}"
            raise JournalError(self._broken) from error
        self._last = entry
        return entry

    def close(self) -> None:
        """Close the file and release the lock; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _render(
        self, event: str, marks: Mapping[str, object], data: Mapping[str, object]
    ) -> tuple[JournalEntry, bytes]:
        content: dict[str, Any] = {
            "sequence": self._last.sequence + 1 if self._last else 1,
            "utc": self._clock.utc().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "monotonic": round(self._clock.monotonic(), 6),
            "run": self.run,
            "operator": self._masker.mask(self.operator),
            "device": self.device,
            "path": self._masker.mask(self.path),
            "event": event,
            "marks": dict(marks),
            "data": _masked(data, self._masker),
            "before": self._last.hash if self._last else "",
        }
        plain = json.dumps(content, separators=(",", ":")).encode()
        own = hashlib.sha256(plain).hexdigest()
        return JournalEntry(**json.loads(plain), hash=own), plain[:-1] + _SEAL % own.encode() + b"\n"


def _open(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    except OSError as error:
        raise JournalError(f"{path}: cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise JournalError(f"{path}: another process is writing this run") from error
    return descriptor


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _damage(path: Path, number: int, error: Exception) -> str:
    return f"{path}: line {number} is damaged ({error}); {number - 1} lines before it are intact"


def _entry(line: bytes, number: int, before: str) -> JournalEntry:
    plain, seal = line[:-_SEAL_LENGTH] + b"}", line[-_SEAL_LENGTH:]
    own = hashlib.sha256(plain).hexdigest()
    if seal != _SEAL % own.encode():
        raise ValueError("its hash is wrong")
    entry = JournalEntry(**json.loads(plain), hash=own)
    if entry.before != before or entry.sequence != number:
        raise ValueError("it does not follow the line before it")
    return entry


def _masked(value: object, masker: Masker) -> object:
    if isinstance(value, str):
        return masker.mask(value)
    if isinstance(value, Mapping):
        return {masker.mask(str(key)): _masked(item, masker) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item, masker) for item in value]
    return value
