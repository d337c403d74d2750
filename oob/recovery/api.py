"""What can be asked of the recovery: keep a backup, plan, recover, go on with a run, look whether all is well."""

from __future__ import annotations

import secrets as randomness
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.backup.manifest import Manifest
from oob.backup.verify import verify as verify_backup
from oob.device.identity import Expected
from oob.device.session import DeviceSession, Transcripts
from oob.errors import GuardStopped, JournalError, UsageError
from oob.events import WARNING
from oob.inventory import device as inventory
from oob.profile.store import load
from oob.recovery.context import Choices, Means
from oob.recovery.ladder import hazard
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.plan import Ground, Plan
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.afford import expect, of_reading
from oob.recovery.proof.collection import Extent, Survey
from oob.recovery.proof.health import examine
from oob.recovery.proof.observe import Sitting, take
from oob.recovery.proof.prove import Aim, Proof, prove, with_timer
from oob.recovery.record.anchor import anchored
from oob.recovery.record.anchor import check as check_anchors
from oob.recovery.record.interruption import is_dead_path, steady
from oob.recovery.record.journal import NAME, Journal
from oob.recovery.record.lease import Lease
from oob.recovery.record.outcome import Outcome
from oob.recovery.record.record import Record
from oob.recovery.record.run_state import RunState
from oob.recovery.run.case import Case
from oob.recovery.run.recovery import Recovery
from oob.recovery.run.server import ServerRun
from oob.secret.masking import Masker

READ_AGAIN = 10.0  # seconds for a path to come back while a device is only read


def take_backup(entry: inventory.Device, means: Means, *, change: str = "", reason: str = "") -> Backup:
    """Read the device whole and keep it as a new backup; changes nothing on it."""
    catalogue = Catalogue(means.home.backups)
    last = _last(catalogue, entry)
    expect(means.access, of_reading(last) if last else 0)
    best = catalogue.best(entry.name)
    session = visit(entry, means, best.manifest if best else None)
    with session:
        return keep(session, means, change=change, reason=reason)


def keep(session: DeviceSession, means: Means, *, change: str = "", reason: str = "") -> Backup:
    """Read the device of an open *session* whole, keep it as a new backup, and leave the session open."""
    catalogue, entry = Catalogue(means.home.backups), session.entry
    masker, last = masker_for(means, entry), _last(catalogue, entry)

    def read() -> Backup:
        sitting = Sitting(
            name=entry.name,
            change=masker.mask(change),
            reason=masker.mask(reason),
            addresses=entry.critical_addresses,
            last=last,
            facts=session.device.facts(),
            clock=means.clock,
        )
        return take(session.device, catalogue, sitting, partial(means.events.emit, device=entry.name))

    return steady(session, read, is_dead_path)


def _last(catalogue: Catalogue, entry: inventory.Device) -> Backup | None:
    """Return the newest backup that can be read, by which the time for the next is told."""
    listed = [known for known in catalogue.list(entry.name) if known.manifest]
    return verify_backup(listed[0].folder) if listed else None


def reading_lease(entry: inventory.Device, means: Means) -> AbstractContextManager[object]:
    """Return the lease of a device that is only read."""
    return _lease(entry, means, new_id(means.clock.utc()))


def make_plan(entry: inventory.Device, means: Means, choices: Choices | None = None) -> Plan:
    """Return what `recover` would do, from the backups and the inventory alone; opens no path."""
    choices = choices or Choices()
    catalogue = Catalogue(means.home.backups)
    target = catalogue.find(entry.name, choices.target)
    baseline = catalogue.find(entry.name, choices.baseline)
    if not entry.paths:
        raise UsageError(f"{entry.name} has no path to its console")
    profile = load(entry.platform)
    hazards = hazard.find(profile, target)
    return plans.plan(
        Ground(
            profile=profile,
            target=target,
            baseline=baseline,
            speed=Speed.of_path(entry.paths[0].url),
            allow_reload=choices.allow_reload,
            addresses=len(entry.critical_addresses),
            converge=choices.converge,
        ),
        warnings=(
            *(f"it would lock you out of the console: {reason}" for reason in hazards.lockouts),
            *hazards.cautions,
            *(f"the device does on its own: {job}" for job in hazard.jobs(profile, target)),
        ),
    )


def recover(entry: inventory.Device, means: Means, choices: Choices | None = None) -> Outcome:
    """Bring the device back and prove it; raises what stopped the run, with everything up to there in its journal."""
    choices = choices or Choices()
    run = new_id(means.clock.utc())
    with Lease.take(
        means.home.leases,
        entry.name,
        run=run,
        operator=means.operator,
        clock=means.clock,
        break_it=choices.break_lease,
    ):
        folder = means.home.runs / run
        masker = masker_for(means, entry)
        choices = _worded(choices, masker, means)
        journal = Journal.create(
            folder, run=run, operator=means.operator, device=entry.name, masker=masker, clock=means.clock
        )
        with anchored(journal, means):
            outcome = _run(entry, means, choices, journal, masker, folder, RunState())
    return replace(outcome, journal_head=journal.head)


def resume(run: str, entry: inventory.Device, means: Means, *, break_lease: bool = False, wait: float = 0.0) -> Outcome:
    """Go on with a run that was killed or interrupted, by whoever, from wherever; the device's word counts.

    A console that is busy is waited for, up to *wait* seconds. Raises UsageError where the run has ended or is of
    another device, JournalError where its journal is damaged.
    """
    folder = means.home.runs / run
    if not (folder / NAME).is_file():
        raise UsageError(f"{run}: there is no such run below {means.home.runs}")
    with Lease.take(
        means.home.leases, entry.name, run=run, operator=means.operator, clock=means.clock, break_it=break_lease
    ):
        masker = masker_for(means, entry)
        check_anchors(means.home, run)
        journal, history = Journal.resume(folder, operator=means.operator, masker=masker, clock=means.clock)
        with anchored(journal, means):
            if journal.device != entry.name:
                raise UsageError(f"run {run} is of {journal.device}, not of {entry.name}")
            state = RunState.of(history.entries)
            if state.ended:
                raise UsageError(f"run {run} has ended; there is nothing to resume")
            choices = replace(_choices(state), wait=wait)
            written = journal.write(events.RUN_RESUMED, {"text": f"resumed by {means.operator}", "torn": history.torn})
            outcome = _run(entry, means, choices, journal, masker, folder, state.apply(written))
    return replace(outcome, journal_head=journal.head)


def verify(entry: inventory.Device, means: Means, choices: Choices | None = None) -> Proof:
    """Return whether the device is as its baseline says; changes nothing on it."""
    proof = survey(entry, means, choices or Choices(), Extent(proof=True)).proof
    assert proof is not None
    return proof


def survey(entry: inventory.Device, means: Means, choices: Choices, extent: Extent) -> Survey:
    """Return what *extent* asks to know of the device, from one sitting; changes nothing on it."""
    catalogue = Catalogue(means.home.backups)
    baseline = catalogue.find(entry.name, choices.baseline)
    aim = Aim.of(entry, choices, catalogue.find(entry.name, choices.target), baseline)
    emit = means.events.emit
    expect(means.access, of_reading(baseline) if extent.proof else 0)
    session = visit(entry, means, baseline.manifest)

    def look() -> Survey:
        device = session.device
        return Survey(
            baseline=baseline.manifest.id,
            proof=with_timer(device, prove(device, aim, means.clock, emit, limit=choices.converge))
            if extent.proof
            else None,
            comparison=extent.compare(device, aim, emit),
            health=examine(device, baseline, entry.critical_addresses, emit) if extent.health else None,
        )

    with session:
        return steady(session, look, is_dead_path)


def new_id(now: datetime) -> str:
    """Return a name for a run: sortable by time, unique, and short enough for a file on a device."""
    return f"{now:%Y%m%d-%H%M%SZ}-{randomness.token_hex(2)}"


def _run(
    entry: inventory.Device,
    means: Means,
    choices: Choices,
    journal: Journal,
    masker: Masker,
    folder: Path,
    state: RunState,
) -> Outcome:
    record = Record(journal, means.events, masker, means.clock, state)
    kind = ServerRun if choices.steps else Recovery
    session = DeviceSession(
        entry,
        means.secrets,
        trust=replace(means.trust, any_device=False),
        access=means.access,
        events=record.below,
        tape=Transcripts(folder, "console", masker).begin,
        masker=masker,
        pen=record,
        clock=means.clock,
        reopen=choices.reopen,
    )
    return kind(Case(entry=entry, means=means, choices=choices, record=record, session=session)).go()


def _worded(choices: Choices, masker: Masker, means: Means) -> Choices:
    """Return *choices* as they may be written down: people say in a hurry what should not be read later."""
    masked = replace(
        choices,
        change=masker.mask(choices.change),
        reason=masker.mask(choices.reason),
        authorised_by=masker.mask(choices.authorised_by),
        seconded_by=masker.mask(choices.seconded_by),
        emergency=masker.mask(choices.emergency),
    )
    if masked != choices:
        means.events.emit(WARNING, "what was given for the record holds a secret, which is left out of it")
    return masked


def _choices(state: RunState) -> Choices:
    """Return what the run was begun with; a run that died before it said so has changed nothing."""
    given = dict(state.started.get("choices", {}))
    try:
        return replace(Choices(**given), tolerate=tuple(given.get("tolerate", ())))
    except TypeError as error:
        raise JournalError(f"the run was begun with choices that this oob does not know: {error}") from error


def masker_for(means: Means, entry: inventory.Device) -> Masker:
    """Return what hides the secrets of a run on *entry* in everything that is written."""
    profile = load(entry.platform)
    literal = (secret for secret in (means.secrets.password, means.secrets.enable) if secret)
    return Masker(literal, profile.configuration.secrets if profile.configuration else (), profile.console.notices)


def visit(entry: inventory.Device, means: Means, baseline: Manifest | None = None) -> DeviceSession:
    """Return a session for reading, with the lease held and a transcript that belongs to no run."""
    name = new_id(means.clock.utc())
    masker = masker_for(means, entry)
    return DeviceSession(
        entry,
        means.secrets,
        expected=Expected.of(entry.expect, baseline),
        trust=replace(means.trust, any_device=False),
        access=means.access,
        events=means.events,
        tape=Transcripts(means.home.transcripts, name, masker).begin,
        masker=masker,
        clock=means.clock,
        lease=lambda: _lease(entry, means, name),
        reopen=READ_AGAIN,
    )


def _lease(entry: inventory.Device, means: Means, name: str) -> AbstractContextManager[object]:
    """Return the lease for reading; a disk that takes none does not keep anybody from looking at the device."""
    try:
        return Lease.take(means.home.leases, entry.name, run=name, operator=means.operator, clock=means.clock)
    except GuardStopped as error:
        if not isinstance(error.__cause__, OSError) or isinstance(error.__cause__, BlockingIOError):
            raise
        means.events.emit(WARNING, f"{error}; continued without a lease", device=entry.name)
        return nullcontext()
