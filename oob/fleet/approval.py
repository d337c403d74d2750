"""The approval of a whole fleet: asked for once, checked before any device is begun, and given to every run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from oob.clock import Clock
from oob.errors import GuardStopped
from oob.fleet.document import FleetPlan
from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home
from oob.recovery.authority.approval import is_key
from oob.recovery.authority.authority import STRENGTH, Asking, Policy, check, confirm
from oob.recovery.authority.decision import Thresholds
from oob.recovery.authority.person import find
from oob.recovery.authority.scope import Scope
from oob.recovery.authority.used import UsedApprovals
from oob.recovery.context import RunOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetApproval:
    """The answer of the approver; empty where the policy requires none. If it *is_signed*, it is not a secret."""

    text: str = field(default="", repr=False)
    is_signed: bool = False


def obtain(
    home: Home,
    entries: Sequence[InventoryDevice],
    plan: FleetPlan,
    options: RunOptions,
    fleet: str,
    ask: Callable[[str], str],
    clock: Clock,
) -> FleetApproval:
    """Return the approval that the policy of *home* requires for *entries*; raises GuardStopped where it is missing.

    Each device's authoriser is checked; the approver is asked once, for the whole *plan*.
    """
    policy, thresholds = Policy.load(home.path), Thresholds.load(home.path)
    scope = Scope.of_fleet(plan.sha256, options)
    options = replace(options, plan=plan.sha256, plan_signer=plan.signer)
    answers: list[str] = []

    def once(name: str) -> str:
        if not answers:
            command = f"oob approve {scope.device} --key KEY --request {scope.request()}"
            answers.append(ask(f"{name}: passphrase, or approval of the whole plan ({command})"))
        return answers[0]

    used = UsedApprovals(home.path, fleet, scope.device, clock)
    asking = Asking(ask=once, scope=scope, used=used, clock=clock)
    for entry in _one_of_each(entries, policy):
        check(entry, policy, thresholds, options, asking)
        if policy.needed(entry) == "confirm":
            confirm(entry, policy, options, asking)
    if not answers:
        return FleetApproval()
    known = find(options.seconded_by, policy.seconds)
    if not known:
        raise GuardStopped(f"{options.seconded_by} may not approve")
    return FleetApproval(text=answers[0], is_signed=is_key(policy.seconds[known]))


def _one_of_each(entries: Sequence[InventoryDevice], policy: Policy) -> Sequence[InventoryDevice]:
    """Return one device for each set of authorisers and each requirement of the policy, the strictest first."""
    kinds = {(entry.authorised, policy.needed(entry)): entry for entry in entries}
    return sorted(kinds.values(), key=lambda entry: -STRENGTH[policy.needed(entry)])
