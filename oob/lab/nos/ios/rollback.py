"""`configure replace` in passes, and the timer of a confirmed rollback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from oob.lab.clock import ScheduledCall
from oob.lab.dialog import AskKey, Dialog, Say, Wait
from oob.lab.nos.base.commit_timer import CommitTimer
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.place import Rejected
from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios.archive import read
from oob.lab.nos.ios.background import Background
from oob.lab.nos.ios.delta import RollbackCommand, commands, listed
from oob.lab.nos.ios.questions import USER_REMOVED

PASSES = 5
PASS_SECONDS = 0.5
LINE_SECONDS = 0.01
NEEDS_ARCHIVE = "%Turn config archive on before using Rollback Confirmed Change\n"
NOTHING_PENDING = "%No Rollback Confirmed Change pending\n"
_WARNING = (
    "Rollback Confirmed Change: Rollback will begin in one minute.\n"
    'Enter "configure confirm" if you wish to keep what you\'ve configured'
)
_STARS = "********\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedChange:
    """An unconfirmed change: who made it, when the timer was set, for how many minutes, and the file to revert to."""

    user: str
    set_at: datetime
    minutes: int
    file: str


class Rollback:
    """Replaces the configuration, and reverts that unless it is confirmed."""

    def __init__(self, router: FamilyRouter) -> None:
        self._router = router
        self._timer = CommitTimer(router.clock, self._revert_unconfirmed)
        self._warning: ScheduledCall | None = None
        self._process: Background | None = None

    @property
    def pending(self) -> ConfirmedChange | None:
        """The change that waits to be confirmed."""
        return self._timer.pending

    def forget(self) -> None:
        """Lose an armed timer, as a reboot does."""
        self._disarm()
        if self._process is not None:
            self._process.stop()
            self._process = None

    # --- replacing

    def replace(self, target: ConfigLine, *, is_listed: bool, on_error: str = "") -> Dialog[bool]:
        """Replace the configuration by *target* in passes; at the first error roll back to the file *on_error*."""
        router = self._router
        fails = router.fails_now()
        failed: list[RollbackCommand] = []
        for number in range(1, PASSES + 1):
            steps = commands(router.config, target)
            if not steps:
                yield from self._done(number - 1)
                return True
            yield Wait(seconds=PASS_SECONDS)
            if is_listed:
                yield Say(text=f"\n!Pass {number}\n\n!List of Rollback Commands:\n{listed(steps)}end\n\n")
            failed = yield from self._one_pass(steps, fails)
            if failed and on_error:
                yield from self._revert(failed[0].text, on_error)
                return False
        if not (remaining := commands(router.config, target)):
            yield from self._done(PASSES)
            return True
        yield Say(text="\nThe rollback configlet from the last pass is listed below:\n")
        yield Say(text=f"{_STARS}!List of Rollback Commands:\n{listed(remaining)}end\n{_STARS}\n\n")
        yield Say(text=f"Rollback aborted after {PASSES} passes\n")
        yield Say(text="The following commands are failed to apply to the IOS image.\n")
        yield Say(text=f"{_STARS}{listed(failed or remaining)}{_STARS}\n")
        return False

    def _done(self, passes: int) -> Dialog[None]:
        yield Say(text=f"\nTotal number of passes: {passes}\nRollback Done\n\n")
        self._router.say_later(0.05, "%SYS-5-CONFIG_R: Config Replace is Done")

    def _one_pass(self, steps: list[RollbackCommand], fails: bool) -> Dialog[list[RollbackCommand]]:
        """Type the steps; return those that were refused (all from the middle on where it is to fail)."""
        router = self._router
        failed: list[RollbackCommand] = []
        for number, step in enumerate(steps):
            if number == len(steps) // 2:
                router.on_moment("replace")
            yield Wait(seconds=LINE_SECONDS)
            if fails and number >= len(steps) // 2:
                failed.append(step)
                continue
            if step.removes and step.text.startswith("no username "):
                yield AskKey(prompt=USER_REMOVED)
                yield Say(text="\n")
            try:
                router.config.apply(step.where, step.text)
            except (RefusedCommand, Rejected):
                failed.append(step)
                continue
            router.configured(router.user or "")
        return failed

    def _revert(self, failed: str, file: str) -> Dialog[None]:
        yield Say(text=f"\nFailed to apply command {failed}\nAborting Rollback.\n\n")
        yield Say(text=f"Rollback failed.Reverting back to the original configuration: {file} \n\n")
        before = read(self._router, file)
        if before is not None and (yield from self.replace(before, is_listed=False)):
            yield Say(text="The original configuration has been successfully restored.\n\n")

    # --- the timer

    def arm(self, user: str, minutes: int, file: str) -> None:
        """Roll back to *file* in *minutes* unless confirmed."""
        router = self._router
        self._disarm()
        self._timer.arm(ConfirmedChange(user=user, set_at=router.clock.utc(), minutes=minutes, file=file), minutes * 60)
        self._warning = router.clock.call_later(minutes * 60 - 60, self._warn)
        router.say_later(
            0.05,
            f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: User: {user}(Priv: 15, View: 0): "
            f"Scheduled to rollback to config {file} in {minutes} minutes",
        )

    def confirm(self, user: str) -> str:
        """Confirm the change; return the message of IOS."""
        if self.pending is None:
            return NOTHING_PENDING
        if self.pending.user != user:
            return f"%Rollback Confirmed Change was started by user {self.pending.user}: cannot confirm it\n"
        self._disarm()
        self._router.say_later(
            0.05, f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: {user}: Confirm the configuration change"
        )
        return ""

    def _revert_unconfirmed(self, change: ConfirmedChange) -> None:
        """Roll back beside whatever runs at the console."""
        self._disarm()
        self._process = Background(self._router, self._roll_back(change))

    def _roll_back(self, pending: ConfirmedChange) -> Dialog[None]:
        self._router.say(
            f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {pending.file}, User: {pending.user}"
        )
        yield Say(text=f"Rollback Confirmed Change: rolling to:{pending.file}\n")
        target = read(self._router, pending.file)
        if target is None:
            yield Say(text=f"%Error opening {pending.file} (No such file or directory)\n")
            return
        yield from self.replace(target, is_listed=False)

    def _warn(self) -> None:
        self._router.terminal.interject(_WARNING)

    def _disarm(self) -> None:
        self._timer.disarm()
        if self._warning is not None:
            self._warning.cancel()
            self._warning = None
