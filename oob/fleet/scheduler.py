"""Goes through the waves of a fleet: who may begin, what has ended, and whether another may still begin.

It opens no path. An engine carries the assignments out; every decision is in the journal before it acts on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.errors import InternalFault, Interrupted, JournalError, NotProven
from oob.events import WARNING
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.control import Control, FleetRequest
from oob.fleet.engine import Engine
from oob.fleet.lanes import Lanes
from oob.fleet.member import Member
from oob.fleet.permission import FleetPermission
from oob.fleet.record import FleetRecord, FleetState, MemberState
from oob.fleet.rules import FailureTally, StopRules
from oob.fleet.waves import Waves
from oob.recovery.question import Reply, TimedQuestion, unanswered

TICK = 1.0  # seconds between two looks at the requests of other terminals
PATIENCE = 4.0  # times the expected seconds after which a device is waited for no longer
LEAST_PATIENCE = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The devices of a fleet, their order, and the rules that stop it; *caps* and *jobs* limit what goes on at once."""

    fleet: str
    plan: str
    waves: Waves
    members: Mapping[str, Member]
    caps: Mapping[str, int] = field(default_factory=dict)
    jobs: int = 32
    rules: StopRules = field(default_factory=StopRules)
    again: frozenset[str] = frozenset()  # endings that a resume tries again, beside `unknown`


def no_error_rate() -> float | None:
    """Return that the error rate is unknown."""
    return None


class WaveScheduler:
    """One execution of a course.

    *assign* makes the assignment of a device in a round; *check* asks the neighbours of what a wave has recovered;
    *error_rate* returns what monitoring shows, in percent. *permission* says where the policy needs a person's word
    before the next device, *agree* asks for it at the terminal, and `oob fleet continue` gives it elsewhere.
    """

    def __init__(
        self,
        course: Course,
        record: FleetRecord,
        engine: Engine,
        *,
        assign: Callable[[str, int], Assignment],
        control: Control,
        check: Callable[[], None] = lambda: None,
        error_rate: Callable[[], float | None] = no_error_rate,
        permission: FleetPermission | None = None,
        agree: Callable[[TimedQuestion], Reply] = unanswered,
        clock: Clock | None = None,
    ) -> None:
        self._permission = permission
        self._agree = agree
        self._later: list[FleetRequest] = []  # requests that came while a question was open
        self._course = course
        self._record = record
        self._engine = engine
        self._assign = assign
        self._control = control
        self._check = check
        self._error_rate = error_rate
        self._clock = clock or Clock()
        self._under_way: dict[str, tuple[float, Assignment]] = {}
        self._handed: set[str] = set()
        self._lost = {name for name, known in self._state.members.items() if not known.is_kept}

    def go(self) -> int:
        """Go through all waves; return 0 where every device is proven, 1 where not, 130 where it can be resumed."""
        for number, names in enumerate(self._course.waves, 1):
            if self._state.halted:
                break
            todo = [name for name in names if self._is_due(name)]
            if todo:
                self._wave(number, todo)
        return self._finish()

    @property
    def _state(self) -> FleetState:
        return self._record.state

    def _is_due(self, name: str) -> bool:
        known = self._state.members.get(name)
        if known is None or known.is_unknown:
            return True
        if known.skipped:
            return not known.skipped_by
        return known.ending in self._course.again

    # --- a wave

    def _wave(self, number: int, names: list[str]) -> None:
        text = f"wave {number} of {len(self._course.waves)}: {len(names)} devices"
        self._record.note(events.WAVE_STARTED, text, marks={"wave": number, "devices": len(names)})
        self._judge()
        lanes = Lanes(self._course.caps, self._course.jobs)
        for name in names:
            self._line_up(name, number, lanes)
        while self._under_way or (lanes and not self._state.halted):
            try:
                self._turn(number, lanes)
            except KeyboardInterrupt:
                self._halt("interrupted by the operator; devices under way go to their end")
                self._hand_over()
        self._ask_neighbours()
        counts = Counter(_word(self._state.members.get(name)) for name in names)
        self._record.note(events.WAVE_ENDED, f"wave {number}: {_said(counts)}", marks={"wave": number, **_all(counts)})

    def _ask_neighbours(self) -> None:
        """Ask the neighbours; a fault of this ends no fleet, and neither does Ctrl-C, which stops the asking."""
        try:
            self._check()
        except JournalError:
            raise
        except KeyboardInterrupt:
            self._halt("interrupted by the operator while neighbours were asked")
        except Exception as error:  # the proof from the other side is extra: it must not end the fleet
            self._record.note(WARNING, f"the neighbours could not be asked: {InternalFault.of(error)}")

    def _line_up(self, name: str, wave: int, lanes: Lanes) -> None:
        member = self._course.members[name]
        if reason := member.blocked(self._lost - {name}):
            return self._skip(name, wave, reason)
        way = member.way(self._lost - {name})
        lanes.add(name, way.resources if way else ())

    def _turn(self, wave: int, lanes: Lanes) -> None:
        """Begin what may begin, then wait for one end, at most a tick."""
        requests, self._later = [*self._later, *self._control.new()], []
        for request in requests:
            self._obey(request, wave, lanes)
        while not self._state.halted and not self._state.is_paused and self._may_begin(lanes.next()):
            if (name := lanes.take()) is not None:
                self._begin(name, wave)
        end = self._engine.next(TICK)
        if end is not None:
            self._ended(end, wave, lanes)
        self._give_up(wave, lanes)
        if self._engine.lost:
            self._halt(self._engine.lost)

    def _may_begin(self, following: str | None) -> bool:
        """Tell whether the device *following* may begin; halt the fleet where a person's word for it is missing."""
        if following is None or self._permission is None:
            return following is not None
        while needed := self._permission.needed(self._state, following):
            self._record.note(events.FLEET_PAUSED, f"paused before {following}: {needed.why}", why=needed.why)
            reply, by = self._word(needed.why)
            if reply != "yes":
                self._halt(f"{needed.why}, and no person agreed to continue ({reply})")
                return False
            text = f"continued by {by}: {needed.why}"
            self._record.note(events.FLEET_CONTINUED, text, by=by, agreed=needed.kind)
            self._permission.agree(needed)
        return True

    def _word(self, why: str) -> tuple[Reply, str]:
        """Return the reply of a person, at this terminal or by `oob fleet continue`, and whose it is."""
        assert self._permission is not None
        by = [self._record.journal.operator]

        def elsewhere() -> Reply | None:
            for request in self._control.new():
                if request.do == "continue":
                    by.append(request.by)
                    return "yes"
                self._later.append(request)
            return None

        question = TimedQuestion(
            text=f"{why}. Continue? (elsewhere: oob fleet continue {self._course.fleet})",
            seconds=self._permission.seconds,
            silence="the fleet is halted",
            elsewhere=elsewhere,
        )
        return self._agree(question), by[-1]

    def _begin(self, name: str, wave: int) -> None:
        assignment = self._assign(name, self._state.round)
        marks = {"member": name, "wave": wave, "round": assignment.round, "run": assignment.run}
        self._record.note(events.MEMBER_BEGUN, f"{name}: recovery begun", marks=marks)
        self._under_way[name] = self._clock.monotonic(), assignment
        self._hand_over()

    def _hand_over(self) -> None:
        """Hand to the engine the assignments recorded as begun; Ctrl-C may have come between the two."""
        for name in set(self._under_way) - self._handed:
            self._engine.begin(self._under_way[name][1])
            self._handed.add(name)

    def _ended(self, end: MemberEnd, wave: int, lanes: Lanes) -> None:
        """Take an end in; of a device that was given up it is the truth, late."""
        name = end.member
        if name not in self._under_way and not self._state.members[name].is_unknown:
            return  # handed out twice: the first answer counts, and the claims saw to it that only one was carried out
        marks = {"member": name, "wave": self._state.members[name].wave, "round": end.round, "run": end.run}
        marks |= {"ending": end.ending, "exit_code": end.exit_code}
        self._record.note(events.MEMBER_ENDED, end.text, marks=marks, seconds=end.seconds, worker=end.worker)
        self._handed.discard(name)
        if self._under_way.pop(name, None) is not None:
            lanes.release(name)
        if self._state.members[name].is_kept:
            self._lost.discard(name)
        else:
            self._lost.add(name)
        self._judge(with_error_rate=False)

    def _give_up(self, wave: int, lanes: Lanes) -> None:
        """Count a device as unknown that takes many times as long as expected, so that it holds no other up."""
        now = self._clock.monotonic()
        for name, (began, assignment) in list(self._under_way.items()):
            limit = max(LEAST_PATIENCE, PATIENCE * self._course.members[name].seconds)
            if now - began > limit:
                why = f"still under way after {limit / 60:.0f} minutes; not waited for any longer"
                self._ended(MemberEnd.unknown(assignment, why), wave, lanes)

    # --- pause, skip, halt

    def _obey(self, request: FleetRequest, wave: int, lanes: Lanes) -> None:
        if request.do == "pause" and not self._state.is_paused:
            self._record.note(events.FLEET_PAUSED, f"paused by {request.by}: no further device begins", by=request.by)
        elif request.do == "continue" and self._state.is_paused:
            self._record.note(events.FLEET_CONTINUED, f"continued by {request.by}", by=request.by)
        elif (
            request.do == "skip"
            and request.member in self._course.members
            and request.member not in self._state.members
        ):
            lanes.drop(request.member)
            number = next(n for n, names in enumerate(self._course.waves, 1) if request.member in names)
            reason = f"skipped by {request.by}{f': {request.reason}' if request.reason else ''}"
            self._skip(request.member, number, reason, by=request.by)

    def _skip(self, name: str, wave: int, reason: str, *, by: str = "") -> None:
        self._record.note(events.MEMBER_SKIPPED, f"{name}: {reason}", marks={"member": name, "wave": wave}, by=by)
        self._lost.add(name)

    def _judge(self, *, with_error_rate: bool = True) -> None:
        """Halt the fleet where a stop rule is met."""
        rules = self._course.rules
        rate = self._error_rate() if with_error_rate and rules.error_rate is not None else 0.0
        tally = FailureTally(
            failed_in_wave=self._state.failed_in_wave,
            failed=self._state.failed,
            ended=self._state.done,
            error_rate=rate,
        )
        if why := "; ".join(rules.objections(tally)):
            self._halt(why)

    def _halt(self, why: str) -> None:
        if not self._state.halted:
            self._record.note(events.FLEET_HALTED, f"halted: {why}; no further device begins", why=why)

    # --- the end

    def _finish(self) -> int:
        known = self._state.members
        counts = Counter(_word(known.get(name)) for names in self._course.waves for name in names)
        left = counts["left"]
        recovered = counts["recovered"] == len(self._course.members)
        code = 0 if recovered else Interrupted.exit_code if counts["unknown"] else NotProven.exit_code
        marks = {"exit_code": code, **_all(counts), "left": left}
        self._record.note(events.FLEET_FINISHED, _said(counts), marks=marks)
        return code


def _word(known: MemberState | None) -> str:
    if known is None:
        return "left"
    if known.skipped:
        return "skipped"
    if known.is_unknown:
        return "unknown"
    return "recovered" if known.is_recovered else "waiting" if known.is_kept else "failed"


WORDS = {
    "recovered": "proven",
    "waiting": "waiting for neighbours",
    "failed": "not recovered",
    "unknown": "unknown",
    "skipped": "skipped",
    "left": "not begun",
}


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[key]} {word}" for key, word in WORDS.items() if counts.get(key)) or "nothing to do"


def _all(counts: Mapping[str, int]) -> dict[str, int]:
    return {key: counts.get(key, 0) for key in WORDS if key != "left"}
