"""The scope of an approval: everything that decides what a recovery does, and who authorised it. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Self

from oob.backup.manifest import Manifest
from oob.errors import UsageError
from oob.recovery.authority.person import canonical
from oob.recovery.context import RunOptions

REQUEST = "oob-request:"
LARGEST = 1024 * 1024  # bytes of a request once it is unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One recovery as it is approved.

    *target* and *baseline* are the backups as they were resolved, each with the hash over all its files; *plan* is the
    hash of a plan's document, *steps* that of the steps on a server.
    """

    device: str
    target: str = ""
    target_sha256: str = ""
    baseline: str = ""
    baseline_sha256: str = ""
    plan: str = ""
    steps: str = ""
    tolerate: tuple[str, ...] = ()
    converge: float = 0.0
    window: float = 0.0
    allow_reload: bool = False
    allow_lockout: bool = False
    allow_undrilled: bool = False
    leave_broken: bool = False
    allow_unarmed: bool = False
    no_attempt_after: str = ""
    change: str = ""
    reason: str = ""
    authorised_by: str = ""

    @classmethod
    def of(
        cls,
        device: str,
        options: RunOptions,
        target: Manifest | None,
        baseline: Manifest | None,
        *,
        is_undrilled: bool,
    ) -> Self:
        """Return the scope of a recovery with *options*; without backups, of steps on a server."""
        return cls.named(
            device,
            options,
            (target.id, target.contents_sha256) if target else ("", ""),
            (baseline.id, baseline.contents_sha256) if baseline else ("", ""),
            is_undrilled=is_undrilled,
        )

    @classmethod
    def named(
        cls,
        device: str,
        options: RunOptions,
        target: tuple[str, str],
        baseline: tuple[str, str],
        *,
        is_undrilled: bool,
    ) -> Self:
        """Return the scope of a recovery whose backups are given by their ids and hashes."""
        return cls(
            device=device,
            target=target[0],
            target_sha256=target[1],
            baseline=baseline[0],
            baseline_sha256=baseline[1],
            plan=options.plan,
            steps=_hash([dict(step) for step in options.steps]) if options.steps else "",
            tolerate=tuple(options.tolerate),
            converge=float(options.converge),
            window=float(options.window),
            allow_reload=options.allow_reload,
            allow_lockout=options.allow_lockout,
            allow_undrilled=options.allow_undrilled and is_undrilled,
            leave_broken=not options.put_back,
            allow_unarmed=options.allow_unarmed,
            no_attempt_after=options.no_attempt_after,
            change=options.change,
            reason=options.reason,
            authorised_by=options.authorised_by,
        )

    @classmethod
    def of_fleet(cls, plan: str, options: RunOptions) -> Self:
        """Return the scope of the recovery of a fleet: all that the *plan* with this hash says, with *options*."""
        return cls(
            device=f"fleet:{plan[:12]}",
            plan=plan,
            leave_broken=not options.put_back,
            allow_unarmed=options.allow_unarmed,
            change=options.change,
            reason=options.reason,
            authorised_by=options.authorised_by,
        )

    @classmethod
    def requested(cls, text: str) -> Self:
        """Return the scope in a request as `request` writes it; raises UsageError for other text."""
        packed = "".join(text.split()).removeprefix(REQUEST)
        try:
            unpacker = zlib.decompressobj()
            plain = unpacker.decompress(base64.urlsafe_b64decode(packed.encode()), LARGEST)
            content = json.loads(plain)
            scope = cls(**{**content, "tolerate": tuple(content["tolerate"])})
        except (binascii.Error, zlib.error, ValueError, TypeError, KeyError, RecursionError) as error:
            raise UsageError(
                "the request for an approval is incomplete: copy it again, from its first character on"
            ) from error
        kinds = (type(getattr(scope, one.name)).__name__ == str(one.type).split("[")[0] for one in fields(cls))
        if not all(kinds) or not all(isinstance(pattern, str) for pattern in scope.tolerate):
            raise UsageError("the request for an approval holds values of another type")
        return scope

    def request(self) -> str:
        """Return the scope as a text that can be sent to the approver."""
        packed = zlib.compress(json.dumps(asdict(self), separators=(",", ":")).encode(), 9)
        return REQUEST + base64.urlsafe_b64encode(packed).decode()

    @property
    def sha256(self) -> str:
        """The hash that an approval signs, over every field; the authoriser's name without case and odd blanks."""
        return _hash({**asdict(self), "authorised_by": canonical(self.authorised_by)})

    def lines(self) -> Iterator[str]:
        """Yield the scope as lines for the approver."""
        yield f"device         {self.device}"
        if self.target:
            yield f"restore        backup {self.target}, SHA-256 {self.target_sha256}"
            yield f"compare with   backup {self.baseline}, SHA-256 {self.baseline_sha256}"
        if self.steps:
            yield f"steps          SHA-256 {self.steps}"
        if self.plan:
            yield f"plan           SHA-256 {self.plan}"
        yield f"authorised by  {self.authorised_by}: {self.reason}{f' ({self.change})' if self.change else ''}"
        yield from (f"tolerate       lines that match {pattern!r}" for pattern in self.tolerate)
        yield f"routes may take {self.converge:g} s to return"
        if self.allow_reload:
            yield "allowed        attempts that restart the device"
        if self.allow_lockout:
            yield "allowed        a configuration that locks out the console while AAA is down"
        if self.allow_undrilled:
            yield "allowed        a platform whose rollback was never drilled"
        if self.allow_unarmed:
            yield "allowed        attempts that no revert timer of the device undoes"
        if self.no_attempt_after:
            yield f"limit          no attempt is begun after {self.no_attempt_after}"
        if self.leave_broken:
            yield "allowed        to leave the device as failed attempts left it"


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
