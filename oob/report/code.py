"""The progress of a run as a code short enough to be read out over the phone, and its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import oob.recovery.record.events as events
from oob.errors import UsageError
from oob.events import REACH
from oob.recovery.record.ending import PUT_BACK, Ending, ending_of
from oob.recovery.record.journal import JournalEntry

# Letters and digits that are not taken for one another when they are spoken or written down in haste.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SUM_LENGTH = 2

# The others: unfinished.
WORDS = {
    "D": "recovered",
    "F": "nothing wrong",
    "P": "put back",
    "W": "waiting",
    "N": "not recovered",
    "X": "stopped",
    "Y": "stopped",
    "I": "interrupted",
    "J": "interrupted",
}
_ENDS = {
    Ending.RECOVERED: "D",
    Ending.UNCHANGED: "F",
    Ending.WAITING: "W",
    Ending.PUT_BACK: "P",
    Ending.FAILED: "N",
}
_DISARMED = frozenset(
    {events.CONFIRM.finished, events.REVERT.finished, events.TIMER_ABSENT, events.ATTEMPT_ENDED, events.RUN_FINISHED}
)
STATES = {
    "B": "begun; nothing has been changed",
    "R": "reached; nothing has been changed",
    "K": "the snapshot of the broken state is kept; nothing has been changed",
    "A": "an attempt did not work and was reverted, as far as the device can",
    "S": "a step is being done; the device has to be asked what became of it",
    "T": "the revert timer is armed: the device reverts unless confirmed",
    "C": "confirmed by the device; not proven to be saved yet",
    "U": "no attempt worked; the broken state is being put back",
    "I": "interrupted; it can be resumed",
    "J": "interrupted with the revert timer armed: the device reverts unless confirmed; resume the run",
    "X": "stopped by an error or a guard",
    "Y": "stopped with the revert timer armed: the device reverts unless confirmed; resume the run",
    "D": "done: recovered and proven",
    "F": "done: nothing was wrong, nothing was changed",
    "P": "done: not recovered; the broken state was put back",
    "W": "done: the configuration is proven; routes wait for neighbours that are down",
    "N": "done: not recovered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenCode:
    """The meaning of a code: the *state* of the run and the *number* of the attempt it is at, 0 before the first."""

    run: str
    state: str
    number: int

    @property
    def has_timer(self) -> bool:
        """Tell whether a timer was armed on the device."""
        return self.state in ("T", "J", "Y")

    @property
    def meaning(self) -> str:
        """The state in a sentence."""
        return STATES[self.state]


@dataclass(slots=True)
class _Follower:
    """Follows a journal line by line: the state of the run, its attempt, and whether a timer is armed."""

    state: str = "B"
    number: int = 0
    is_armed: bool = False

    def take(self, entry: JournalEntry) -> None:
        """Follow one line."""
        self.number = int(entry.marks.get("number", self.number))
        if entry.event == events.STEP.started and entry.marks.get("arms"):
            self.is_armed = True
        elif entry.event in _DISARMED:
            self.is_armed = False
        self.state = self._next(entry)

    @property
    def letter(self) -> str:
        """The state as the code has it: an armed timer comes before everything but the end of the run."""
        if not self.is_armed:
            return self.state
        return {"I": "J", "X": "Y"}.get(self.state, "T")

    def _next(self, entry: JournalEntry) -> str:
        if entry.event == events.RUN_FINISHED:
            return _ENDS[ending_of([entry]) or Ending.FAILED]
        after: dict[str, str] = {
            events.PUTBACK_STARTED: "U",
            events.RUN_INTERRUPTED: "I",
            events.RUN_STOPPED: "X",
            events.RUN_RESUMED: self._resumed(),
        }
        if entry.marks.get("phase") == PUT_BACK:
            return "U"
        after |= {
            REACH.finished: "R" if self.state == "B" else self.state,
            events.PRESERVE.finished: "K",
            events.STEP.started: "S",
            events.CONFIRM.finished: "C",
            events.ATTEMPT_ENDED: "A" if entry.marks.get("verdict") == "failed" else "C",
        }
        return after.get(entry.event, self.state)

    def _resumed(self) -> str:
        """Return the state of a run that is resumed: nothing is known before the device is asked."""
        return "S" if self.state in "IX" and self.number else "B" if self.state in "IX" else self.state


def code(entries: Iterable[JournalEntry]) -> str:
    """Return the code of the run with these *entries*: the end of its id, state and attempt, and a check sum."""
    run, follower = "", _Follower()
    for entry in entries:
        run = entry.run
        follower.take(entry)
    plain = f"{run.rpartition('-')[2].upper()}-{follower.letter}{follower.number}"
    return f"{plain}-{_sum(plain)}"


def word(entries: Iterable[JournalEntry]) -> str:
    """Return in a word what became of the run with these *entries*."""
    follower = _Follower()
    for entry in entries:
        follower.take(entry)
    return WORDS.get(follower.letter, "unfinished")


def spoken(text: str) -> SpokenCode:
    """Return what a code that was read out means; raises UsageError where it was misheard."""
    words = "-".join(text.upper().replace("-", " ").split())
    plain, _, given = words.rpartition("-")
    run, _, rest = plain.partition("-")
    if given != _sum(plain) or rest[:1] not in STATES or not rest[1:].isdecimal():
        raise UsageError(f"{text!r} was misheard: its last {SUM_LENGTH} characters do not fit the rest")
    return SpokenCode(run=run.lower(), state=rest[0], number=int(rest[1:]))


def _sum(plain: str) -> str:
    value = crc32(plain.encode())
    return "".join(ALPHABET[value >> 5 * place & 31] for place in range(SUM_LENGTH))
