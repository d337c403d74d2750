"""The collaborators of a run, and the options that an operator gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oob.backup.catalogue import GOOD
from oob.clock import Clock
from oob.console.login import LoginSecrets
from oob.device.identity import Trust
from oob.events import Events
from oob.inventory.home import Home
from oob.recovery.question import Reply, TimedQuestion, unanswered
from oob.transport.access import Access


def _no_passphrase(name: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """One approval of all runs of a fleet: of the *plan* with this hash, given when the *fleet* began.

    *approval* is what the approver typed or signed for the whole of it.
    """

    fleet: str
    plan: str
    since: datetime
    approval: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """The home, the operator, the secrets and the listeners of a run; *ask* returns a named approver's
    passphrase, and is called *tries* times where it is wrong. *agree* puts a question with a window to the operator.

    *trust* holds what the operator overrides of a device's identity. *agreed* are the limits of the policy (`impact`,
    `breaker`) that a person agreed to exceed with the whole fleet that the run is part of.
    """

    home: Home
    secrets: LoginSecrets
    operator: str
    access: Access = field(default_factory=Access)
    trust: Trust = field(default_factory=Trust)
    events: Events = field(default_factory=Events, repr=False)
    clock: Clock = field(default_factory=Clock, repr=False)
    ask: Callable[[str], str] = field(default=_no_passphrase, repr=False)
    agree: Callable[[TimedQuestion], Reply] = field(default=unanswered, repr=False)
    tries: int = 1
    mandate: Mandate | None = None
    agreed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of a recovery.

    *target* and *baseline* name backups: what to restore, and what the routing table is compared with.
    Patterns in *tolerate* match lines of the configuration that may differ. *converge*, *reopen* and *wait* are
    seconds: the time for routes to return, for a dead path to work again, and for a busy console. *window* is the
    agreed rollback window in minutes; 0 takes the expected time of the plan. *plan* is the hash of the agreed plan,
    *plan_signer* the public key that signed it. After *no_attempt_after* (ISO 8601, UTC) no further attempt is begun.
    *allow_unarmed* agrees to attempts without a revert timer; else the operator is asked before each.
    *users* is how many the recovery affects, where that is known. *incident*, *problem*, *trigger*, *affects*, *bridge*
    and *lead* are only written down and told.
    The names of who authorised and who approved the run are recorded as given; *emergency* holds figures like
    `availability=80`. With *steps* (see `steps.ServerStep`) the run carries these out on a server and restores nothing.
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
    plan_signer: str = ""
    no_attempt_after: str = ""
    allow_unarmed: bool = True
    users: int | None = None
    incident: str = ""
    problem: str = ""
    trigger: str = ""
    affects: str = ""
    bridge: str = ""
    lead: str = ""
    authorised_by: str = ""
    seconded_by: str = ""
    emergency: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()
