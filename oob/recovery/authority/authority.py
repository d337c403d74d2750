"""By whose word a device is recovered: what the policy of a home demands, and whether it has been given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from oob import durable
from oob.errors import GuardStopped, UsageError
from oob.inventory.device import Device
from oob.recovery.authority.approval import fingerprint, is_key, nonce_of, objection
from oob.recovery.authority.decision import Thresholds, decide, figures
from oob.recovery.authority.person import canonical, find
from oob.recovery.authority.scope import Scope
from oob.recovery.authority.used import UsedApprovals
from oob.recovery.clock import Clock
from oob.recovery.context import RunOptions
from oob.recovery.fault import first_fault

NAME = "policy.yaml"
Persons = Literal["none", "one", "confirm", "two"]
STRENGTH: Mapping[Persons, int] = {"none": 0, "one": 1, "confirm": 2, "two": 3}


class Policy(BaseModel):
    """Whose word is needed: of nobody, one person or two; the strictest of a device, its groups and the rest counts.

    With `two` nothing is done before the second person has agreed. With `confirm` one may begin, and the second has
    to confirm it within *minutes* before anything is changed. *seconds* are those who may, each with what
    `oob approve --enrol` made of a passphrase or a key; an approval is good for *minutes*. With *emergency* one person
    is enough while figures are beyond the critical thresholds.

    *neighbour_down* says what becomes of a proven configuration whose routes wait for a neighbour that is down; without
    it, it is kept where no line differs by permission and no critical prefix hangs on this device alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    persons: Persons = "none"
    groups: dict[str, Persons] = {}
    devices: dict[str, Persons] = {}
    seconds: dict[str, str] = {}
    minutes: Annotated[float, Field(gt=0)] = 30
    emergency: bool = False
    neighbour_down: Literal["", "keep", "revert"] = ""

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
        """Return the policy of *home*, the one that demands nothing where there is none."""
        path = home / NAME
        try:
            return cls.model_validate(yaml.safe_load(durable.read_file(path).decode()) or {})
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            raise UsageError(f"{path}: cannot be used: {first_fault(error)}") from None
        except (OSError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise UsageError(f"{path}: cannot be used: {' '.join(str(error).split())[:300]}") from error

    def needed(self, entry: Device) -> Persons:
        """Return how many persons have to agree for this device."""
        said = (
            self.persons,
            self.devices.get(entry.name, "none"),
            *(self.groups.get(group, "none") for group in entry.groups),
        )
        return max(said, key=STRENGTH.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """By whose word it is done, in a sentence, and as how many *persons* that counts."""

    text: str
    persons: Persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The question to the second approver: *ask* gives what the person named types, a passphrase or an approval.

    A wrong one is asked for again, *tries* times in all. *scope* is what is approved, *used* the record of approvals,
    of which each is good for one run.
    """

    ask: Callable[[str], str]
    scope: Scope
    used: UsedApprovals
    clock: Clock
    tries: int = 1


def check(
    entry: Device,
    policy: Policy,
    thresholds: Thresholds,
    options: RunOptions,
    asking: Asking,
    *,
    had: Persons = "none",
) -> Authorisation:
    """Return by whose word it is done; raises GuardStopped where the word that is needed is missing.

    What a run *had* when it began is not asked for again, as long as the policy does not demand more by now.
    """
    needed = policy.needed(entry)
    by = options.authorised_by
    if needed == "none" and not by:
        return Authorisation(text="no authority is asked for by the policy", persons="none")
    if not by or not options.reason:
        raise GuardStopped(f"{entry.name} is recovered by somebody's word only: say by whose, and the reason")
    if entry.authorised and not find(by, entry.authorised):
        raise GuardStopped(
            f"{by} is not among those who may have {entry.name} recovered: {', '.join(entry.authorised)}"
        )
    if had != "none" and STRENGTH[had] >= STRENGTH[needed]:
        return Authorisation(text=f"by the word of {by}, as when it began: {options.reason}", persons=had)
    if STRENGTH[needed] <= STRENGTH["one"]:
        return Authorisation(text=f"authorised by {by}: {options.reason}", persons="one")
    if options.emergency:
        return Authorisation(text=_emergency(entry, policy, thresholds, options), persons=needed)
    second = _second(entry, policy, options)
    if needed == "confirm":
        text = f"authorised by {by}, to be confirmed by {second} before anything is changed: {options.reason}"
        return Authorisation(text=text, persons="one")
    _check_second(entry, policy, options, asking)
    return Authorisation(text=f"authorised by {by}, seconded by {second}: {options.reason}", persons="two")


def confirm(entry: Device, policy: Policy, options: RunOptions, asking: Asking) -> Authorisation:
    """Return that the second person has confirmed it; raises GuardStopped where that is not so, or came too late."""
    started = asking.clock.monotonic()
    second = _second(entry, policy, options)
    _check_second(entry, policy, options, asking)
    if asking.clock.monotonic() - started > 60 * policy.minutes:
        raise GuardStopped(f"{second} has not confirmed it within {policy.minutes:g} minutes; nothing was changed")
    return Authorisation(text=f"confirmed by {second}", persons="confirm")


def _emergency(entry: Device, policy: Policy, thresholds: Thresholds, options: RunOptions) -> str:
    if not policy.emergency:
        raise GuardStopped(f"{entry.name}: the policy knows no emergency in which one person is enough")
    decision = decide(figures(options.emergency), thresholds)
    if not decision.is_emergency:
        raise GuardStopped(
            f"{entry.name}: {options.emergency} is no emergency by the thresholds: a second person is needed"
        )
    return f"emergency, by {options.authorised_by} alone ({'; '.join(decision.reasons)}): {options.reason}"


def _second(entry: Device, policy: Policy, options: RunOptions) -> str:
    """Return the second approver as the policy spells the name; raises GuardStopped where that is the authoriser."""
    second, by = options.seconded_by, options.authorised_by
    if not canonical(second) or canonical(second) == canonical(by):
        raise GuardStopped(f"{entry.name} needs the word of two persons: another one has to second it")
    known = find(second, policy.seconds)
    if not known:
        raise GuardStopped(f"{second} is not among those who may second: {', '.join(policy.seconds) or 'nobody is'}")
    return known


def _check_second(entry: Device, policy: Policy, options: RunOptions, asking: Asking) -> None:
    second, by = _second(entry, policy, options), find(options.authorised_by, policy.seconds)
    valid = timedelta(minutes=policy.minutes)
    known, own = policy.seconds[second], policy.seconds.get(by, "")
    try:
        if own and is_key(known) and is_key(own) and fingerprint(known) == fingerprint(own):
            raise GuardStopped(f"{by} and {second} have one key, so they count as one person; nothing was done")
        typed, wrong = _typed(second, known, asking, valid)
        now = asking.clock.utc()
        if not wrong and own and not is_key(own) and not objection(own, typed, asking.scope, now, valid):
            wrong = f"{by} has the same passphrase, so they count as one person"
    except ValueError as error:
        raise UsageError(f"{NAME}: what is kept of {second} or {by or second} cannot be read") from error
    if not wrong and is_key(known):
        wrong = asking.used.use(nonce_of(typed), second)
    if wrong:
        raise GuardStopped(f"that is not the word of {second}: {wrong}; nothing was done")


def _typed(second: str, known: str, asking: Asking, valid: timedelta) -> tuple[str, str]:
    """Return what *second* types, asked again where it is wrong, and what is wrong with the last try."""
    wrong = ""
    for number in range(asking.tries):
        typed = asking.ask(f"{second} ({wrong}; try {number + 1} of {asking.tries})" if wrong else second)
        wrong = objection(known, typed, asking.scope, asking.clock.utc(), valid)
        if not wrong:
            break
    return typed, wrong
