"""The operations on a device: take a backup, plan, recover, resume, verify."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.backup.manifest import Manifest
from oob.backup.verify import verify as verify_backup
from oob.console.transcripts import Transcripts
from oob.device.dialogue import kept
from oob.device.identity import Expected
from oob.device.session import DeviceSession
from oob.errors import GuardStopped, JournalError, UsageError
from oob.events import WARNING
from oob.inventory import device as inventory
from oob.profile.store import load
from oob.recovery.authority.authority import Policy
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder import hazard
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.plan import Plan, PlanInputs
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.afford import expect, of_reading
from oob.recovery.proof.collection import CollectionResult, Extent
from oob.recovery.proof.health import examine
from oob.recovery.proof.observe import Collection, take
from oob.recovery.proof.prove import Proof, ProofTarget, prove, with_timer
from oob.recovery.record.anchor import anchored
from oob.recovery.record.anchor import check as check_anchors
from oob.recovery.record.interruption import is_dead_path, steady
from oob.recovery.record.journal import NAME, History, Journal
from oob.recovery.record.lease import Lease
from oob.recovery.record.outcome import Outcome
from oob.recovery.record.record import Record
from oob.recovery.record.requests import Requests
from oob.recovery.record.run_state import RunState
from oob.recovery.run.recovery import Recovery
from oob.recovery.run.run_context import RunContext
from oob.recovery.run.server import ServerRun
from oob.secret.masking import Masker

READ_AGAIN = 10.0  # seconds for a dead path to work again while a device is only read


def take_backup(
    entry: inventory.InventoryDevice, collaborators: Collaborators, *, change: str = "", reason: str = ""
) -> Backup:
    """Take a new backup of the device; changes nothing on it."""
    catalogue = Catalogue(collaborators.home.backups)
    last = _last(catalogue, entry)
    expect(collaborators.access, of_reading(last) if last else 0)
    best = catalogue.best(entry.name)
    session = visit(entry, collaborators, best.manifest if best else None, kept(last.facts) if last else ())
    with session:
        return keep(session, collaborators, change=change, reason=reason)


def keep(session: DeviceSession, collaborators: Collaborators, *, change: str = "", reason: str = "") -> Backup:
    """Read the device of an open *session* whole, keep it as a new backup, and leave the session open."""
    catalogue, entry = Catalogue(collaborators.home.backups), session.entry
    masker, last = masker_for(collaborators, entry), _last(catalogue, entry)

    def read() -> Backup:
        collection = Collection(
            name=entry.name,
            change=masker.mask(change),
            reason=masker.mask(reason),
            addresses=entry.critical_addresses,
            last=last,
            facts=session.device.facts(),
            clock=collaborators.clock,
        )
        return take(session.device, catalogue, collection, partial(collaborators.events.emit, device=entry.name))

    return steady(session, read, is_dead_path)


def _last(catalogue: Catalogue, entry: inventory.InventoryDevice) -> Backup | None:
    """Return the newest backup that can be read, by which the time for the next is told."""
    listed = [known for known in catalogue.list(entry.name) if known.manifest]
    return verify_backup(listed[0].folder) if listed else None


def reading_lease(entry: inventory.InventoryDevice, collaborators: Collaborators) -> AbstractContextManager[object]:
    """Return the lease of a device that is only read."""
    return _lease(entry, collaborators, new_id(collaborators.clock.utc()))


def plan_backups(
    entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions
) -> tuple[Backup, Backup]:
    """Return the backup to restore and the one to compare with, verified: once where they are the same."""
    catalogue = Catalogue(collaborators.home.backups)
    target = catalogue.find(entry.name, options.target)
    if options.baseline == options.target:
        return target, target
    return target, catalogue.find(entry.name, options.baseline)


def make_plan(
    entry: inventory.InventoryDevice,
    collaborators: Collaborators,
    options: RunOptions | None = None,
    backups: tuple[Backup, Backup] | None = None,
) -> Plan:
    """Return what `recover` would do, from *backups* (see plan_backups) and the inventory alone; opens no path."""
    options = options or RunOptions()
    target, baseline = backups or plan_backups(entry, collaborators, options)
    if not entry.paths:
        raise UsageError(f"{entry.name} has no path to its console")
    profile = load(entry.platform)
    hazards = hazard.find(profile, target)
    return plans.plan(
        PlanInputs(
            profile=profile,
            target=target,
            baseline=baseline,
            speed=Speed.of_path(entry.paths[0].url),
            allow_reload=options.allow_reload,
            addresses=len(entry.critical_addresses),
            converge=options.converge,
            reply=Policy.load(collaborators.home.path).confirm_seconds,
        ),
        warnings=(
            *(f"it would lock you out of the console: {reason}" for reason in hazards.lockouts),
            *hazards.cautions,
            *(f"scheduled job on the device: {job}" for job in hazard.jobs(profile, target)),
        ),
    )


def recover(
    entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions | None = None, *, run: str = ""
) -> Outcome:
    """Restore the device and prove it; raises the error that stopped the run, with all before it in the journal.

    *run* is the identifier of the run where the caller has one recorded already; JournalError where it was used.
    """
    options = options or RunOptions()
    run = run or new_id(collaborators.clock.utc())
    with Lease.take(
        collaborators.home.leases,
        entry.name,
        run=run,
        operator=collaborators.operator,
        clock=collaborators.clock,
        break_it=options.break_lease,
    ) as lease:
        masker = masker_for(collaborators, entry)
        options = _masked(options, masker, collaborators)
        journal = Journal.create(
            collaborators.home.runs / run,
            run=run,
            operator=collaborators.operator,
            device=entry.name,
            masker=masker,
            clock=collaborators.clock,
        )
        with anchored(journal, collaborators):
            record = Record(journal, collaborators.events, masker, collaborators.clock)
            record.permit = lease.check
            outcome = _run(entry, collaborators, options, record)
    return replace(outcome, journal_head=journal.head)


def resume(
    run: str,
    entry: inventory.InventoryDevice,
    collaborators: Collaborators,
    *,
    break_lease: bool = False,
    wait: float = 0.0,
) -> Outcome:
    """Resume a run that was killed or interrupted, as any operator, over any path; the state of the device decides.

    Waits up to *wait* seconds for a busy console. Raises UsageError where the run has ended or is of
    another device, JournalError where its journal is damaged.
    """
    with (
        Lease.take(
            collaborators.home.leases,
            entry.name,
            run=run,
            operator=collaborators.operator,
            clock=collaborators.clock,
            break_it=break_lease,
        ) as lease,
        reopened(run, entry, collaborators) as (record, history),
    ):
        if record.state.ended:
            raise UsageError(f"run {run} has ended; there is nothing to resume")
        record.permit = lease.check
        options = replace(_options(record.state), wait=wait)
        record.note(events.RUN_RESUMED, f"resumed by {collaborators.operator}", torn=history.torn)
        outcome = _run(entry, collaborators, options, record)
    return replace(outcome, journal_head=record.journal.head)


@contextmanager
def reopened(
    run: str, entry: inventory.InventoryDevice, collaborators: Collaborators
) -> Iterator[tuple[Record, History]]:
    """Open the journal of *run* again, for more lines; closed and anchored when the block ends.

    Raises UsageError where there is no such run or it is of another device, JournalError where its journal is damaged.
    """
    folder = collaborators.home.runs / run
    if not (folder / NAME).is_file():
        raise UsageError(f"{run}: no such run in {collaborators.home.runs}")
    masker = masker_for(collaborators, entry)
    check_anchors(collaborators.home, run)
    journal, history = Journal.resume(folder, operator=collaborators.operator, masker=masker, clock=collaborators.clock)
    with anchored(journal, collaborators):
        if journal.device != entry.name:
            raise UsageError(f"run {run} is of {journal.device}, not of {entry.name}")
        state = RunState.of(history.entries)
        yield Record(journal, collaborators.events, masker, collaborators.clock, state), history


def verify(entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions | None = None) -> Proof:
    """Return the proof of the device against its baseline; changes nothing on it."""
    proof = collect(entry, collaborators, options or RunOptions(), Extent(proof=True)).proof
    assert proof is not None
    return proof


def collect(
    entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions, extent: Extent
) -> CollectionResult:
    """Collect from the device what *extent* asks for, in one session; changes nothing on it."""
    catalogue = Catalogue(collaborators.home.backups)
    baseline = catalogue.find(entry.name, options.baseline)
    proof_target = ProofTarget.of(entry, options, catalogue.find(entry.name, options.target), baseline)
    emit = collaborators.events.emit
    expect(collaborators.access, of_reading(baseline) if extent.proof else 0)
    session = visit(entry, collaborators, baseline.manifest, kept(baseline.facts))

    def look() -> CollectionResult:
        device = session.device
        return CollectionResult(
            baseline=baseline.manifest.id,
            proof=with_timer(device, prove(device, proof_target, collaborators.clock, emit, limit=options.converge))
            if extent.proof
            else None,
            comparison=extent.compare(device, proof_target, emit),
            health=examine(device, baseline, entry.critical_addresses, emit) if extent.health else None,
        )

    with session:
        return steady(session, look, is_dead_path)


def new_id(now: datetime) -> str:
    """Return a new run identifier: sortable by time, unique, and short enough for a file name on a device."""
    return f"{now:%Y%m%d-%H%M%SZ}-{randomness.token_hex(2)}"


def _run(
    entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions, record: Record
) -> Outcome:
    kind = ServerRun if options.steps else Recovery
    session = DeviceSession(
        entry,
        collaborators.secrets,
        trust=Policy.load(collaborators.home.path).trusting(replace(collaborators.trust, any_device=False)),
        access=collaborators.access,
        events=record.below,
        tape=Transcripts(record.journal.location.parent, "console", record.masker).begin,
        masker=record.masker,
        log=record,
        pastes=collaborators.home.pastes,
        clock=collaborators.clock,
        reopen=options.reopen,
    )
    return kind(
        RunContext(
            entry=entry,
            collaborators=collaborators,
            options=options,
            record=record,
            session=session,
            requests=Requests(record.journal.location.parent),
        )
    ).go()


def _masked(options: RunOptions, masker: Masker, collaborators: Collaborators) -> RunOptions:
    """Return *options* without secrets, which an operator in a hurry may have put into a reason."""
    masked = replace(
        options,
        change=masker.mask(options.change),
        reason=masker.mask(options.reason),
        authorised_by=masker.mask(options.authorised_by),
        seconded_by=masker.mask(options.seconded_by),
        emergency=masker.mask(options.emergency),
        incident=masker.mask(options.incident),
        problem=masker.mask(options.problem),
        trigger=masker.mask(options.trigger),
        affects=masker.mask(options.affects),
        bridge=masker.mask(options.bridge),
        lead=masker.mask(options.lead),
    )
    if masked != options:
        collaborators.events.emit(WARNING, "a text for the record holds a secret, which is masked in the journal")
    return masked


def _options(state: RunState) -> RunOptions:
    """Return the options that the run was started with; a run that died before has changed nothing."""
    given = dict(state.started.get("choices", {}))
    try:
        return replace(RunOptions(**given), tolerate=tuple(given.get("tolerate", ())))
    except TypeError as error:
        raise JournalError(f"the journal was written by an incompatible version: {error}") from error


def masker_for(collaborators: Collaborators, entry: inventory.InventoryDevice) -> Masker:
    """Return the masker that hides the secrets of a run on *entry* in everything written."""
    profile = load(entry.platform)
    masker = Masker((), profile.secrets, profile.console.notices)
    collaborators.secrets.tell(masker.add)  # also a secret that a person types later, when the device asks for it
    return masker


def visit(
    entry: inventory.InventoryDevice,
    collaborators: Collaborators,
    baseline: Manifest | None = None,
    login: tuple[str, ...] = (),
) -> DeviceSession:
    """Return a session for reading, with the lease held and a transcript outside of any run."""
    name = new_id(collaborators.clock.utc())
    masker = masker_for(collaborators, entry)
    return DeviceSession(
        entry,
        collaborators.secrets,
        expected=Expected.of(entry.expect, baseline, login),
        trust=Policy.load(collaborators.home.path).trusting(replace(collaborators.trust, any_device=False)),
        access=collaborators.access,
        events=collaborators.events,
        tape=Transcripts(collaborators.home.transcripts, name, masker).begin,
        masker=masker,
        clock=collaborators.clock,
        pastes=collaborators.home.pastes,
        lease=lambda: _lease(entry, collaborators, name),
        reopen=READ_AGAIN,
    )


def _lease(entry: inventory.InventoryDevice, collaborators: Collaborators, name: str) -> AbstractContextManager[object]:
    """Return the lease for reading; a full disk must not block access to the device."""
    try:
        return Lease.take(
            collaborators.home.leases, entry.name, run=name, operator=collaborators.operator, clock=collaborators.clock
        )
    except GuardStopped as error:
        if not isinstance(error.__cause__, OSError) or isinstance(error.__cause__, BlockingIOError):
            raise
        collaborators.events.emit(WARNING, f"{error}; continued without a lease", device=entry.name)
        return nullcontext()
