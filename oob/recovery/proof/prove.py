"""Prove a recovery from what the device shows: configuration, routes, neighbours, prefixes, pings.

The output of a rollback command proves nothing. Routes are read again until they equal the baseline or time is up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any

import oob.recovery.record.events as events
from oob.backup.difference import LineDifference
from oob.backup.folder import CONFIGURATION, NEIGHBOURS_TEXT, ROUTES_TEXT, Backup
from oob.clock import Clock
from oob.deadline import Deadline
from oob.device.agreement import ENOUGH, READINGS
from oob.device.device import Device
from oob.device.table_check.comparison import KnownTable
from oob.device.table_check.confidence import ByteLimit, Confidence
from oob.device.table_check.levels import compare
from oob.errors import DataError, DeviceError, RouteError, UsageError
from oob.inventory import device as inventory
from oob.profile.model import Profile
from oob.recovery.context import RunOptions
from oob.recovery.ladder.difference import differences, kept_like, read_like
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.afford import afford
from oob.routing.diff import Group, RouteDiff, diff
from oob.routing.rules import IgnoreRule, VrfPrefix
from oob.routing.summary import can_sum_up
from oob.routing.table import RouteTable
from oob.secret.masking import mask_configuration

PAUSE = 1.0
SHOWN = 50  # lines of a long list that the journal keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTarget:
    """The target of a proof. Without a *baseline* only the configuration counts.

    *prefixes*, *addresses* and *ignore* are the inventory's; *tolerate* matches configuration lines that may differ.
    *pause* is the time between two readings of routes that have not returned.
    """

    target: Backup
    baseline: Backup | None = None
    prefixes: tuple[inventory.Critical, ...] = ()
    addresses: tuple[inventory.Critical, ...] = ()
    ignore: tuple[inventory.RouteRule, ...] = ()
    tolerate: tuple[str, ...] = ()
    converge: float = 60.0
    pause: float = PAUSE

    @classmethod
    def of(cls, entry: inventory.InventoryDevice, options: RunOptions, target: Backup, baseline: Backup) -> ProofTarget:
        """Return what *entry* has to show once *target* is restored and the state is that of *baseline*."""
        return cls(
            target=target,
            baseline=baseline,
            prefixes=entry.critical_prefixes,
            addresses=entry.critical_addresses,
            ignore=entry.ignore_routes,
            tolerate=options.tolerate,
            converge=options.converge,
        )

    @property
    def places(self) -> tuple[VrfPrefix, ...]:
        """The critical prefixes, each in its VRF."""
        return tuple(VrfPrefix(each.vrf or "default", str(ip_network(each.target))) for each in self.prefixes)

    @property
    def ignored(self) -> tuple[IgnoreRule, ...]:
        """The changes of routes that the proof leaves out."""
        return tuple(
            IgnoreRule(network=ip_network(rule.prefix) if rule.prefix else None, vrf=rule.vrf, protocol=rule.protocol)
            for rule in self.ignore
            if rule != inventory.RouteRule()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The result of a proof, with every difference by name; *tolerated* lines may differ.

    *expected* counts the baseline's critical `prefixes` and `addresses`, and the `neighbours` and interfaces that were
    up.
    """

    target: str
    baseline: str
    lines: tuple[LineDifference, ...]
    tolerated: tuple[LineDifference, ...] = ()
    routes: RouteDiff | None = None
    routes_problem: str = ""
    silent: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    timer: str = ""
    rounds: int = 0
    seconds: float = 0.0
    expected: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_configured(self) -> bool:
        """Tell whether the configuration is the target's."""
        return not self.lines

    @property
    def is_proven(self) -> bool:
        """Tell whether everything is proven."""
        return not self.reasons

    @property
    def level(self) -> str:
        """The proof level of the routing table, empty where it was not compared or differs."""
        return self.routes.level if self.routes else ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons why it is not proven, one sentence each."""
        found = [f"configuration: {line}" for line in self.lines]
        found += [self.routes_problem] if self.routes_problem else []
        if self.routes and not self.routes.is_equal:
            found += self.routes.lines()
        found += [f"critical address {address}: no reply to ping" for address in self.silent]
        found += [f"neighbour or interface down: {neighbour}" for neighbour in self.lost]
        found += [self.timer] if self.timer else []
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """Return the proof as plain data; long lists are shortened and counted."""
        return {
            "target": self.target,
            "baseline": self.baseline,
            "proven": self.is_proven,
            "lines": [_line(line) for line in self.lines[:SHOWN]],
            "lines_differing": len(self.lines),
            "tolerated": [_line(line) for line in self.tolerated[:SHOWN]],
            "routes": _routes(self.routes),
            "routes_problem": self.routes_problem,
            "silent": list(self.silent),
            "lost": list(self.lost),
            "timer": self.timer,
            "rounds": self.rounds,
            "seconds": round(self.seconds, 3),
            "expected": dict(self.expected),
        }

    def counts(self) -> dict[str, int]:
        """Return how many of the *expected* things are missing, by the same names, and how many lines differ."""
        return {
            "lines": len(self.lines),
            "prefixes": len(self.routes.must_have_missing) if self.routes else 0,
            "addresses": len(self.silent),
            "neighbours": len(self.lost),
        }


def prove(
    device: Device, proof_target: ProofTarget, clock: Clock, emit: Callable[..., object], *, limit: float
) -> Proof:
    """Return what *device* shows, within *limit* seconds and the time for routes to return."""
    started = clock.monotonic()
    seconds = Speed.of_device(device).to_read(proof_target.target, CONFIGURATION)
    emit(events.PROOF_CONFIGURATION, "read the configuration back", seconds=seconds)
    afford(device, proof_target.target, CONFIGURATION)
    proof = _read_back(device, proof_target, lambda: clock.monotonic() - started + seconds > limit)
    if proof_target.baseline is None or (proof.lines and proof_target.converge):
        # While the configuration differs, there is no point in waiting for routes.
        return replace(proof, seconds=clock.monotonic() - started)
    deadline = Deadline(min(proof_target.converge, max(0.0, limit)), clock.monotonic)
    rounds = 0
    is_first = True
    while True:
        rounds += 1
        counted = "" if deadline.is_over else _counted_otherwise(device, proof_target, proof_target.baseline, emit)
        if counted:
            proof = replace(proof, routes_problem=counted)
        else:
            proof = _forwarding(device, proof_target, proof_target.baseline, proof, is_first=is_first, emit=emit)
            is_first = False
            if proof.is_proven or deadline.is_over:
                return replace(proof, rounds=rounds, seconds=clock.monotonic() - started)
        emit(
            events.PROOF_WAITING,
            "not yet: " + "; ".join(proof.reasons)[:300],
            left=round(deadline.remaining(), 1),
            missing=proof.counts(),
            expected=dict(proof.expected),
        )
        clock.wait(min(proof_target.pause, deadline.remaining()))


def with_timer(device: Device, proof: Proof) -> Proof:
    """Return *proof*, not proven where a revert timer is armed: it would undo the proven state."""
    owner = device.timer_owner()
    if owner is None:
        return proof
    return replace(
        proof,
        timer=f"a revert timer{f' of {owner}' if owner else ''} is armed: the device reverts this unless confirmed",
    )


def judge(profile: Profile, proof_target: ProofTarget, observed: Backup) -> Proof:
    """Return the proof from a backup just taken, without asking the device again; addresses are not pinged."""
    proof = _configuration(profile, proof_target, kept_like(profile, proof_target.target, observed))
    if proof_target.baseline is None:
        return proof
    lost = _lost(profile, proof_target.baseline, observed.neighbours_text)
    if observed.manifest.routes is None:
        return replace(proof, routes_problem="the routing table could not be read", lost=lost)
    return replace(proof, routes=_difference(proof_target, proof_target.baseline, observed.table), lost=lost)


def neighbours_up(profile: Profile, text: str) -> tuple[str, ...]:
    """Return the neighbours and interfaces that are up in *text*, each by its names."""
    found = (
        " ".join(group for group in match.groups() if group)
        for query in profile.neighbours
        if query.up
        for match in re.finditer(query.up, text, re.MULTILINE)
    )
    return tuple(dict.fromkeys(found))


def silent_addresses(device: Device, addresses: Iterable[inventory.Critical]) -> tuple[str, ...]:
    """Return those of *addresses* that do not reply to a ping from the device."""
    return tuple(
        f"{critical.target}{f' in {critical.vrf}' if critical.vrf else ''}"
        for critical in addresses
        if not device.ping(critical.target, critical.vrf)
    )


def _read_back(device: Device, proof_target: ProofTarget, is_late: Callable[[], bool]) -> Proof:
    """Return the proof of the configuration: a difference counts once two readings show the same one.

    A reading without a difference is verified by the target itself.
    """
    seen: list[Proof] = []
    while len(seen) < ENOUGH or (len(seen) < READINGS and not is_late()):
        proof = _configuration(device.profile, proof_target, read_like(device, proof_target.target))
        if not proof.lines or any(proof.lines == earlier.lines for earlier in seen):
            return proof
        seen.append(proof)
    return min(seen, key=lambda proof: len(proof.lines))


def _configuration(profile: Profile, proof_target: ProofTarget, actual: str) -> Proof:
    found = differences(profile, proof_target.target.configuration, actual)
    tolerated = tuple(line for line in found if any(re.search(pattern, line.line) for pattern in proof_target.tolerate))
    return Proof(
        target=proof_target.target.manifest.id,
        baseline=proof_target.baseline.manifest.id if proof_target.baseline else "",
        lines=tuple(_shown(profile, line) for line in found if line not in tolerated),
        tolerated=tuple(_shown(profile, line) for line in tolerated),
        expected=_expected(profile, proof_target),
    )


def _expected(profile: Profile, proof_target: ProofTarget) -> dict[str, int]:
    if proof_target.baseline is None:
        return {}
    return {
        "prefixes": len(proof_target.prefixes),
        "addresses": len(proof_target.addresses),
        "neighbours": len(neighbours_up(profile, proof_target.baseline.neighbours_text)),
    }


def _shown(profile: Profile, line: LineDifference) -> LineDifference:
    """Return *line* without its secret values; that they differ stays visible."""
    text = "\n".join(" " * depth + words for depth, words in enumerate((*line.parents, line.line)))
    *parents, last = (words.strip() for words in mask_configuration(text, profile.secrets).split("\n"))
    return replace(line, parents=tuple(parents), line=last)


def _forwarding(
    device: Device,
    proof_target: ProofTarget,
    baseline: Backup,
    proof: Proof,
    *,
    is_first: bool,
    emit: Callable[..., object],
) -> Proof:
    """Check again the parts that were not proven the last time."""
    speed = Speed.of_device(device)
    if is_first or proof.routes_problem or (proof.routes and not proof.routes.is_equal):
        emit(events.PROOF_ROUTES, "read the routing tables", seconds=speed.to_read(baseline, ROUTES_TEXT))
        proof = _read_routes(device, proof_target, baseline, proof)
    if is_first or proof.lost:
        emit(events.PROOF_NEIGHBOURS, "read the neighbours", seconds=speed.to_read(baseline, NEIGHBOURS_TEXT))
        proof = replace(proof, lost=_lost(device.profile, baseline, device.neighbours()))
    if is_first or proof.silent:
        for critical in proof_target.addresses:
            emit(events.PROOF_PING, f"ping {critical.target} from the device")
        proof = replace(proof, silent=silent_addresses(device, proof_target.addresses))
    return proof


def _counted_otherwise(device: Device, proof_target: ProofTarget, baseline: Backup, emit: Callable[..., object]) -> str:
    """Return how the route counts differ, on a byte budget: the table is read only once the counts agree."""
    if proof_target.ignore or device.budget is None or not can_sum_up(device.platform):
        return ""
    table = baseline.table
    known = KnownTable(routes=table.routes, opaque=table.opaque)
    try:
        counted = compare(device, known, Confidence.SUMMARY_EQUAL, ByteLimit(), emit)
    except (DataError, DeviceError, UsageError):
        return ""  # then only the table itself can tell
    return "; ".join(counted.differences)


def _read_routes(device: Device, proof_target: ProofTarget, baseline: Backup, proof: Proof) -> Proof:
    afford(device, baseline, ROUTES_TEXT)
    try:
        table = device.routes()
    except RouteError as error:
        return replace(proof, routes=None, routes_problem=f"the routing table could not be read: {error}")
    return replace(proof, routes=_difference(proof_target, baseline, table), routes_problem="")


def _difference(proof_target: ProofTarget, baseline: Backup, table: RouteTable) -> RouteDiff:
    return diff(baseline.table, table, ignore=proof_target.ignored, must_have=proof_target.places)


def _lost(profile: Profile, baseline: Backup, text: str) -> tuple[str, ...]:
    there = set(neighbours_up(profile, text))
    return tuple(name for name in neighbours_up(profile, baseline.neighbours_text) if name not in there)


def _line(line: LineDifference) -> dict[str, Any]:
    return {"kind": line.kind, "parents": list(line.parents), "line": line.line}


def _routes(routes: RouteDiff | None) -> dict[str, Any] | None:
    if routes is None:
        return None
    lines = routes.lines()
    return {
        "equal": routes.is_equal,
        "level": routes.level,
        "lines_as_text": routes.lines_as_text,
        "counts": routes.counts,
        "missing": list(map(str, routes.must_have_missing)),
        "lines": list(lines[:SHOWN]),
        "ignored": routes.ignored,
        "groups": [_group(group) for group in routes.groups[:SHOWN]],
    }


def _group(group: Group) -> dict[str, Any]:
    found = group.as_json()
    return {**found, "prefixes": found["prefixes"][:SHOWN], "count": len(found["prefixes"])}
