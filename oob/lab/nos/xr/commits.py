"""The commit database on disk, and the trial commit that reverts unless its session confirms it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from oob.lab.nos.base.commit_timer import CommitTimer
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.xr import text

KEPT = 100
FIRST = 1000000001


@dataclass(frozen=True, slots=True, kw_only=True)
class XrCommit:
    """One commit: its number, who made it how and when, and the configuration that it replaced."""

    id: int
    user: str
    client: str
    at: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A commit that waits to be confirmed by *session*."""

    session: object
    user: str
    since: str
    before: Configuration


class Commits:
    """The commit database of a router."""

    def __init__(self, router: FamilyRouter) -> None:
        self._router = router
        self._file = router.identity.files / "commits.json"
        self._running = router.identity.files / "running.cfg"
        self._timer = CommitTimer(router.clock, self._revert)

    @property
    def all(self) -> list[XrCommit]:
        """All of them, oldest first."""
        if not self._file.is_file():
            return []
        return [XrCommit(**one) for one in json.loads(self._file.read_text())]

    @property
    def committed(self) -> str:
        """The configuration that the next boot loads; "" before the first commit."""
        return self._running.read_text() if self._running.is_file() else ""

    def write(self) -> None:
        """Store the configuration in force."""
        self._running.write_text(text.body(self._router.config.root))

    def commit(self, config: Configuration, user: str, client: str) -> int:
        """Put *config* in force; return the number of the commit."""
        router = self._router
        known = self.all
        number = known[-1].id + 1 if known else FIRST
        made = XrCommit(
            id=number,
            user=user,
            client=client,
            at=f"{router.clock.utc():%a %b %d %H:%M:%S %Y}",
            before=text.body(router.config.root),
        )
        self._file.write_text(json.dumps([asdict(one) for one in [*known, made][-KEPT:]]))
        router.config = config
        router.configured()
        self.write()
        router.say(
            f"config[66542]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user '{user}'. "
            f"Use 'show configuration commit changes {number}' to view the changes."
        )
        return number

    # --- the trial

    @property
    def trial(self) -> Trial | None:
        """The commit that waits to be confirmed."""
        return self._timer.pending

    def arm(self, session: object, user: str, seconds: int, before: Configuration) -> None:
        """Revert to *before* in *seconds* unless *session* confirms."""
        since = f"{self._router.clock.utc():%a %b %d %H:%M:%S %Y}"
        self._timer.arm(Trial(session=session, user=user, since=since, before=before), seconds)

    def confirm(self) -> None:
        """Confirm the trial."""
        self._timer.disarm()

    def fire(self) -> None:
        """Revert now."""
        self._timer.fire()

    def _revert(self, trial: Trial) -> None:
        self._router.say(
            "cfgmgr_trial_confirm[68236]: %MGBL-CONFIG-4-ROLLBACK : Rolling back the unconfirmed trial configuration"
        )
        self.commit(trial.before, trial.user, "Rollback")

    def forget(self) -> None:
        """Lose the timer and the trial configuration, as a restart does."""
        if (trial := self._timer.disarm()) is not None:
            self._running.write_text(text.body(trial.before.root))
