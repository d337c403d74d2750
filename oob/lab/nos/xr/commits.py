"""What has been committed, kept on disk; and the trial that undoes itself unless its session confirms it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from oob.lab.clock import Timer
from oob.lab.nos.base.configuration import Configuration

if TYPE_CHECKING:
    from oob.lab.nos.xr.router import XrRouter

KEPT = 100
FIRST = 1000000001


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
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
    ends: float
    before: Configuration
    timer: Timer


class Commits:
    """The commit database of a router."""

    def __init__(self, router: XrRouter) -> None:
        self._router = router
        self._file = router.identity.files / "commits.json"
        self._running = router.identity.files / "running.cfg"
        self.trial: Trial | None = None

    @property
    def all(self) -> list[Commit]:
        """All of them, oldest first."""
        if not self._file.is_file():
            return []
        return [Commit(**one) for one in json.loads(self._file.read_text())]

    @property
    def committed(self) -> str:
        """What the next boot loads; "" where nothing was ever committed."""
        return self._running.read_text() if self._running.is_file() else ""

    def write(self) -> None:
        """Keep what is in force."""
        self._running.write_text(self._router.body())

    def commit(self, config: Configuration, user: str, client: str) -> int:
        """Put *config* in force; return the number of the commit."""
        router = self._router
        known = self.all
        number = known[-1].id + 1 if known else FIRST
        made = Commit(
            id=number, user=user, client=client, at=f"{router.clock.utc():%a %b %d %H:%M:%S %Y}", before=router.body()
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

    def arm(self, session: object, user: str, seconds: int, before: Configuration) -> None:
        """Go back to *before* in *seconds* unless *session* confirms."""
        router = self._router
        timer = router.clock.call_later(seconds, self.fire)
        self.trial = Trial(
            session=session,
            user=user,
            since=f"{router.clock.utc():%a %b %d %H:%M:%S %Y}",
            ends=router.clock.now() + seconds,
            before=before,
            timer=timer,
        )

    def confirm(self) -> None:
        """Keep what is in force."""
        if self.trial is not None:
            self.trial.timer.cancel()
            self.trial = None

    def fire(self) -> None:
        """Go back now."""
        trial = self.trial
        if trial is None:
            return
        trial.timer.cancel()
        self.trial = None
        self._router.say(
            "cfgmgr_trial_confirm[68236]: %MGBL-CONFIG-4-ROLLBACK : Rolling back the unconfirmed trial configuration"
        )
        self.commit(trial.before, trial.user, "Rollback")

    def forget(self) -> None:
        """Lose the timer, as a restart does: what was on trial goes with it."""
        if self.trial is not None:
            trial, self.trial = self.trial, None
            trial.timer.cancel()
            self._running.write_text(self._router.body_of(trial.before))
