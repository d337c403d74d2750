"""The journal of a fleet and the state that its lines lead to; each device's run has a journal of its own besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import oob.recovery.record.events as events
from oob.events import EventName, Events
from oob.fleet.assignment import UNKNOWN, MemberEnd
from oob.recovery.record.journal import Journal, JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """The state of one device: the *run* of its last execution and its *round*, and how it ended.

    *ending* is empty while it is under way, and `unknown` where nothing has told its end.
    """

    wave: int
    run: str = ""
    round: int = 0
    ending: str = ""
    exit_code: int | None = None
    text: str = ""
    seconds: float = 0.0
    began: str = ""
    ended: str = ""
    skipped: str = ""
    skipped_by: str = ""
    agree: tuple[int, int] | None = None

    @property
    def end(self) -> MemberEnd | None:
        """The end, None without one yet."""
        if not self.ending or self.exit_code is None:
            return None
        return MemberEnd(
            member="", run=self.run, round=self.round, ending=self.ending, exit_code=self.exit_code, text=self.text
        )

    @property
    def is_recovered(self) -> bool:
        """Tell whether it is proven."""
        return self.end is not None and self.end.is_recovered

    @property
    def is_kept(self) -> bool:
        """Tell whether its configuration is proven, whatever its routes wait for."""
        return self.end is not None and (self.end.is_recovered or self.end.is_waiting)

    @property
    def is_unknown(self) -> bool:
        """Tell whether its recovery was begun, and its end is not known."""
        return bool(self.run) and self.ending in ("", UNKNOWN)

    @property
    def is_failed(self) -> bool:
        """Tell whether it ended and was neither recovered nor kept."""
        return self.end is not None and not self.is_kept


class FleetState:
    """Everything that a fleet has done so far, by device; changed by `apply` alone."""

    def __init__(self) -> None:
        self.members: dict[str, MemberState] = {}
        self.round = 0
        self.wave = 0
        self.halted = ""
        self.is_paused = False
        self.agreed: frozenset[str] = frozenset()  # the limits of the policy that a person agreed to exceed
        self.error_rate: float | None = None  # the lowest since the fleet began
        self.is_finished = False
        self.began = ""
        self.ended = ""
        self.failed = 0
        self.failed_in_wave = 0
        self.done = 0

    @classmethod
    def of(cls, entries: Iterable[JournalEntry]) -> Self:
        """Return the state that *entries* lead to."""
        state = cls()
        for entry in entries:
            state.apply(entry)
        return state

    def apply(self, entry: JournalEntry) -> None:
        """Follow one line."""
        if "member" in entry.marks:
            self._member(entry)
        elif entry.event == events.FLEET_STARTED:
            self.round, self.began = 1, entry.utc
        elif entry.event == events.FLEET_RESUMED:
            self.round = int(entry.marks["round"])
            self.halted, self.is_finished, self.is_paused = "", False, False
            self._forgive()
        elif entry.event == events.WAVE_STARTED:
            self.wave, self.failed_in_wave = int(entry.marks["wave"]), 0
        elif entry.event == events.FLEET_HALTED:
            self.halted = str(entry.data.get("why") or "halted")
        elif entry.event in (events.FLEET_PAUSED, events.FLEET_CONTINUED):
            self.is_paused = entry.event == events.FLEET_PAUSED
            self.agreed |= {str(entry.data["agreed"])} if entry.data.get("agreed") else frozenset()
        elif entry.event == events.ERROR_RATE and (rate := entry.marks["error_rate"]) is not None:
            self.error_rate = float(rate) if self.error_rate is None else min(self.error_rate, float(rate))
        elif entry.event == events.FLEET_FINISHED:
            self.is_finished, self.ended = True, entry.utc

    def _member(self, entry: JournalEntry) -> None:
        marks, name = entry.marks, str(entry.marks["member"])
        if entry.event == events.MEMBER_BEGUN:
            self.members[name] = MemberState(
                wave=marks["wave"], run=marks["run"], round=marks["round"], began=entry.utc
            )
        elif entry.event == events.MEMBER_ENDED:
            self._ended(name, entry)
        elif entry.event == events.MEMBER_SKIPPED:
            reason, by = str(entry.data.get("text", "")), str(entry.data.get("by", ""))
            self.members[name] = MemberState(wave=marks["wave"], skipped=reason, skipped_by=by)
        elif entry.event == events.MEMBER_CHECKED and name in self.members:
            agree = int(marks["agree"]), int(marks["asked"])
            self.members[name] = replace(self.members[name], agree=agree)

    def _ended(self, name: str, entry: JournalEntry) -> None:
        before = self.members.get(name) or MemberState(wave=entry.marks["wave"])
        now = replace(
            before,
            run=entry.marks["run"],
            round=entry.marks["round"],
            ending=entry.marks["ending"],
            exit_code=entry.marks["exit_code"],
            text=str(entry.data.get("text", "")),
            seconds=float(entry.data.get("seconds") or 0.0),
            ended=entry.utc,
        )
        self.members[name] = now
        self.done += 0 if before.end else 1
        worse = int(not now.is_kept) - int(bool(before.end) and not before.is_kept)
        self.failed += worse
        self.failed_in_wave = max(0, self.failed_in_wave + worse)

    def _forgive(self) -> None:
        """Count the failures of this round alone: a person has looked at the earlier ones and resumed the fleet."""
        self.failed = self.failed_in_wave = self.done = 0


class FleetRecord:
    """Writes the journal of a fleet, keeps the *state* it leads to, and emits each line to the listeners."""

    def __init__(self, journal: Journal, emitter: Events, state: FleetState | None = None) -> None:
        self.journal = journal
        self.state = state or FleetState()
        self._emitter = emitter

    def note(
        self, event: EventName, text: str = "", *, marks: Mapping[str, object] | None = None, **data: object
    ) -> None:
        """Write a line to the disk, then emit it."""
        entry = self.journal.write(event, {"text": text, **data}, marks=marks)
        self.state.apply(entry)
        said = {key: value for key, value in entry.data.items() if key != "text"}
        data = {**said, **entry.marks}
        self._emitter.emit(event, str(entry.data["text"]), device=entry.device, run_id=entry.run, **data)
