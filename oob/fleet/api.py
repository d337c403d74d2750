"""The operations on a fleet: recover it as its plan says, resume it after a crash, read what it has done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import oob.recovery.record.events as events
from oob import durable
from oob.clock import Clock
from oob.errors import JournalError, UsageError
from oob.events import Events
from oob.fleet.assignment import STOPPED, UNKNOWN, Assignment
from oob.fleet.control import Control
from oob.fleet.document import FleetPlan, read
from oob.fleet.engine import Engine
from oob.fleet.permission import FleetPermission
from oob.fleet.record import FleetRecord, FleetState
from oob.fleet.scheduler import Course, WaveScheduler, no_error_rate
from oob.fleet.work import RunIds
from oob.inventory.home import Home
from oob.recovery.api import new_id
from oob.recovery.authority.authority import Policy
from oob.recovery.authority.impact import ImpactLimits
from oob.recovery.question import Reply, TimedQuestion, unanswered
from oob.recovery.record import journal as journals
from oob.recovery.record.ending import Ending
from oob.recovery.record.journal import Journal
from oob.recovery.run import impact
from oob.secret.masking import Masker

PLAN = "plan.yaml"
RESUMABLE = frozenset({"", UNKNOWN, STOPPED})  # whose run is gone into again; any other begins a new one
FAILURES = frozenset({STOPPED, str(Ending.FAILED), str(Ending.PUT_BACK), str(Ending.WAITING)})


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetContext:
    """The collaborators of one execution of a fleet. *given* are the options of this recovery, as plain data.

    *approval* is the approver's for all devices; if it *is_signed*, the journal keeps it for a resume. *agree* puts a
    question with a window to the operator.
    """

    home: Home
    operator: str
    engine: Engine
    events: Events = field(default_factory=Events)
    clock: Clock = field(default_factory=Clock)
    masker: Masker = field(default_factory=Masker)
    check: Callable[[FleetRecord, Collection[str]], None] = lambda record, members: None
    error_rate: Callable[[], float | None] = no_error_rate
    agree: Callable[[TimedQuestion], Reply] = field(default=unanswered, repr=False)
    given: Mapping[str, Any] = field(default_factory=dict)
    approval: str = field(default="", repr=False)
    is_signed: bool = False


def create(home: Home, plan_file: Path, clock: Clock) -> str:
    """Make the folder of a new fleet with a copy of its plan, and return its identifier."""
    fleet = new_id(clock.utc())
    folder = home.fleets / fleet
    try:
        durable.create_folder(folder)
        durable.create_file(folder / PLAN, plan_file.read_bytes())
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}") from error
    return fleet


def recover(fleet: str, plan: FleetPlan, context: FleetContext) -> tuple[int, FleetState]:
    """Recover the devices of *plan*; return the exit code and what became of each."""
    journal = Journal.create(
        context.home.fleets / fleet,
        run=fleet,
        operator=context.operator,
        device="",
        masker=context.masker,
        clock=context.clock,
    )
    with journal:
        record = FleetRecord(journal, context.events)
        marks = {"plan": plan.sha256, "devices": len(plan.members), "waves": len(plan.waves)}
        text = f"fleet {fleet}: {len(plan.members)} devices in {len(plan.waves)} waves"
        given = {**context.given, "approval": context.approval if context.is_signed else ""}
        record.note(events.FLEET_STARTED, text, marks=marks, caps=plan.caps, jobs=plan.jobs, given=given)
        return _go(fleet, plan, context, record, given)


def resume(fleet: str, context: FleetContext, *, failed: bool = False) -> tuple[int, FleetState]:
    """Go on where a fleet was killed, halted or interrupted; every unknown device is resumed, none begun twice.

    With *failed* also those that an error stopped, or that were not recovered. Raises UsageError where there is no such
    fleet, JournalError where its journal is damaged or another process is at it.
    """
    folder = _folder(context.home, fleet)
    journal, history = Journal.resume(folder, operator=context.operator, masker=context.masker, clock=context.clock)
    with journal:
        plan = read(folder / PLAN)
        first = history.entries[0]
        if first.event != events.FLEET_STARTED or first.marks.get("plan") != plan.sha256:
            raise JournalError(f"{folder / PLAN}: not the plan that the journal of fleet {fleet} was begun with")
        state = FleetState.of(history.entries)
        record = FleetRecord(journal, context.events, state)
        text = f"fleet {fleet} resumed by {context.operator}"
        record.note(events.FLEET_RESUMED, text, marks={"round": state.round + 1}, torn=history.torn)
        again = FAILURES if failed else frozenset()
        return _go(fleet, plan, context, record, dict(first.data.get("given", {})), again)


def state_of(home: Home, fleet: str) -> tuple[FleetState, journals.History]:
    """Return what the journal of *fleet* says; raises UsageError where there is no such fleet."""
    history = journals.read(_folder(home, fleet) / journals.NAME)
    return FleetState.of(history.entries), history


def given(home: Home, fleet: str) -> dict[str, Any]:
    """Return the options that *fleet* was begun with, and the approver's signature."""
    first = next(iter(state_of(home, fleet)[1].entries), None)
    return dict(first.data.get("given", {})) if first else {}


def plan_of(home: Home, fleet: str) -> FleetPlan:
    """Return the plan that *fleet* carries out."""
    return read(_folder(home, fleet) / PLAN)


def fleets(home: Home) -> list[str]:
    """Return the fleets of *home*, oldest first."""
    return sorted(path.parent.name for path in home.fleets.glob(f"*/{journals.NAME}"))


def find(home: Home, given: str) -> str:
    """Return the fleet that *given* names: its id, the beginning of it, or `latest`; raises UsageError."""
    known = fleets(home)
    found = known[-1:] if given == "latest" else [name for name in known if given and name.startswith(given)]
    if len(found) != 1:
        many = f"more than one begins so: {', '.join(found[-5:])}" if found else "there is no such fleet"
        raise UsageError(f"{given[:100]}: {many}; `oob fleet list` lists them")
    return found[0]


def control(home: Home, fleet: str) -> Control:
    """Return the requests of *fleet*."""
    return Control(_folder(home, fleet))


def _folder(home: Home, fleet: str) -> Path:
    folder = home.fleets / fleet
    if Path(fleet).name != fleet or not (folder / journals.NAME).is_file():
        raise UsageError(f"{fleet}: there is no such fleet in {home.fleets}")
    return folder


def _go(
    fleet: str,
    plan: FleetPlan,
    context: FleetContext,
    record: FleetRecord,
    given: dict[str, Any],
    again: frozenset[str] = frozenset(),
) -> tuple[int, FleetState]:
    ids = RunIds(context.clock.utc)
    approval = context.approval or str(given.get("approval", ""))
    options = {key: value for key, value in given.items() if key != "approval"}

    def assign(name: str, number: int) -> Assignment:
        known, member = record.state.members.get(name), plan.members[name]
        return Assignment(
            fleet=fleet,
            member=name,
            run=known.run if known and known.run and known.ending in RESUMABLE else ids.new(),
            plan=plan.sha256,
            signature=plan.signature,
            round=number,
            part=plan.parts[name],
            given=options,
            agreed=tuple(sorted(record.state.agreed)),
            approval=approval,
            since=record.state.began,
            site=member.site,
            resources=member.ways[0].resources if member.ways else (),
        )

    course = Course(
        fleet=fleet,
        plan=plan.sha256,
        waves=plan.waves,
        members=plan.members,
        caps=plan.caps,
        jobs=plan.jobs,
        rules=plan.rules,
        again=again,
    )
    scheduler = WaveScheduler(
        course,
        record,
        context.engine,
        assign=assign,
        control=Control(context.home.fleets / fleet),
        check=lambda: context.check(record, plan.members),
        error_rate=context.error_rate,
        permission=_permission(context, record, given),
        agree=context.agree,
        clock=context.clock,
    )
    try:
        code = scheduler.go()
    finally:
        context.engine.close()
    return code, record.state


def _permission(context: FleetContext, record: FleetRecord, given: Mapping[str, Any]) -> FleetPermission:
    """Return what the policy of the home says before each device; others' runs of the last hour count."""
    policy, clock = Policy.load(context.home.path), context.clock
    is_limited = policy.breaker is not None or policy.impact != ImpactLimits()
    known = impact.recent(context.home, clock.utc()) if is_limited else []

    def measure() -> float | None:
        rate = context.error_rate()
        text = f"the error rate is {'unknown' if rate is None else f'{rate:g} %'}"
        record.note(events.ERROR_RATE, text, marks={"error_rate": rate})
        return rate

    def lowest() -> float | None:
        rates = (record.state.error_rate, impact.lowest_error_rate(known))
        return min((rate for rate in rates if rate is not None), default=None)

    return FleetPermission(
        policy,
        before=impact.devices(known),
        users=given.get("users"),
        measure=measure,
        lowest=lowest,
        clock=clock,
    )
