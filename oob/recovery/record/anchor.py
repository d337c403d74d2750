"""The anchor of a journal outside of it: the hash of its last line, kept in the home's index of runs.

A journal's own chain of hashes shows damage. It cannot show that all hashes were made anew, or that its end is missing;
a hash kept elsewhere can. Where the home has the operator's key, the line in the index is signed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import oob.recovery.record.events as events
from oob import durable
from oob.errors import UsageError
from oob.events import WARNING
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, History, Journal, JournalEntry, read

if TYPE_CHECKING:
    from oob.recovery.context import Collaborators

_RUN: Final = re.compile(rb'"run": "([^"\\]*)"')  # as `_append` writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The journal of *run* had so many *lines* when it was closed, and *head* is the hash of the last of them."""

    run: str
    device: str
    operator: str
    utc: str
    lines: int
    head: str
    key: str = ""
    signature: str = ""

    @property
    def statement(self) -> str:
        """The text that is signed."""
        return "\n".join(("oob journal", self.run, self.device, self.operator, self.utc, str(self.lines), self.head))

    @property
    def is_signed(self) -> bool:
        """Tell whether the signature is that of the key."""
        from oob.recovery.authority.keys import is_signed  # not for a list of thousands of runs

        return is_signed(self.statement, self.key, self.signature)

    def objection(self, history: History) -> str:
        """Return why *history* is not the journal of this anchor; "" where it is, whatever was written since."""
        if len(history.entries) < self.lines:
            return f"truncated: it has {len(history.entries)} lines, the index of runs has {self.lines} at {self.utc}"
        entry = history.entries[self.lines - 1]
        if entry.hash != self.head:
            return f"line {self.lines} is not the one in the index of runs at {self.utc}: the journal was rewritten"
        return ""


class Index:
    """The anchors in the index of *home*, which is read once; a line is parsed when its run is asked for."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lines: dict[str, list[bytes]] = {}
        for line in _lines(home.index):
            if line and (run := _run_of(line)):
                self._lines.setdefault(run, []).append(line)

    def anchors(self, run: str) -> tuple[Anchor, ...]:
        """Return the anchors of *run* in their order; an unreadable line anchors nothing."""
        return tuple(anchor for line in self._lines.get(run, ()) if (anchor := _parsed(line)))

    def written(self, run: str) -> bytes:
        """Return the lines of *run* as they stand in the index."""
        return b"\n".join(self._lines.get(run, ()))

    def read(self, run: str) -> History:
        """Return the journal of *run*; that the index has another journal of it is damage too."""
        path = self._home.runs / run / NAME
        history = read(path)
        if history.damage:
            return history
        wrong = next(filter(None, (anchor.objection(history) for anchor in self.anchors(run))), "")
        return History(entries=history.entries, torn=history.torn, damage=f"{path}: {wrong}" if wrong else "")


@contextmanager
def anchored(journal: Journal, collaborators: Collaborators) -> Iterator[Journal]:
    """Close *journal* when the block ends, write its head to the index and emit it; a failure of this stops no run."""
    try:
        with journal:
            yield journal
    finally:
        if (last := journal.last) is not None:
            _keep(last, journal.operator, collaborators)


def check(home: Home, run: str) -> None:
    """Raise JournalError where the journal of *run* is not the one in the index of *home*."""
    Index(home).read(run).check()


def _keep(last: JournalEntry, operator: str, collaborators: Collaborators) -> None:
    anchor = Anchor(
        run=last.run,
        device=last.device,
        operator=operator,
        utc=collaborators.clock.utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
        lines=last.sequence,
        head=last.hash,
    )
    from oob.recovery.authority.keys import private_key, sign  # as in Anchor.is_signed

    signed = ""
    try:
        if collaborators.home.operator_key.is_file():
            signature = sign(private_key(collaborators.home.operator_key), anchor.statement)
            anchor = Anchor(**{**asdict(anchor), "key": signature["key"], "signature": signature["value"]})
            signed = f", signed with {collaborators.home.operator_key.name}"
    except UsageError as error:
        collaborators.events.emit(WARNING, f"the head of the journal is not signed: {error}", device=last.device)
    try:
        _append(collaborators.home.index, json.dumps(asdict(anchor)).encode() + b"\n")
    except OSError as error:
        text = f"{collaborators.home.index}: the head of the journal was not written there: {error.strerror}"
        collaborators.events.emit(WARNING, text, device=last.device)
    text = f"journal of run {anchor.run}: {anchor.lines} lines, SHA-256 {anchor.head}{signed}"
    collaborators.events.emit(events.JOURNAL_ANCHORED, text, device=last.device, lines=anchor.lines, head=anchor.head)


def _lines(path: Path) -> list[bytes]:
    try:
        return durable.read_file(path).split(b"\n")
    except OSError:
        return []


def _run_of(line: bytes) -> str:
    """Return the run that *line* anchors, "" where it anchors none."""
    if found := _RUN.search(line):
        return found[1].decode("utf-8", "replace")
    return anchor.run if (anchor := _parsed(line)) else ""


def _append(path: Path, line: bytes) -> None:
    durable.create_folder(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parsed(line: bytes) -> Anchor | None:
    from oob.kept import kept  # not for a list of thousands of runs, whose lines are compared as bytes

    anchor = kept(Anchor, line)
    return anchor if anchor and anchor.lines > 0 else None
