"""The preflight checks: another operator's timer, held locks, silent upgrades, strategies that cannot work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from oob.backup.folder import CONFIGURATION, Backup
from oob.console.output import Output
from oob.device.checkpoint import Checkpoint
from oob.device.device import Device
from oob.device.facts import Facts
from oob.errors import GuardStopped, JournalError
from oob.profile.model import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """The result of the checks. *unmet* maps a strategy to the reason why it cannot work here."""

    checkpoints: tuple[Checkpoint, ...]
    unmet: dict[str, str]
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what a resume needs."""
        return {"checkpoints": [asdict(one) for one in self.checkpoints], "unmet": self.unmet}

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> Preflight:
        """Return the result of before: a checkpoint that an attempt has left since must not be rolled back to."""
        try:
            checkpoints = tuple(Checkpoint(**one) for one in known["checkpoints"])
        except TypeError as error:
            raise JournalError(f"the journal was written by an incompatible version: {error}") from error
        return cls(checkpoints=checkpoints, unmet=dict(known["unmet"]))


def look(device: Device, facts: Facts, target: Backup, baseline: Backup) -> Preflight:
    """Return what the device can do for a recovery; raises GuardStopped where another operator is changing it."""
    check_timer(device)
    others = check_holders(device)
    unmet = {
        name: reason
        for name, strategy in device.profile.strategies.items()
        if (reason := _first_unmet(device, strategy.when))
    }
    lacking = room_lacking(device, target)
    needed_by = device.profile.space.needed_by if device.profile.space and lacking else ()
    return Preflight(
        checkpoints=device.checkpoints(),
        unmet=unmet | dict.fromkeys(needed_by, lacking),
        warnings=(*upgrades(facts, baseline), *others, *cautions(device), *([lacking] if lacking else [])),
    )


def check_timer(device: Device) -> None:
    """Raise GuardStopped where a revert timer is armed: it belongs to a change that is not confirmed."""
    owner = device.timer_owner()
    if owner is None:
        return
    whose = f"of {owner}" if owner else "of another operator"
    raise GuardStopped(
        f"{device.hostname}: a revert timer {whose} is armed; "
        "let it expire, or confirm or revert it by hand, before the recovery"
    )


def check_holders(device: Device) -> tuple[str, ...]:
    """Return the concurrent sessions that do not block a recovery.

    Raises GuardStopped with the other operator where they hold what a recovery needs exclusively.
    """
    others = []
    for holder in device.profile.holders:
        for held in re.finditer(holder.held, device.run(holder.run).text, re.MULTILINE):
            sentence = f"{device.hostname}: {' '.join(held['by'].split())} {holder.reason}"
            if holder.stops:
                raise GuardStopped(sentence)
            others.append(sentence)
    return tuple(others)


def room_lacking(device: Device, target: Backup) -> str:
    """Return why the device has too little space for *target* and a copy of it; "" where it has enough."""
    space = device.profile.space
    if space is None:
        return ""
    needed = 2 * target.manifest.files[CONFIGURATION].size
    found = [int(match[1]) * space.unit for match in re.finditer(space.free, device.run(space.run).text, re.MULTILINE)]
    if not found or min(found) >= needed:
        return ""
    return f"the device has {max(0, min(found))} bytes of free space, and {needed} are needed"


def upgrades(facts: Facts, baseline: Backup) -> tuple[str, ...]:
    """Return how the software differs from that under which the baseline was taken."""
    manifest = baseline.manifest
    found = []
    if manifest.version and facts.version != manifest.version:
        found.append(
            f"silent upgrade: the device runs {facts.version}, the baseline {manifest.id} was taken under "
            f"{manifest.version}; the software may refuse lines of it"
        )
    known = baseline.facts.get("fingerprint")
    for name, were in known.items() if isinstance(known, dict) else ():
        are = facts.fingerprint.get(name, ())
        changed = [f"no longer {one}" for one in were if one not in are]
        changed += [f"now {one}" for one in are if one not in were]
        if changed:
            found.append(f"{name} changed since the baseline: {', '.join(changed)}")
    return tuple(found)


def cautions(device: Device) -> tuple[str, ...]:
    """Return the cautions of the profile that the device does not meet."""
    return tuple(
        f"{condition.reason}: {' '.join(output.text.split())[:200]}"
        for condition in device.profile.cautions
        if not _is_met(condition, output := _ask(device, condition))
    )


def _first_unmet(device: Device, conditions: tuple[Condition, ...]) -> str:
    return next((condition.reason for condition in conditions if not _is_met(condition, _ask(device, condition))), "")


def _ask(device: Device, condition: Condition) -> Output:
    if condition.state:
        device.console.go(condition.state)
    output = device.run(condition.run)
    device.console.go(device.profile.home_state)
    return output


def _is_met(condition: Condition, output: Output) -> bool:
    return re.search(condition.expect, output.text, re.MULTILINE) is not None
