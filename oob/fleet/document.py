"""The plan of a fleet as a document: drawn up from backups and inventory alone, sealed and signed like any plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from oob.backup import manifest as manifests
from oob.errors import OobError, UsageError
from oob.fault import first_fault
from oob.fleet.forecast import beyond_budgets, forecast
from oob.fleet.limits import FleetLimits
from oob.fleet.member import FleetRefused, Member, Way
from oob.fleet.rules import StopRules
from oob.fleet.waves import Waves, canaries, longest_chain, waves
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.profile.store import load
from oob.recovery.api import make_plan, plan_backups
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder import document as plans
from oob.recovery.ladder.document import PlanDocument
from oob.recovery.ladder.plan import undrilled
from oob.recovery.proof.afford import of_recovery
from oob.transport.url import parse

# What a plan for one device says and a recovery uses, or a person has to see; its commands are in `oob plan NAME`.
KEPT = (
    *("device", "platform", "change", "made", "profile", "target", "baseline", "choices"),
    *("rollback_window_minutes", "point_of_no_return", "cautions"),
)


class _WayPart(BaseModel):
    name: str
    via: str = ""
    resources: tuple[str, ...] = ()
    budget: int | None = None


class _DevicePart(BaseModel):
    site: str = ""
    tier: str = ""
    after: tuple[str, ...] = ()
    ways: tuple[_WayPart, ...] = ()
    seconds: float
    size: int
    attempts: tuple[str, ...] = ()
    unarmed: tuple[str, ...] = ()
    plan: dict[str, Any]


class _Rules(BaseModel):
    failed_in_wave: int | None
    failed_percent: float | None
    impact: int | None
    error_rate: float | None


class _FleetShape(BaseModel):
    made: str
    change: str
    waves: tuple[tuple[str, ...], ...]
    caps: dict[str, int]
    jobs: int
    rules: _Rules
    devices: dict[str, _DevicePart]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """A plan of a fleet, as its document says it. *parts* hold the plan of each device.

    *unarmed* are the attempts of a device that have no revert timer; *no_timer* are the devices that have no other.
    """

    sha256: str
    signer: str
    signature: Mapping[str, str]
    change: str
    waves: Waves
    members: Mapping[str, Member]
    parts: Mapping[str, Mapping[str, Any]]
    caps: Mapping[str, int]
    jobs: int
    rules: StopRules
    unarmed: Mapping[str, tuple[str, ...]]
    no_timer: tuple[str, ...]
    content: Mapping[str, Any]

    def part(self, name: str) -> PlanDocument:
        """Return the plan of one device, which the hash of the whole identifies."""
        return PlanDocument(content=self.parts[name], sha256=self.sha256, signer=self.signer)


def draw_up(
    entries: Sequence[InventoryDevice],
    collaborators: Callable[[InventoryDevice], Collaborators],
    options: RunOptions,
    *,
    limits: FleetLimits,
    rules: StopRules,
    chosen: Sequence[str] | None = None,
    persons: str,
    left_out: Mapping[str, str],
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the content of a plan for *entries*, without its hash; *chosen* canaries, else some are picked.

    *left_out* are chosen devices whose entry in the inventory cannot be used, each with the reason.

    Raises FleetRefused with every device that has no plan, or where devices need each other in a cycle.
    """
    parts, problems = {}, []
    for entry in entries:
        try:
            parts[entry.name] = _device(entry, collaborators(entry), options, by=by, now=now)
        except OobError as error:
            problems.append(f"{entry.name}: {str(error).removeprefix(f'{entry.name}: ')}")
    if problems:
        more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise FleetRefused(f"{len(problems)} of {len(entries)} devices have no plan: {'; '.join(problems[:5])}{more}")
    members = {name: _member(name, part) for name, part in parts.items()}
    order = waves(members.values(), canaries(members.values()) if chosen is None else chosen)
    caps = limits.caps(one for member in members.values() for way in member.ways for one in way.resources)
    return {
        "format": plans.FORMAT,
        "change": options.change,
        "made": manifests.utc(now),
        "by": by,
        **_expected(order, members, caps, limits),
        "authorisation": {"persons": persons},
        "left_out": dict(left_out),
        "rules": asdict(rules),
        "jobs": limits.jobs,
        "caps": caps,
        "waves": [list(wave) for wave in order],
        "devices": parts,
    }


def read(path: Path, *, signed_by: Path | None = None) -> FleetPlan:
    """Return the plan in *path*; raises PlanRefused where it is not a fleet's, was changed, or lacks the signature."""
    sealed = plans.unseal(path, signed_by=signed_by)
    if "devices" not in sealed.content:
        raise plans.PlanRefused(f"{path}: a plan of one device: oob recover --plan carries it out")
    try:
        shape = _FleetShape.model_validate(dict(sealed.content))
        for part in shape.devices.values():
            plans.validate(part.plan)
    except ValidationError as error:
        raise plans.PlanRefused(f"{path}: not a plan of a fleet: {first_fault(error)}") from None
    members = {name: _member(name, part.model_dump()) for name, part in shape.devices.items()}
    if sorted(name for wave in shape.waves for name in wave) != sorted(members):
        raise plans.PlanRefused(f"{path}: its waves are not made of its devices")
    return FleetPlan(
        sha256=sealed.sha256,
        signer=sealed.signer,
        signature=sealed.signature,
        change=shape.change,
        waves=shape.waves,
        members=members,
        parts={name: part.plan for name, part in shape.devices.items()},
        caps=shape.caps,
        jobs=shape.jobs,
        rules=StopRules(**shape.rules.model_dump()),
        unarmed={name: part.unarmed for name, part in shape.devices.items() if part.unarmed},
        no_timer=tuple(name for name, part in shape.devices.items() if without_timer(part.attempts, part.unarmed)),
        content=sealed.content,
    )


def without_timer(attempts: Sequence[str], unarmed: Sequence[str]) -> bool:
    """Tell whether none of the *attempts* of a device has a revert timer."""
    return bool(unarmed) and len(unarmed) == len(attempts)


def _device(
    entry: InventoryDevice, collaborators: Collaborators, options: RunOptions, *, by: str, now: datetime
) -> dict[str, Any]:
    """Return what the document says of one device."""
    profile = load(entry.platform)
    if (why := undrilled(profile)) and not options.allow_undrilled:
        raise UsageError(f"{why}; allow it with --yes")
    backups = plan_backups(entry, collaborators, options)
    plan = make_plan(entry, collaborators, options, backups)
    content = plans.draw_up(plan, entry, options, profile=profile, backups=backups, by=by, persons="none", now=now)
    first = plan.to_try[0].seconds if plan.to_try else 0.0
    return {
        "site": entry.site,
        "tier": entry.tier,
        "after": list(entry.after),
        "ways": [_way(entry, path) for path in entry.paths],
        "seconds": round(plan.preserve_seconds + first + plan.proof_seconds, 1),
        "size": of_recovery(*backups),
        "attempts": [attempt.title for attempt in plan.to_try],
        "unarmed": [f"{attempt.number} ({attempt.strategy})" for attempt in plan.to_try if not attempt.armed],
        "plan": {key: content[key] for key in KEPT},
    }


def resources(entry: InventoryDevice, path: ConsolePath) -> tuple[str, ...]:
    """Return what *path* shares with other devices: its console server and its carrier."""
    server = parse(path.url, entry.hosts.names if entry.hosts else {}).host
    return (*([f"server:{server}"] if server else []), *([f"carrier:{path.carrier}"] if path.carrier else []))


def _way(entry: InventoryDevice, path: ConsolePath) -> dict[str, Any]:
    shared = list(resources(entry, path))
    return {"name": path.name, "via": path.via or entry.via, "resources": shared, "budget": path.byte_budget}


def _member(name: str, part: Mapping[str, Any]) -> Member:
    return Member(
        name=name,
        platform=str(part["plan"]["platform"]),
        site=part["site"],
        tier=part["tier"],
        after=tuple(part["after"]),
        ways=tuple(Way(**{**way, "resources": tuple(way["resources"])}) for way in part["ways"]),
        seconds=part["seconds"],
        size=part["size"],
    )


def _expected(order: Waves, members: Mapping[str, Member], caps: Mapping[str, int], limits: FleetLimits) -> Any:
    times = forecast(order, members, caps, limits.jobs)
    chain = longest_chain(members.values())
    outside = sorted({need for member in members.values() for need in member.needs if need not in members})
    return {
        "expected": {
            "seconds": times[-1].ends if times else 0.0,
            "waves": [{"begins": one.begins, "ends": one.ends} for one in times],
            "longest_chain": list(chain),
            "longest_chain_seconds": round(sum(members[name].seconds for name in chain), 1),
        },
        "beyond_budgets": list(beyond_budgets(members, limits.budgets())),
        "assumed_working": outside,
    }
