"""A plan as a document: made before a change, agreed on, and valid for a recovery as long as it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from oob import fast_yaml
from oob.backup import manifest as manifests
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.backup.search import alternatives
from oob.backup.verify import verify
from oob.errors import BackupError, GuardStopped, UsageError
from oob.fault import first_fault
from oob.inventory import device as inventory
from oob.profile.model import Pattern, Profile
from oob.recovery.authority.authority import Persons
from oob.recovery.authority.keys import is_signed, private_key, public_key, sign
from oob.recovery.authority.scope import Scope
from oob.recovery.context import RunOptions
from oob.recovery.ladder.plan import Plan
from oob.recovery.ladder.steps import ServerStep, plain, understood

FORMAT = 1
DEEPEST = 50  # nodes within each other, more than any plan has


class PlanRefused(GuardStopped):
    """A plan is not valid, or no longer, so nothing was done."""


def _loaded(data: bytes) -> Any:
    """Return the document in *data*; refuse references, of which a few lines can expand beyond all memory.

    Nodes within nodes within nodes are refused, too.
    """
    for event, depth in fast_yaml.nested(data):
        if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
            raise yaml.YAMLError("a plan has no references, and is not so deep")
    return yaml.load(data, fast_yaml.LOADER)


class _Backup(BaseModel):
    backup: str
    config_sha256: str
    sha256: str = ""  # over all its files; plans of oob 0.1 have none


class _Choices(BaseModel):
    tolerate: list[Pattern]
    converge: float
    allow_reload: bool
    no_attempt_after: str = ""


class _Shape(BaseModel):
    """The fields of every plan that a recovery uses; the rest is for the people who agree to it."""

    device: str
    profile: str
    made: str
    change: str
    rollback_window_minutes: float


class _OfBackups(_Shape):
    target: _Backup
    baseline: _Backup
    choices: _Choices


class _OfSteps(_Shape):
    steps: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDocument:
    """A plan as read from its file, unchanged; *sha256* identifies it, *content* is everything in it.

    *signer* is the public key of a valid *signature*.
    """

    content: Mapping[str, Any]
    sha256: str
    signer: str = ""
    signature: Mapping[str, str] = field(default_factory=dict)

    @property
    def device(self) -> str:
        """The device of the plan."""
        return str(self.content["device"])


def draw_up(
    plan: Plan,
    entry: inventory.InventoryDevice,
    options: RunOptions,
    *,
    profile: Profile,
    backups: tuple[Backup, Backup],
    by: str,
    persons: Persons,
    now: datetime,
) -> dict[str, Any]:
    """Return the content of a plan document, without its hash; *backups* are the target and the baseline of *plan*."""
    tried = plan.to_try
    return {
        "format": FORMAT,
        "device": entry.name,
        "platform": plan.platform,
        "change": options.change,
        "made": manifests.utc(now),
        "by": by,
        "target": _backup(backups[0]),
        "baseline": _backup(backups[1]),
        "profile": _profile(profile),
        "choices": {
            "tolerate": list(options.tolerate),
            "converge": options.converge,
            "allow_reload": options.allow_reload,
            **({"no_attempt_after": options.no_attempt_after} if options.no_attempt_after else {}),
        },
        "paths": [path.url for path in entry.paths],
        "speed": str(plan.speed),
        "expected": {
            "keep_the_state_found": plan.preserve_seconds,
            "attempts": round(sum(attempt.seconds for attempt in tried), 1),
            "proof_after_each": plan.proof_seconds,
        },
        "rollback_window_minutes": plan.window_minutes,
        "attempts": [_attempt(attempt) for attempt in map(asdict, plan.attempts)],
        "point_of_no_return": [
            f"attempt {attempt.number} ({attempt.strategy}): no automatic revert"
            for attempt in tried
            if not attempt.armed
        ]
        + ([f"after {options.no_attempt_after} no further attempt is begun"] if options.no_attempt_after else []),
        "cautions": list(plan.warnings),
        "verification": _verification(entry, plan),
        "authorisation": {"persons": persons, "by": list(entry.authorised)},
        "contacts": list(entry.contacts or entry.authorised),
    }


def draw_up_steps(
    steps: tuple[ServerStep, ...],
    entry: inventory.InventoryDevice,
    options: RunOptions,
    *,
    profile: Profile,
    by: str,
    persons: Persons,
    now: datetime,
) -> dict[str, Any]:
    """Return the content of a plan document of steps on a server, without its hash."""
    seconds = sum(step.seconds for step in steps)
    undoing = sum(step.seconds for step in steps if step.undo)
    return {
        "format": FORMAT,
        "device": entry.name,
        "platform": profile.platform,
        "change": options.change,
        "made": manifests.utc(now),
        "by": by,
        "profile": _profile(profile),
        "paths": [path.url for path in entry.paths],
        "expected": {"steps": seconds, "undoing_them": undoing},
        "rollback_window_minutes": round((seconds + undoing) / 60) + 1,
        "steps": list(plain(steps)),
        "point_of_no_return": [
            f"step {number} ({step.about}): nothing undoes it"
            for number, step in enumerate(steps, 1)
            if not step.reads and not step.undo
        ],
        "verification": [f"step {number}: {step.run!r} prints {step.expect!r}" for number, step in enumerate(steps, 1)],
        "authorisation": {"persons": persons, "by": list(entry.authorised)},
        "contacts": list(entry.contacts or entry.authorised),
    }


def render(content: Mapping[str, Any], key: Path | None = None) -> str:
    """Return the file of a plan: its *content*, the hash over it, and a signature where a private *key* is given."""
    digest = _hash(content)
    sealed: dict[str, Any] = {**content, "sha256": digest}
    if key is not None:
        sealed["signature"] = sign(private_key(key), digest)
    return yaml.dump(sealed, Dumper=fast_yaml.DUMPER, sort_keys=False, allow_unicode=True, width=110)


def read(path: Path, *, signed_by: Path | None = None) -> PlanDocument:
    """Return the plan in *path*; raises PlanRefused where it is not a plan, was changed, or lacks the signature."""
    plan = unseal(path, signed_by=signed_by)
    if "devices" in plan.content:
        raise PlanRefused(f"{path}: a plan of a fleet: oob fleet recover carries it out")
    try:
        validate(plan.content)
    except ValidationError as error:
        raise PlanRefused(f"{path}: not a plan of format {FORMAT}: {first_fault(error)}") from None
    return plan


def validate(content: Mapping[str, Any]) -> None:
    """Raise pydantic's ValidationError where *content* lacks a field that a recovery uses."""
    (_OfSteps if "steps" in content else _OfBackups).model_validate(content)


def unseal(path: Path, *, signed_by: Path | None = None) -> PlanDocument:
    """Return what `render` has written to *path*, whatever it is a plan of; raises PlanRefused as `read` does."""
    try:
        content = _loaded(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise PlanRefused(f"{path}: not a plan: not readable as YAML") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or "sha256" not in content:
        raise PlanRefused(f"{path}: not a plan of format {FORMAT}")
    digest, signature = content.pop("sha256"), content.pop("signature", None)
    if digest != _hash(content):
        raise PlanRefused(f"{path}: the plan was changed after it was made: its hash does not match")
    signer = _signer(path, digest, signature, signed_by)
    return PlanDocument(content=content, sha256=digest, signer=signer, signature=dict(signature or {}))


def check(document: PlanDocument, entry: inventory.InventoryDevice, *, profile: Profile, catalogue: Catalogue) -> None:
    """Raise PlanRefused where the plan is for another device, outdated, or names a damaged backup."""
    content = document.content
    if document.device != entry.name:
        raise PlanRefused(f"the plan is for {document.device}, not for {entry.name}")
    if content["profile"] != _profile(profile):
        raise PlanRefused(
            f"the plan was made with another profile of {profile.platform}, so its commands may differ: make it again"
        )
    if "steps" in content:
        understood(content["steps"], "the plan")
        return
    newer = [
        known.id
        for known in catalogue.list(entry.name)
        if known.manifest and known.manifest.known_good and known.manifest.finished > content["made"]
    ]
    if newer:
        raise PlanRefused(
            f"the plan of {content['made']} is older than the state of the device: {newer[0]} is known-good since; "
            "make it again"
        )
    for role in ("target", "baseline"):
        _check_backup(content[role], role, entry, catalogue)


def options(document: PlanDocument, given: RunOptions) -> RunOptions:
    """Return the options of the plan, with those *given* for this one recovery."""
    content = document.content
    if "steps" in content:
        return replace(
            given,
            steps=tuple(content["steps"]),
            change=given.change or content["change"],
            window=content["rollback_window_minutes"],
            plan=document.sha256,
            plan_signer=document.signer,
        )
    made = content["choices"]
    return replace(
        given,
        target=content["target"]["backup"],
        baseline=content["baseline"]["backup"],
        change=given.change or content["change"],
        tolerate=tuple(made["tolerate"]),
        converge=float(made["converge"]),
        allow_reload=bool(made["allow_reload"]),
        window=content["rollback_window_minutes"],
        no_attempt_after=min(filter(None, (given.no_attempt_after, made.get("no_attempt_after", ""))), default=""),
        plan=document.sha256,
        plan_signer=document.signer,
    )


def scope(document: PlanDocument, given: RunOptions, *, is_undrilled: bool) -> Scope:
    """Return the scope of an approval of the plan with the *given* options; needs only the plan, no backup."""
    content, chosen = document.content, options(document, given)
    backups = (
        [_approved(content[role]) for role in ("target", "baseline")] if "steps" not in content else [("", "")] * 2
    )
    return Scope.named(document.device, chosen, *backups, is_undrilled=is_undrilled)


def _approved(named: Mapping[str, str]) -> tuple[str, str]:
    if not named.get("sha256"):
        raise PlanRefused("the plan lacks the hashes of the backups, which an approval covers: make it again")
    return named["backup"], named["sha256"]


def _check_backup(named: Mapping[str, str], role: str, entry: inventory.InventoryDevice, catalogue: Catalogue) -> None:
    try:
        found = catalogue.locate(entry.name, named["backup"])
        backup = verify(found.folder, device=entry.name, serial=entry.expect.serial)
        if backup.manifest.files["config.txt"].sha256 != named["config_sha256"]:
            raise BackupError(f"backup {found.id}: holds another configuration than the plan was made for")
        if named.get("sha256", "") not in ("", backup.manifest.contents_sha256):
            raise BackupError(f"backup {found.id}: holds other routes or neighbours than the plan was made for")
    except BackupError as error:
        whole = alternatives(catalogue, entry.name, named["backup"])
        known = f"intact are {', '.join(whole)}: oob recover {entry.name} --to {whole[0].split()[0]}" if whole else ""
        offer = known or "no other backup is intact"
        raise PlanRefused(f"the plan's {role} cannot be used: {error}. Instead: {offer}") from error


def _backup(backup: Backup) -> dict[str, str]:
    folder = backup.folder.relative_to(backup.folder.parents[2])
    return {
        "backup": backup.manifest.id,
        "lies_in": str(folder),
        "config_sha256": backup.manifest.files["config.txt"].sha256,
        "sha256": backup.manifest.contents_sha256,
    }


def _attempt(attempt: dict[str, Any]) -> dict[str, Any]:
    steps = [
        {
            "about": step["about"],
            "commands": list(step["commands"]),
            "answers": list(step["answers"]),
            "seconds": step["seconds"],
        }
        for step in attempt["steps"]
    ]
    kept = {key: attempt[key] for key in ("number", "strategy", "title", "why", "target")}
    if attempt["skipped"]:
        return {**kept, "left_out": attempt["skipped"]}
    timer = {"taken_back_after_minutes": attempt["minutes"]} if attempt["armed"] else {}
    return {**kept, **timer, "seconds": round(attempt["seconds"], 1), "steps": steps}


def _verification(entry: inventory.InventoryDevice, plan: Plan) -> list[str]:
    return [
        f"the configuration read back is that of {plan.target}, line by line",
        f"the routing table is that of {plan.baseline}",
        f"every neighbour and interface that was up in {plan.baseline} is up",
        *(f"there is a route to {critical.target}" for critical in entry.critical_prefixes),
        *(f"{critical.target} replies to a ping from the device" for critical in entry.critical_addresses),
    ]


def _profile(profile: Profile) -> str:
    return hashlib.sha256(profile.model_dump_json().encode()).hexdigest()


def _hash(content: Mapping[str, Any]) -> str:
    # A date that YAML parses would be another value when it is read again, so its text counts.
    try:
        text = json.dumps(content, sort_keys=True, default=str)
    except TypeError:  # keys that are not strings: oob made no plan like that, and no hash fits it
        return ""
    return hashlib.sha256(text.encode()).hexdigest()


def _signer(path: Path, digest: str, signature: Mapping[str, str] | None, signed_by: Path | None) -> str:
    if signature is None:
        if signed_by is not None:
            raise PlanRefused(f"{path}: the plan is not signed")
        return ""
    if not isinstance(signature, dict) or not is_signed(digest, signature.get("key"), signature.get("value")):
        raise PlanRefused(f"{path}: the signature of the plan is not valid")
    if signed_by is not None and signature["key"] != public_key(signed_by):
        raise PlanRefused(f"{path}: the plan is signed with a key other than {signed_by}")
    return str(signature["key"])
