"""By whose word a device is recovered: what the policy of a home demands, and whether it has been given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from oob.clock import Clock
from oob.device.identity import Trust
from oob.errors import GuardStopped, UsageError
from oob.inventory.device import InventoryDevice
from oob.recovery.authority.approval import fingerprint, is_key, is_made_by, nonce_of, objection
from oob.recovery.authority.decision import Thresholds, decide, figures
from oob.recovery.authority.impact import Breaker, ImpactLimits
from oob.recovery.authority.person import canonical, find
from oob.recovery.authority.scope import Scope
from oob.recovery.authority.used import UsedApprovals
from oob.recovery.context import RunOptions
from oob.yaml_file import load

NAME = "policy.yaml"
Persons = Literal["none", "one", "confirm", "two"]
STRENGTH: Mapping[Persons, int] = {"none": 0, "one": 1, "confirm": 2, "two": 3}


class Policy(BaseModel):
    """The policy of a home: how many persons must agree; the strictest of a device, its groups and the default counts.

    With `two` nothing is done before the approver has agreed. With `confirm` one person may begin, and the approver
    must confirm within *minutes* before anything is changed. *seconds* are the approvers, each with what `oob approve
    --enrol` made of a passphrase or a key; an approval is valid for *minutes*. *emergency* allows the emergency
    override: one person suffices while figures are beyond the critical thresholds.

    *neighbour_down* decides about a proven configuration whose routes wait for a neighbour that is down; without
    it, it is kept where no line differs by permission and no critical prefix hangs on this device alone.

    With *unknown_console* `refuse` no credential is typed at a console that shows no hostname.

    With *plan* `required` nothing is recovered without a plan document that an approver has signed or approved. An
    attempt without a revert timer needs a person to agree (*unarmed* `agree`), or the approver. With *confirm* `person`
    a proven change is confirmed only once a person agrees. Beyond the limits of *impact*,
    and once the circuit *breaker* has tripped, the next attempt needs a person. A question is open for *reply_minutes*.
    *silence* says whether `oob guard` then starts the recovery.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    persons: Persons = "none"
    groups: dict[str, Persons] = {}
    devices: dict[str, Persons] = {}
    seconds: dict[str, str] = {}
    minutes: Annotated[float, Field(gt=0)] = 30
    emergency: bool = False
    neighbour_down: Literal["", "keep", "revert"] = ""
    plan: Literal["", "required"] = ""
    unknown_console: Literal["allow", "refuse"] = "allow"
    unarmed: Literal["agree", "approval"] = "agree"
    confirm: Literal["proof", "person"] = "proof"
    impact: ImpactLimits = ImpactLimits()
    breaker: Breaker | None = None
    silence: Literal["go", "stop"] = "stop"
    reply_minutes: Annotated[float, Field(gt=0)] = 2

    @field_validator("seconds")
    @classmethod
    def _check_names(cls, seconds: dict[str, str]) -> dict[str, str]:
        """Refuse two spellings of one name: which of them counts would be a guess."""
        known: dict[str, str] = {}
        for name in seconds:
            if other := known.get(canonical(name)):
                raise ValueError(f"{other} and {name} are one person")
            known[canonical(name)] = name
        return seconds

    @classmethod
    def load(cls, home: Path) -> Policy:
        """Return the policy of *home*; without one, the policy that requires nothing."""
        return load(home / NAME, cls, cls(), cls.model_fields)

    def trusting(self, trust: Trust) -> Trust:
        """Return *trust* as far as the policy allows it."""
        return replace(trust, needs_name=self.unknown_console == "refuse")

    @property
    def confirm_seconds(self) -> float:
        """The seconds that a person has for confirming a proven change; 0 where the proof is enough."""
        return 60 * self.reply_minutes if self.confirm == "person" else 0.0

    def needed(self, entry: InventoryDevice) -> Persons:
        """Return how many persons must agree for this device."""
        said = (
            self.persons,
            self.devices.get(entry.name, "none"),
            *(self.groups.get(group, "none") for group in entry.groups),
        )
        return max(said, key=STRENGTH.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """Who authorised a run, in a sentence, and as how many *persons* that counts."""

    text: str
    persons: Persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The question to the approver: *ask* returns what the person named types, a passphrase or an approval.

    A wrong answer is asked for again, *tries* times in all. *scope* is what an approval covers, *used* the record of
    approvals, each valid for one run.
    """

    ask: Callable[[str], str]
    scope: Scope
    used: UsedApprovals
    clock: Clock
    tries: int = 1


def check(
    entry: InventoryDevice,
    policy: Policy,
    thresholds: Thresholds,
    options: RunOptions,
    asking: Asking,
    *,
    had: Persons = "none",
) -> Authorisation:
    """Return who authorised the run; raises GuardStopped where the policy requires more.

    The authority that a run *had* when it began is not asked for again, unless the policy requires more by now.
    """
    needed = policy.needed(entry)
    by = options.authorised_by
    override = _check_plan(entry, policy, thresholds, options)
    if needed == "none" and not by and not override:
        return Authorisation(text="the policy requires no authority", persons="none")
    if not by or not options.reason:
        raise GuardStopped(f"{entry.name}: the policy requires --authorised-by NAME and --reason TEXT")
    if entry.authorised and not find(by, entry.authorised):
        raise GuardStopped(
            f"{by} may not authorise a recovery of {entry.name}; these may (--authorised-by): "
            f"{', '.join(entry.authorised)}"
        )
    if had != "none" and STRENGTH[had] >= STRENGTH[needed]:
        return Authorisation(text=f"authorised by {by}, as when the run began: {options.reason}", persons=had)
    if STRENGTH[needed] <= STRENGTH["one"]:
        return Authorisation(text=override or f"authorised by {by}: {options.reason}", persons="one")
    if options.emergency:
        return Authorisation(text=override or _emergency(entry, policy, thresholds, options), persons=needed)
    second = _second(entry, policy, options)
    if needed == "confirm":
        text = f"authorised by {by}, to be confirmed by {second} before anything is changed: {options.reason}"
        return Authorisation(text=text, persons="one")
    _check_second(entry, policy, options, asking)
    return Authorisation(text=f"authorised by {by}, approved by {second}: {options.reason}", persons="two")


def confirm(entry: InventoryDevice, policy: Policy, options: RunOptions, asking: Asking) -> Authorisation:
    """Return the approver's confirmation; raises GuardStopped where it is missing or late."""
    started = asking.clock.monotonic()
    second = _second(entry, policy, options)
    _check_second(entry, policy, options, asking)
    if asking.clock.monotonic() - started > 60 * policy.minutes:
        raise GuardStopped(
            f"{second} has not confirmed within {policy.minutes:g} minutes; nothing was changed (oob recover asks anew)"
        )
    return Authorisation(text=f"confirmed by {second}", persons="confirm")


def _check_plan(entry: InventoryDevice, policy: Policy, thresholds: Thresholds, options: RunOptions) -> str:
    """Raise GuardStopped without the approved plan that the policy requires; return the override where one is used.

    A plan is approved by the signature of an enrolled approver other than the authoriser, or by the approval that the
    policy requires anyway, which covers the plan's hash.
    """
    if policy.plan != "required":
        return ""
    signer = next((name for name, known in policy.seconds.items() if is_made_by(known, options.plan_signer)), "")
    if options.plan and signer and canonical(signer) != canonical(options.authorised_by):
        return ""
    if options.emergency:
        return f"no approved plan: {_emergency(entry, policy, thresholds, options)}"
    if not options.plan:
        raise GuardStopped(f"{entry.name}: the policy requires an approved plan (--plan FILE; see oob plan -o)")
    if STRENGTH[policy.needed(entry)] < STRENGTH["confirm"]:
        who = f"signed by {signer}, who also authorises the run" if signer else "not signed by an enrolled approver"
        raise GuardStopped(
            f"{entry.name}: the policy requires an approved plan, and this one is {who} (oob plan -o FILE --sign KEY)"
        )
    return ""


def _emergency(entry: InventoryDevice, policy: Policy, thresholds: Thresholds, options: RunOptions) -> str:
    if not policy.emergency:
        raise GuardStopped(
            f"{entry.name}: the policy forbids the emergency override (--emergency); --approver names an approver"
        )
    decision = decide(figures(options.emergency), thresholds)
    if not decision.is_emergency:
        raise GuardStopped(
            f"{entry.name}: {options.emergency} is within the thresholds (oob decide): --approver NAME is required"
        )
    return f"emergency, by {options.authorised_by} alone ({'; '.join(decision.reasons)}): {options.reason}"


def _second(entry: InventoryDevice, policy: Policy, options: RunOptions) -> str:
    """Return the approver as the policy spells the name; raises GuardStopped where that is the authoriser."""
    second, by = options.seconded_by, options.authorised_by
    if not canonical(second) or canonical(second) == canonical(by):
        raise GuardStopped(f"{entry.name}: the policy requires an approver other than the authoriser (--approver NAME)")
    known = find(second, policy.seconds)
    if not known:
        these = ", ".join(policy.seconds) or "none is enrolled (oob approve DEVICE --enrol)"
        raise GuardStopped(f"{second} may not approve; these may (--approver): {these}")
    return known


def _check_second(entry: InventoryDevice, policy: Policy, options: RunOptions, asking: Asking) -> None:
    second, by = _second(entry, policy, options), find(options.authorised_by, policy.seconds)
    valid = timedelta(minutes=policy.minutes)
    known, own = policy.seconds[second], policy.seconds.get(by, "")
    try:
        if own and is_key(known) and is_key(own) and fingerprint(known) == fingerprint(own):
            raise GuardStopped(f"{by} and {second} have the same key, so they count as one person; nothing was done")
        typed, wrong = _typed(second, known, asking, valid)
        now = asking.clock.utc()
        if not wrong and own and not is_key(own) and not objection(own, typed, asking.scope, now, valid):
            wrong = f"{by} has the same passphrase, so they count as one person"
    except ValueError as error:
        raise UsageError(f"{NAME}: the enrolment of {second} or {by or second} cannot be read") from error
    if not wrong and is_key(known):
        wrong = asking.used.use(nonce_of(typed), second)
    if wrong:
        raise GuardStopped(
            f"{second}'s approval is not valid: {wrong}; nothing was done (oob approve {entry.name} makes one)"
        )


def _typed(second: str, known: str, asking: Asking, valid: timedelta) -> tuple[str, str]:
    """Return what *second* types, asked again where it is wrong, and the fault of the last try."""
    wrong = ""
    for number in range(asking.tries):
        typed = asking.ask(f"{second} ({wrong}; try {number + 1} of {asking.tries})" if wrong else second)
        wrong = objection(known, typed, asking.scope, asking.clock.utc(), valid)
        if not wrong:
            break
    return typed, wrong
