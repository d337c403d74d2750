"""How far a run is, in a code short enough to be read out over the phone, and what it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from oob.errors import UsageError
from oob.recovery.journal import Entry

# Letters and digits that are not taken for one another when they are spoken or written down in haste.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SUM_LENGTH = 2

WORDS = {"D": "recovered", "N": "not recovered", "X": "stopped", "I": "interrupted"}  # the others: unfinished
STATES = {
    "B": "begun; nothing has been changed",
    "R": "reached; nothing has been changed",
    "K": "the state that was found is kept; nothing has been changed",
    "A": "an attempt did not work and was taken back, as far as the device can",
    "S": "a step is being done; the device has to be asked what became of it",
    "T": "the device's timer is armed: it takes the attempt back unless it is confirmed",
    "C": "confirmed by the device; not proven to be saved yet",
    "U": "no attempt worked; the state that was found is being put back",
    "I": "interrupted; it can be resumed",
    "X": "stopped by an error or a guard",
    "D": "done: recovered and proven",
    "N": "done: not recovered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a code says: the *state* of the run and the *number* of the attempt it is at, 0 before the first."""

    run: str
    state: str
    number: int

    @property
    def meaning(self) -> str:
        """The state in a sentence."""
        return STATES[self.state]


def code(entries: Iterable[Entry]) -> str:
    """Return the code of the run with these *entries*: the end of its id, state and attempt, and a check sum."""
    run, state, number = "", "B", 0
    for entry in entries:
        run = entry.run
        state = _state(entry, state)
        number = int(entry.marks.get("number", number))
    plain = f"{run.rpartition('-')[2].upper()}-{state}{number}"
    return f"{plain}-{_sum(plain)}"


def word(entries: Iterable[Entry]) -> str:
    """Return in a word what became of the run with these *entries*."""
    state = "B"
    for entry in entries:
        state = _state(entry, state)
    return WORDS.get(state, "unfinished")


def spoken(text: str) -> Spoken:
    """Return what a code that was read out means; raises UsageError where it was misheard."""
    words = "-".join(text.upper().replace("-", " ").split())
    plain, _, given = words.rpartition("-")
    run, _, rest = plain.partition("-")
    if given != _sum(plain) or rest[:1] not in STATES or not rest[1:].isdecimal():
        raise UsageError(f"{text!r} was misheard: its last {SUM_LENGTH} characters do not fit the rest")
    return Spoken(run=run.lower(), state=rest[0], number=int(rest[1:]))


def _state(entry: Entry, state: str) -> str:
    if entry.event == "step.started":
        return "T" if entry.marks.get("arms") else "S" if state != "T" else state
    if entry.event == "run.finished":
        return "D" if entry.marks["exit_code"] == 0 else "N"
    after = {
        "reach.finished": "R" if state == "B" else state,
        "preserve.finished": "K",
        "confirm.finished": "C",
        "attempt.ended": "C" if entry.marks.get("verdict") == "proven" else "A",
        "putback.started": "U",
        "run.interrupted": "I",
        "run.stopped": "X",
    }
    return after.get(entry.event, state)


def _sum(plain: str) -> str:
    value = crc32(plain.encode())
    return "".join(ALPHABET[value >> 5 * place & 31] for place in range(SUM_LENGTH))
