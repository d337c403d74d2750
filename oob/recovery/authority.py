"""By whose word a device is recovered: what the policy of a home demands, and whether it has been given."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from oob.errors import GuardStopped, UsageError
from oob.inventory.device import Device
from oob.recovery.decision import Figures, Thresholds, decide
from oob.recovery.means import Choices

NAME = "policy.yaml"
Persons = Literal["none", "one", "two"]
STRENGTH = {"none": 0, "one": 1, "two": 2}
COST, BLOCK, LANES = 2**14, 8, 1  # scrypt


class Policy(BaseModel):
    """Whose word is needed: of nobody, one person or two; the strictest of a device, its groups and the rest counts.

    *seconds* are those who may second, with what `sealed` made of their passphrases. With *emergency* one person is
    enough while figures are beyond the critical thresholds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    persons: Persons = "none"
    groups: dict[str, Persons] = {}
    devices: dict[str, Persons] = {}
    seconds: dict[str, str] = {}
    emergency: bool = False

    @classmethod
    def load(cls, home: Path) -> Policy:
        """Return the policy of *home*, the one that demands nothing where there is none."""
        path = home / NAME
        try:
            return cls.model_validate(yaml.safe_load(path.read_text()) or {})
        except FileNotFoundError:
            return cls()
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise UsageError(f"{path}: cannot be used: {' '.join(str(error).split())[:300]}") from error

    def needed(self, entry: Device) -> Persons:
        """Return how many persons have to agree for this device."""
        said = (
            self.persons,
            self.devices.get(entry.name, "none"),
            *(self.groups.get(group, "none") for group in entry.groups),
        )
        return max(said, key=STRENGTH.__getitem__)


def check(entry: Device, policy: Policy, thresholds: Thresholds, choices: Choices, ask: Callable[[str], str]) -> str:
    """Return in a sentence by whose word it is done; raises GuardStopped where the word that is needed is missing.

    *ask* gives the passphrase of the person named, typed by that person.
    """
    needed = policy.needed(entry)
    by = choices.authorised_by
    if needed == "none" and not by:
        return "no authority is asked for by the policy"
    if not by or not choices.reason:
        raise GuardStopped(f"{entry.name} is recovered by somebody's word only: say by whose, and the reason")
    if entry.authorised and by not in entry.authorised:
        raise GuardStopped(
            f"{by} is not among those who may have {entry.name} recovered: {', '.join(entry.authorised)}"
        )
    if needed != "two":
        return f"authorised by {by}: {choices.reason}"
    if choices.emergency:
        return _emergency(entry, policy, thresholds, choices)
    _check_second(entry, policy, choices, ask)
    return f"authorised by {by}, seconded by {choices.seconded_by}: {choices.reason}"


def sealed(passphrase: str) -> str:
    """Return what a policy keeps of a passphrase."""
    salt = secrets.token_bytes(16)
    return f"{_text(salt)}:{_text(_derived(passphrase, salt))}"


def _emergency(entry: Device, policy: Policy, thresholds: Thresholds, choices: Choices) -> str:
    if not policy.emergency:
        raise GuardStopped(f"{entry.name}: the policy knows no emergency in which one person is enough")
    decision = decide(figures(choices.emergency), thresholds)
    if not decision.is_emergency:
        raise GuardStopped(
            f"{entry.name}: {choices.emergency} is no emergency by the thresholds: a second person is needed"
        )
    return f"emergency, by {choices.authorised_by} alone ({'; '.join(decision.reasons)}): {choices.reason}"


def figures(text: str) -> Figures:
    """Return the figures in a text like `availability=80,duration=12`; raises UsageError."""
    known = {field.name for field in fields(Figures)}
    given: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        try:
            given[name] = float(value)
        except ValueError:
            raise UsageError(f"{part.strip()!r} is no figure; write availability=80") from None
    if unknown := sorted(set(given) - known):
        raise UsageError(f"there is no figure {unknown[0]}; there are {', '.join(sorted(known))}")
    return _figures(given)


def _figures(given: Mapping[str, float]) -> Figures:
    values = {name: value for name, value in given.items() if name != "corruption"}
    return Figures(corruption=bool(given.get("corruption")), **values)


def _check_second(entry: Device, policy: Policy, choices: Choices, ask: Callable[[str], str]) -> None:
    second = choices.seconded_by
    if not second or second == choices.authorised_by:
        raise GuardStopped(f"{entry.name} needs the word of two persons: another one has to second it")
    if second not in policy.seconds:
        raise GuardStopped(f"{second} is not among those who may second: {', '.join(policy.seconds) or 'nobody is'}")
    salt, _, derived = policy.seconds[second].partition(":")
    try:
        is_right = hmac.compare_digest(_derived(ask(second), base64.b64decode(salt)), base64.b64decode(derived))
    except ValueError as error:
        raise UsageError(f"{NAME}: what is kept of the passphrase of {second} cannot be read") from error
    if not is_right:
        raise GuardStopped(f"the passphrase is not that of {second}; nothing was done")


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=64 * 1024 * 1024)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
