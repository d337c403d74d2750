"""A fleet whose recoveries are drawn by lot, on a virtual clock; the rest of it is real."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oob.clock import Clock
from oob.events import Events
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.claims import Claims
from oob.fleet.control import Control
from oob.fleet.engine import carry_out
from oob.fleet.member import Member, Way
from oob.fleet.permission import FleetPermission
from oob.fleet.record import FleetRecord, FleetState
from oob.fleet.rules import StopRules
from oob.fleet.scheduler import Course, WaveScheduler
from oob.fleet.waves import Waves, waves
from oob.fleet.work import RunIds
from oob.recovery.question import Reply, TimedQuestion, unanswered
from oob.recovery.record import events
from oob.recovery.record.journal import NAME, History, Journal, read
from oob.secret.masking import Masker

START = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
Draw = Callable[[Assignment], tuple[str, float]]


class VirtualClock:
    """A clock that stands still until an end is due."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> Clock:
        return Clock(utc=lambda: START + timedelta(seconds=self.now), monotonic=lambda: self.now)


class DrawnEngine:
    """An engine whose recoveries take the seconds that *draw* says and end as it says; each under a real claim."""

    def __init__(self, claims: Claims, time: VirtualClock, draw: Draw) -> None:
        self.lost = ""
        self._claims = claims
        self._time = time
        self._draw = draw
        self._due: list[tuple[float, int, MemberEnd]] = []
        self._count = 0
        self.begun: Counter[str] = Counter()

    def begin(self, assignment: Assignment) -> None:
        ending, seconds = self._draw(assignment)

        def act(given: Assignment) -> MemberEnd:
            self.begun[given.member] += 1
            code = 0 if ending == "recovered" else 130 if ending == "unknown" else 1
            return MemberEnd(
                member=given.member, run=given.run, round=given.round, ending=ending, exit_code=code, seconds=seconds
            )

        end = carry_out(assignment, self._claims, act)
        self._count += 1
        heapq.heappush(self._due, (self._time.now + seconds, self._count, end))

    def next(self, timeout: float) -> MemberEnd | None:
        if not self._due or self._due[0][0] > self._time.now + timeout:
            self._time.now += timeout
            return None
        at, _, end = heapq.heappop(self._due)
        self._time.now = max(self._time.now, at)
        return end

    def close(self) -> None:
        pass


@dataclass
class Stand:
    """A fleet of *members* in *folder*; `go` carries it out, `again` resumes it."""

    folder: Path
    members: list[Member]
    draw: Draw = lambda assignment: ("recovered", 10.0)
    caps: dict[str, int] = field(default_factory=dict)
    jobs: int = 32
    rules: StopRules = field(default_factory=lambda: StopRules(failed_in_wave=None, failed_percent=None))
    canaries: tuple[str, ...] = ()
    error_rate: Callable[[], float | None] = lambda: None
    check: Callable[[], None] = lambda: None
    permission: FleetPermission | None = None
    agree: Callable[[TimedQuestion], Reply] = unanswered
    time: VirtualClock = field(default_factory=VirtualClock)
    on_time: Callable[[], float] | None = None  # called in place of a look at the clock

    @property
    def order(self) -> Waves:
        return waves(self.members, self.canaries)

    def go(self, before_begin: Callable[[Assignment, Control], None] = lambda assignment, control: None) -> int:
        journal = Journal.create(
            self.folder, run="f", operator="ada", device="", masker=Masker(), clock=self.time.clock()
        )
        with journal:
            record = FleetRecord(journal, Events())
            marks = {"plan": "0" * 64, "devices": len(self.members), "waves": len(self.order)}
            record.note(events.FLEET_STARTED, "fleet f", marks=marks)
            return self._run(record, before_begin)

    def again(self, endings: frozenset[str] = frozenset()) -> int:
        journal, history = Journal.resume(self.folder, operator="ada", masker=Masker(), clock=self.time.clock())
        with journal:
            record = FleetRecord(journal, Events(), FleetState.of(history.entries))
            record.note(events.FLEET_RESUMED, "resumed", marks={"round": record.state.round + 1})
            return self._run(record, lambda assignment, control: None, endings)

    def _run(
        self,
        record: FleetRecord,
        before_begin: Callable[[Assignment, Control], None],
        endings: frozenset[str] = frozenset(),
    ) -> int:
        course = Course(
            fleet="f",
            plan="0" * 64,
            waves=self.order,
            members={member.name: member for member in self.members},
            caps=self.caps,
            jobs=self.jobs,
            rules=self.rules,
            again=endings,
        )
        control, ids = Control(self.folder), RunIds(self.time.clock().utc)

        def assign(name: str, number: int) -> Assignment:
            made = Assignment(fleet="f", member=name, run=ids.new(), plan="0" * 64, round=number)
            before_begin(made, control)
            return made

        self.engine = DrawnEngine(Claims(self.folder), self.time, self.draw)
        scheduler = WaveScheduler(
            course,
            record,
            self.engine,
            assign=assign,
            control=control,
            check=self.check,
            error_rate=self.error_rate,
            permission=self.permission,
            agree=self.agree,
            clock=replace(self.time.clock(), monotonic=self.on_time) if self.on_time else self.time.clock(),
        )
        return scheduler.go()

    @property
    def history(self) -> History:
        return read(self.folder / NAME)

    @property
    def state(self) -> FleetState:
        return FleetState.of(self.history.entries)

    def endings(self) -> dict[str, str]:
        return {
            name: "skipped" if known.skipped else known.ending for name, known in sorted(self.state.members.items())
        }

    def begun(self) -> list[str]:
        return [str(one.marks["member"]) for one in self.history.entries if one.event == events.MEMBER_BEGUN]


def device(name: str, *after: str, via: tuple[str, ...] = ("",), resources: tuple[str, ...] = ()) -> Member:
    ways = tuple(Way(name=str(number), via=one, resources=resources) for number, one in enumerate(via, 1))
    return replace(Member(name=name, platform="cisco_ios", seconds=10.0), after=after, ways=ways)
