"""The post-recovery checks, made on the device and written to the journal of the run.

Nothing is concluded from what the run did: each point is checked anew, so the checks can be made hours later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.deadline import Deadline
from oob.device.device import Device
from oob.device.dialogue import kept
from oob.errors import OobError, UsageError
from oob.inventory import device as inventory
from oob.profile.filling import filled
from oob.profile.model import Saved
from oob.recovery.after.own import from_here, on_device, own_checks
from oob.recovery.after.point import Point
from oob.recovery.api import reopened, visit
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder import hazard
from oob.recovery.proof.health import CheckState, HealthReport, examine
from oob.recovery.proof.prove import Proof, ProofTarget, prove
from oob.recovery.record.journal import Journal
from oob.recovery.run.preflight import upgrades
from oob.recovery.run.preparation import EDITS
from oob.transport.opening import open_url

OPEN = 10.0
SERVICE = 90.0  # seconds in which a device has asked all its servers, and timed out on the silent ones
InBand = Callable[[], tuple[bool, str]]


def go_through(
    run: str, entry: inventory.InventoryDevice, collaborators: Collaborators, in_band: InBand | None = None
) -> tuple[Point, ...]:
    """Run the post-recovery checks for the device of *run*, record and return them; changes nothing on the device.

    *in_band* asks the device over its management network, and returns whether it answered and its answer. Raises
    UsageError where the run has not ended, or restored no backup.
    """
    with reopened(run, entry, collaborators) as (record, _):
        state = record.state
        if not state.ended:
            raise UsageError(f"run {run} has not ended: resume it first")
        if not state.started.get("target"):
            raise UsageError(f"run {run} restored no backup, so there is nothing to compare {entry.name} with")
        catalogue = Catalogue(collaborators.home.backups)
        target, baseline = (catalogue.find(entry.name, str(state.started[role])) for role in ("target", "baseline"))
        record.note(events.AFTER_STARTED, f"post-recovery checks of {entry.name}")
        found = []
        tolerate = tuple(state.started.get("choices", {}).get("tolerate", ()))
        looking = Aftercare(entry, collaborators, target, baseline, tolerate)
        for point in (*looking.points(in_band), *_left_behind(record.journal)):
            record.note(events.AFTER_CHECKED, point.text, marks={"standing": point.standing}, why=point.why)
            found.append(point)
        wrong = sum(point.standing == "no" for point in found)
        record.note(events.AFTER_FINISHED, f"{wrong} of {len(found)} points failed", marks={"wrong": wrong})
    return tuple(found)


class Aftercare:
    """Checks every point of the list."""

    def __init__(
        self,
        entry: inventory.InventoryDevice,
        collaborators: Collaborators,
        target: Backup,
        baseline: Backup,
        tolerate: tuple[str, ...],
    ) -> None:
        self._entry = entry
        self._means = collaborators
        self._target = target
        self._baseline = baseline
        self._tolerate = tolerate
        self._own = own_checks(collaborators.home.path, entry)

    def points(self, in_band: InBand | None) -> Iterator[Point]:
        """Yield the points: first those checked on the console, then the other paths."""
        with visit(self._entry, self._means, self._baseline.manifest, kept(self._baseline.facts)) as device:
            yield from self._on_console(device)
            used = device.path
        yield from self._paths(used)
        yield from from_here(self._means.home.path, self._own, self._means.clock)
        yield _in_band(in_band)

    def _on_console(self, device: Device) -> Iterator[Point]:
        facts = device.facts()
        yield _point("the software is the baseline's", *upgrades(facts, self._baseline))
        owner = device.timer_owner()
        yield _point("no revert timer is armed", *(() if owner is None else (f"of {owner or 'an unknown user'}",)))
        proof = self._proof(device)
        yield from _of_proof(proof)
        yield saved(device)
        yield from self._jobs(device, proof)
        for server in hazard.servers(device.profile, self._target):
            answers = device.ping(server.address, server.vrf)
            yield _point(f"{server} answers a ping", *(() if answers else ("no reply to ping",)))
        yield from services(device, self._target)
        yield from on_device(device, self._own)
        worse = examine(device, self._baseline, (), self._means.events.emit)
        yield _point("health is not worse than in the baseline", *_worse(worse))

    def _proof(self, device: Device) -> Proof:
        options = RunOptions(tolerate=self._tolerate, converge=0.0)
        proof_target = ProofTarget.of(self._entry, options, self._target, self._baseline)
        return prove(device, proof_target, self._means.clock, self._means.events.emit, limit=0.0)

    def _jobs(self, device: Device, proof: Proof) -> Iterator[Point]:
        jobs = ", ".join(hazard.jobs(device.profile, self._target))
        if jobs:
            why = () if proof.is_configured else ("the configuration differs from the target",)
            yield _point(f"scheduled jobs are configured: {jobs}", *why)

    def _paths(self, used: str) -> Iterator[Point]:
        """Yield a point for each path to the console; each is opened, and nothing is typed."""
        for path in self._entry.paths:
            try:
                with open_url(path.url, Deadline(OPEN), self._means.access) as transport:
                    text = f"path {path.name} to the console opens, {transport.path}"
                yield _point(text if transport.path != used else f"path {path.name} to the console works, {used}")
            except OobError as error:
                yield _point(f"path {path.name} to the console opens", str(error))


def _of_proof(proof: Proof) -> Iterator[Point]:
    yield _point("the configuration is the target's", *map(str, proof.lines))
    if not proof.is_configured:
        yield Point(text="routes, neighbours and critical addresses are restored", standing="not looked at")
        return
    routes = proof.routes.lines() if proof.routes and not proof.routes.is_equal else ()
    as_text = proof.routes.lines_as_text if proof.routes else 0
    text = "the routing table is the baseline's" + (f"; {as_text} lines compared as text" if as_text else "")
    yield _point(text, *filter(None, (proof.routes_problem,)), *routes)
    yield _point("neighbours and interfaces are up", *proof.lost)
    yield _point("critical addresses answer", *proof.silent)


def saved(device: Device) -> Point:
    """Return whether the configuration of *device* is saved, by the times that it shows."""
    text = "the configuration is saved to the start-up configuration"
    data = device.profile.configuration
    if data is None or (data.saved is None and data.save):
        return Point(text=text, standing="not looked at")
    if data.saved is None:
        return _point(text)
    said = device.run(data.saved.run).text
    changed, kept = (_time(pattern, data.saved, said) for pattern in (data.saved.changed, data.saved.kept))
    is_kept = changed is None or (kept is not None and kept >= changed)
    return _point(text, *(() if is_kept else (f"changed at {changed}, saved {f'at {kept}' if kept else 'never'}",)))


def services(device: Device, target: Backup) -> Iterator[Point]:
    """Yield the result of login and name lookups that the device makes itself, where its platform can."""
    for service in device.profile.services:
        for named in hazard.names_of(device.profile, service, target):
            command = (named.vrf and service.in_vrf) or service.run
            asked = filled(command, {"name": named.name, "vrf": named.vrf})
            said = device.run(asked, silence=SERVICE).text
            works = re.search(service.works, said, re.MULTILINE)
            about = service.about.replace("{name}", str(named))
            yield _point(about, *(() if works else (" ".join(said.split())[-200:],)))


def _time(pattern: str, data: Saved, text: str) -> datetime | None:
    match = re.search(pattern, text, re.MULTILINE)
    return datetime.strptime(" ".join(match.groups()), data.layout) if match else None


def _worse(health: HealthReport) -> list[str]:
    return [str(check) for check in health.checks if check.state is CheckState.WORSE]


def _in_band(ask: InBand | None) -> Point:
    text = "in-band management reaches the device"
    if ask is None:
        return Point(
            text=text, standing="not looked at", why="the inventory has no address for it, or NAPALM no driver"
        )
    is_back, said = ask()
    return Point(text=text, standing="yes" if is_back else "no", why=said)


def _left_behind(journal: Journal) -> Iterator[Point]:
    edits = journal.location.with_name(EDITS)
    if edits.is_file():
        why = f"kept in {edits.name}: give it to the operator who was working on the device"
        yield Point(text="uncommitted changes of another operator are restored", standing="no", why=why)


def _point(text: str, *why: str) -> Point:
    """Return a passed point, or a failed one with the reasons *why*."""
    shown = "; ".join(why[:5]) + (f" (and {len(why) - 5} more)" if len(why) > 5 else "")
    return Point(text=text, standing="no" if why else "yes", why=shown)
