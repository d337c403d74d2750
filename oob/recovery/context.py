"""What a run works with, and what may be chosen about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oob.backup.catalogue import GOOD
from oob.console.login import LoginSecrets
from oob.device.identity import Trust
from oob.events import Events
from oob.inventory.home import Home
from oob.recovery.clock import Clock
from oob.transport.access import Access


def _nobody(name: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """Where things lie, who acts, with which secrets, and who listens; *ask* gives a named person's passphrase,
    which is asked for *tries* times where it is wrong.

    *trust* is what the operator overrides of a device's identity.
    """

    home: Home
    secrets: LoginSecrets
    operator: str
    access: Access = field(default_factory=Access)
    trust: Trust = field(default_factory=Trust)
    events: Events = field(default_factory=Events, repr=False)
    clock: Clock = field(default_factory=Clock, repr=False)
    ask: Callable[[str], str] = field(default=_nobody, repr=False)
    tries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What an operator may decide about a recovery.

    *target* and *baseline* name backups: what is restored, and what the routing table is compared with. Patterns in
    *tolerate* match lines of the configuration that may differ. *converge* is how long routes may take to come back,
    *reopen* how long a path that died is tried for, *wait* how long one that is busy at the start, in seconds. *window*
    is the time for it that was agreed on, in minutes; 0 is what the plan is expected to take. *plan* is the hash of the
    document that was agreed on.
    Who authorised it and who seconded that is recorded as given; *emergency* holds figures like `availability=80`.
    With *steps* (see `steps.ServerStep`) these are carried out on a server, and nothing is restored.
    """

    target: str = GOOD
    baseline: str = GOOD
    change: str = ""
    reason: str = ""
    tolerate: tuple[str, ...] = ()
    allow_reload: bool = False
    allow_lockout: bool = False
    allow_undrilled: bool = False
    put_back: bool = True
    break_lease: bool = False
    converge: float = 60.0
    reopen: float = 300.0
    wait: float = 0.0
    window: float = 0.0
    plan: str = ""
    authorised_by: str = ""
    seconded_by: str = ""
    emergency: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()
