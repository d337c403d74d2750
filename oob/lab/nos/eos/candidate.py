"""Configuration sessions: concurrent candidates, the commit timer, and checkpoints before each commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from oob.lab.nos.base.checkpoints import CheckpointStore, StoredCheckpoint
from oob.lab.nos.base.commit_timer import CommitTimer
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.router import FamilyRouter

PENDING = 5
COMPLETED = 1
CHECKPOINTS = 20
LIFETIME = 24 * 3600.0  # of a session that is neither committed nor aborted


class Refusal(Exception):
    """An operation that EOS refuses; the text is its message."""


@dataclass(slots=True, kw_only=True)
class EosCandidate:
    """A session: its *name*, user, *state* and configuration."""

    name: str
    user: str
    config: Configuration
    state: str = "pending"
    terminal: str = ""
    completed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCommit:
    """An unconfirmed commit: the session's name, and the configuration to revert to."""

    name: str
    before: Configuration


class EosCheckpoints(CheckpointStore):
    """The configurations before each commit, and those saved by name."""

    def __init__(self, router: FamilyRouter) -> None:
        super().__init__(router.identity.files / "checkpoints.json", CHECKPOINTS)
        self._router = router

    def save(self, name: str, user: str) -> None:
        """Save the running configuration as *name*, or under a name made of the date."""
        now = self._router.clock.utc()
        text = self._router.running_config()
        self.keep(StoredCheckpoint(name=name or self._free(now), user=user, at=f"{now:%Y-%m-%d %H:%M:%S}", text=text))

    def _free(self, now: datetime) -> str:
        number = 0
        while self.find(name := f"ckp-{now:%Y%m%d}-{number}") is not None:
            number += 1
        return name


class Candidates:
    """All sessions of a router, and the one commit timer."""

    def __init__(
        self, router: FamilyRouter, checkpoints: EosCheckpoints, take: Callable[[Configuration], None]
    ) -> None:
        self._router = router
        self._checkpoints = checkpoints
        self._take = take
        self._count = 0
        self.timer = CommitTimer(router.clock, self._time_out)
        self.all: dict[str, EosCandidate] = {}

    def forget(self) -> None:
        """Lose everything, as a reboot does."""
        self.timer.disarm()
        self.all = {}

    @property
    def pending(self) -> list[EosCandidate]:
        """The sessions that are open."""
        return [one for one in self.all.values() if one.state == "pending"]

    def open(self, name: str, user: str) -> EosCandidate:
        """Return the session *name* (a new one when the name is empty), opened if need be; raises Refusal."""
        known = self.all.get(name)
        if known is not None and known.state == "pending":
            known.terminal = "con0"
            return known
        if len(self.pending) >= PENDING:
            raise Refusal(
                "% Maximum number of pending sessions has been reached. Please commit or abort previous sessions "
                "before creating a new one."
            )
        if not name:
            self._count += 1
            name = f"sess-{self._count}"
        candidate = EosCandidate(name=name, user=user, config=self._router.config.copy(), terminal="con0")
        self.all[name] = candidate
        self._router.later(LIFETIME, lambda: self._expire(candidate))
        return candidate

    def commit(self, name: str, user: str, *, seconds: float = 0) -> None:
        """Put a session in force, or confirm the one whose timer runs; with *seconds* undo it then; raises Refusal."""
        timed = self.timer.pending
        if timed is not None:
            if timed.name != name or seconds:
                raise Refusal(f"% Cannot commit session {name}: session {timed.name} has a pending commit timer")
            self.timer.disarm()
            self._say(f"%SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User {user} confirmed configuration session {name}")
            return
        candidate = self._find(name)
        if self._router.fails_now():
            raise Refusal(f"% Cannot commit session {name}: internal error, running-config is unchanged")
        before = self._router.config
        self._checkpoints.save("", user)
        self._take(candidate.config)
        self._complete(candidate, "completed", user)
        if seconds:
            self.timer.arm(TimedCommit(name=name, before=before), seconds)
        self._say(f"%SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User {user} committed configuration session {name}")

    def abort(self, name: str, user: str) -> None:
        """Drop a session; one whose timer runs is undone at once; raises Refusal."""
        timed = self.timer.pending
        if timed is not None and timed.name == name:
            self.timer.disarm()
            self._revert(timed)
            return
        self._complete(self._find(name), "aborted", user)
        self._say(f"%SYS-5-CONFIG_SESSION_ABORTED: User {user} aborted configuration session {name}")

    def delete(self, name: str) -> None:
        """Delete a session."""
        self.all.pop(name, None)

    def _find(self, name: str) -> EosCandidate:
        found = self.all.get(name)
        if found is None or found.state != "pending":
            raise Refusal(f"% Session {name} not found")
        return found

    def _complete(self, candidate: EosCandidate, state: str, user: str) -> None:
        done = [one for one in self.all.values() if one.state != "pending"]
        for old in done[: max(0, len(done) - COMPLETED + 1)]:
            del self.all[old.name]
        candidate.state = state
        candidate.user = user
        candidate.terminal = ""
        candidate.completed = f"{self._router.clock.utc():%Y-%m-%d %H:%M:%S}"

    def _expire(self, candidate: EosCandidate) -> None:
        if self.all.get(candidate.name) is candidate and candidate.state == "pending":
            del self.all[candidate.name]

    def _time_out(self, timed: TimedCommit) -> None:
        self._say(f"%SYS-5-CONFIG_SESSION_COMMIT_TIMER_EXPIRED: Commit timer of session {timed.name} expired")
        self._revert(timed)

    def _revert(self, timed: TimedCommit) -> None:
        self._take(timed.before)
        if (candidate := self.all.get(timed.name)) is not None:
            candidate.state = "aborted"

    def _say(self, text: str) -> None:
        self._router.say_later(0.05, text)
