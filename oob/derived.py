"""Facts derived from files, kept in SQLite so that a large home answers at once. The files stay the truth.

Each fact stands with evidence of the file it came from, and a check sum over both: the reader compares the evidence
with the file of today, and derives the fact anew where they differ. So a file of facts that is missing, old, damaged or
of another oob costs time alone, and deleting it is always safe.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from oob import durable
from oob.version import VERSION

if TYPE_CHECKING:
    import sqlite3

FOLDER: Final = ".index"
_FORM: Final = zlib.crc32(f"2 {VERSION}".encode()) >> 1  # facts of another oob are not read
_SCHEMA: Final = (
    "CREATE TABLE facts (kind TEXT, name TEXT, evidence BLOB, fact TEXT, sum INTEGER, PRIMARY KEY (kind, name)) "
    "WITHOUT ROWID"
)
_PUT: Final = "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?)"
_YOUNG: Final = 3_000_000_000  # ns; a file may change again within the grain of its times, which is 2 s on FAT
_PASSING: Final = frozenset({3, 5, 6, 8, 13, 14})  # PERM, BUSY, LOCKED, READONLY, FULL, CANTOPEN
_NONE: Final = (0, 0, 0, 0)
_SIGNED: Final = (1 << 63) - 1

Fact = tuple[bytes, str]  # evidence, and the derived fact
Answer = TypeVar("Answer")


class DerivedFacts:
    """The facts below the folder *home*, in a file of this machine: SQLite's write-ahead log holds on one machine only.

    A failure of the disk or of SQLite never shows: reading gives fewer facts, and writing keeps none.
    """

    def __init__(self, home: Path) -> None:
        self.file = home / FOLDER / f"{socket.gethostname().replace(os.sep, '_')}.sqlite"

    def read(self, kind: str) -> dict[str, Fact]:
        """Return the facts of *kind* by name; none where one of them is damaged."""

        def rows(file: sqlite3.Connection) -> dict[str, Fact]:
            found = file.execute("SELECT name, evidence, fact, sum FROM facts WHERE kind = ?", (kind,))
            return {name: _checked(name, mark, fact, total) for name, mark, fact, total in found}

        return self._asked(rows) or {}

    def find(self, kind: str, name: str) -> Fact | None:
        """Return one fact of *kind*, None where it is not known."""
        if not _is_text(name):
            return None

        def row(file: sqlite3.Connection) -> Fact | None:
            asked = "SELECT evidence, fact, sum FROM facts WHERE kind = ? AND name = ?"
            found = file.execute(asked, (kind, name)).fetchone()
            return _checked(name, *found) if found else None

        return self._asked(row)

    def keep(self, facts: Mapping[str, Mapping[str, Fact]], gone: Iterable[str] = (), *, alone: bool = False) -> None:
        """Put *facts* (by kind and name) beside those that there are, less those that are *gone*.

        With *alone* they come in place of all of their kinds. All is kept or none: a reader never sees half.
        """
        lost = tuple(gone)
        if not (alone or lost or any(facts.values())):
            return
        with suppress(OSError):
            durable.create_folder(self.file.parent)
            self._asked(lambda file: _put(file, facts, lost, alone=alone), writes=True)

    def _asked(self, question: Callable[[sqlite3.Connection], Answer], *, writes: bool = False) -> Answer | None:
        """Return the answer to *question*, None without one; a file that is not one of facts is removed."""
        try:
            import sqlite3  # a Python may have been built without it
        except ImportError:
            return None
        try:
            with self._opened(writes=writes) as file:
                return question(file) if file else None
        except (ValueError, TypeError, AttributeError):  # a value of another kind, or one whose check sum is wrong
            self._discard()
            return None
        except sqlite3.Error as error:
            # The low byte is the kind of the fault: what another process or the disk does passes, the rest is damage.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING:
                self._discard()
            return None

    @contextmanager
    def _opened(self, *, writes: bool) -> Iterator[sqlite3.Connection | None]:
        import sqlite3

        if not writes and not self.file.is_file():
            yield None
            return
        # Without the right to write, SQLite could not make the files of its log either, and would read nothing.
        can_write = os.access(self.file.parent, os.W_OK)
        mode = f"mode={'rwc' if writes else 'rw'}" if can_write else "mode=ro&immutable=1"
        file = sqlite3.connect(f"{self.file.as_uri()}?{mode}", uri=True, timeout=0.2, isolation_level=None)
        try:
            (form,) = file.execute("PRAGMA user_version").fetchone()
            if form != _FORM:
                if form or _tables(file):
                    raise sqlite3.DatabaseError("facts of another oob")
                if not writes:
                    yield None
                    return
                file.execute("PRAGMA journal_mode = WAL")  # where the file system has none, SQLite stays without
            file.execute("PRAGMA synchronous = NORMAL")
            yield file
        finally:
            file.close()

    def _discard(self) -> None:
        """Remove the file with its log; a process that has it open keeps a file without a name."""
        with suppress(OSError):
            lock = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                for ending in ("-wal", "-shm", ""):
                    with suppress(FileNotFoundError):
                        self.file.with_name(self.file.name + ending).unlink()
            finally:
                os.close(lock)


def marks_of(paths: Iterable[str], folder: int) -> list[int]:
    """Return four numbers for each of *paths* below the open *folder*, which show that it is the file that was read.

    They are its times, size and inode. The time of the last change of its status is among them, which no program can
    set: `cp -p`, rsync and a restored copy show. All four are 0 without a file, or where it has changed too
    lately to tell. One function for all of a folder, as there may be 100,000 of them.
    """
    young = time.time_ns() - _YOUNG
    marks: list[int] = []
    stat = os.stat
    for path in paths:
        try:
            found = stat(path, dir_fd=folder)
        except OSError:
            marks += _NONE
            continue
        status = found.st_ctime_ns
        marks += (found.st_mtime_ns, status, found.st_size, found.st_ino & _SIGNED) if status < young else _NONE
    return marks


def _put(
    file: sqlite3.Connection, facts: Mapping[str, Mapping[str, Fact]], gone: tuple[str, ...], *, alone: bool
) -> None:
    file.execute("BEGIN IMMEDIATE")
    if not _tables(file):
        file.execute(_SCHEMA)
        file.execute(f"PRAGMA user_version = {_FORM}")
    for kind, of_kind in facts.items():
        if alone:
            file.execute("DELETE FROM facts WHERE kind = ?", (kind,))
        file.executemany("DELETE FROM facts WHERE kind = ? AND name = ?", ((kind, name) for name in gone))
        rows = (
            (kind, name, mark, fact, _sum(name, mark, fact)) for name, (mark, fact) in of_kind.items() if _is_text(name)
        )
        file.executemany(_PUT, rows)
        there = {name for (name,) in file.execute("SELECT name FROM facts WHERE kind = ?", (kind,))}
        if any(name not in there for name in of_kind if _is_text(name)):
            raise ValueError("its tree is damaged: rows just written cannot be read")
    file.execute("COMMIT")


def _tables(file: sqlite3.Connection) -> bool:
    return bool(file.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone())


def _checked(name: str, mark: bytes, fact: str, total: int) -> Fact:
    if _sum(name, mark, fact) != total:
        raise ValueError(name)
    return mark, fact


def _is_text(name: str) -> bool:
    """Tell whether SQLite can keep *name*: that of a folder may hold bytes that are not UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sum(name: str, mark: bytes, fact: str) -> int:
    return zlib.crc32(fact.encode(), zlib.crc32(mark, zlib.crc32(name.encode())))
