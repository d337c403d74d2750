"""Attempts of a fleet that no revert timer of the device undoes: who has them, and the word that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from oob.fleet.document import FleetPlan, without_timer
from oob.fleet.member import FleetRefused
from oob.inventory.device import InventoryDevice
from oob.recovery.authority.authority import STRENGTH, Policy
from oob.recovery.context import RunOptions
from oob.recovery.question import Reply, TimedQuestion

MOST = 8  # names in one sentence
NEED = "begun only once a person agrees (oob fleet recover --yes)"


def said(devices: Mapping[str, Any]) -> list[str]:
    """Return for the *devices* of a plan's document which have attempts without a revert timer, as sentences."""
    lists = {name: (part.get("attempts", ()), part.get("unarmed", ())) for name, part in devices.items()}
    all_of_it = [name for name, known in lists.items() if without_timer(*known)]
    some = [name for name, (_, unarmed) in lists.items() if unarmed and name not in all_of_it]
    numbers = sorted({one for name in some for one in lists[name][1]})
    return [
        *([f"no revert timer at all: {named(all_of_it)}; {NEED}"] if all_of_it else []),
        *([f"no revert timer in attempt {', '.join(numbers)}: {named(some)}; {NEED}"] if some else []),
    ]


def settle(
    plan: FleetPlan,
    entries: Iterable[InventoryDevice],
    policy: Policy,
    options: RunOptions,
    agree: Callable[[TimedQuestion], Reply],
) -> RunOptions:
    """Return *options* with a person's word about attempts that have no revert timer; FleetRefused where it is missing.

    It is needed where a device has no other attempt. On the other devices the run asks when it comes to the attempt.
    """
    if not plan.no_timer:
        return options
    needs = f"{named(plan.no_timer)}: no attempt has a revert timer"
    if policy.unarmed == "approval":
        _check_approved(entries, plan.no_timer, policy, options)
        return options
    if options.allow_unarmed:
        return options
    question = TimedQuestion(
        text=f"{needs}: these devices do not revert by themselves, and a mistake may lock you out. Begin them?",
        seconds=60 * policy.reply_minutes,
        silence="nothing is begun",
    )
    reply = agree(question)
    if reply != "yes":
        raise FleetRefused(f"{needs}, and no person agreed to that ({reply}); --yes agrees, or leave them out")
    return replace(options, allow_unarmed=True)


def _check_approved(
    entries: Iterable[InventoryDevice], no_timer: Sequence[str], policy: Policy, options: RunOptions
) -> None:
    lacking = [
        entry.name
        for entry in entries
        if entry.name in no_timer
        and not (options.allow_unarmed and STRENGTH[policy.needed(entry)] >= STRENGTH["confirm"])
    ]
    if lacking:
        raise FleetRefused(
            f"{named(lacking)}: no attempt has a revert timer, and the policy requires an approval that covers it "
            "(--yes, persons: confirm or two)"
        )


def named(names: Sequence[str]) -> str:
    """Return *names*, cut where they are many."""
    return f"{', '.join(names[:MOST])}{f' and {len(names) - MOST} more' if len(names) > MOST else ''}"
