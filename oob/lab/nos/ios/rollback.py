"""`configure replace`: the running configuration becomes a file's, in passes, with or without a way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from oob.lab.clock import Timer
from oob.lab.dialog import Ask, Dialog, Key, Say, Typed, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.grammar import Refused
from oob.lab.nos.base.place import TOP, Rejected
from oob.lab.nos.base.stamp import long_date
from oob.lab.nos.base.tree import Line
from oob.lab.nos.ios.archive import read
from oob.lab.nos.ios.background import Background
from oob.lab.nos.ios.delta import Change, commands, listed
from oob.lab.nos.ios.questions import USER_REMOVED
from oob.lab.nos.ios.table import TABLE

if TYPE_CHECKING:
    from oob.lab.nos.ios.router import IosRouter
    from oob.lab.nos.ios.session import IosSession

PASSES = 5
PASS_SECONDS = 0.5
LINE_SECONDS = 0.01
NEEDS_ARCHIVE = "%Turn config archive on before using Rollback Confirmed Change\n"
NOTHING_PENDING = "%No Rollback Confirmed Change pending\n"
_WARNING = (
    "Rollback Confirmed Change: Rollback will begin in one minute.\n"
    'Enter "configure confirm" if you wish to keep what you\'ve configured'
)
_QUESTION = """This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: """
_HALF = "Overwriting with a file sized 50% or less than running config's. Proceed? [no]: "
_STARS = "********\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An armed timer: who armed it, when, for how many minutes, and the file that it goes back to."""

    user: str
    set_at: datetime
    minutes: int
    ends: float
    file: str


class Rollback:
    """Replaces the configuration, and takes that back when nobody confirms."""

    def __init__(self, router: IosRouter) -> None:
        self._router = router
        self.pending: Pending | None = None
        self._timers: list[Timer] = []
        self._process: Background | None = None

    def forget(self) -> None:
        """Lose an armed timer, as a reboot does."""
        self._disarm()
        if self._process is not None:
            self._process.stop()
            self._process = None

    # --- replacing

    def replace(self, target: Line, *, is_listed: bool, on_error: str = "") -> Dialog[bool]:
        """Bring the configuration to *target* in passes; *on_error* is the file to go back to at the first error."""
        router = self._router
        fails = router.fails_now()
        failed: list[Change] = []
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

    def _one_pass(self, steps: list[Change], fails: bool) -> Dialog[list[Change]]:
        """Type the steps; return those that were refused (all from the middle on where it is to fail)."""
        router = self._router
        failed: list[Change] = []
        for number, step in enumerate(steps):
            if number == len(steps) // 2:
                router.on_moment("replace")
            yield Wait(seconds=LINE_SECONDS)
            if fails and number >= len(steps) // 2:
                failed.append(step)
                continue
            if step.removes and step.text.startswith("no username "):
                yield Key(prompt=USER_REMOVED)
                yield Say(text="\n")
            try:
                router.config.apply(step.where, step.text)
            except (Refused, Rejected):
                failed.append(step)
                continue
            router.configured(router.session.who if router.session else "")
        return failed

    def _revert(self, failed: str, file: str) -> Dialog[None]:
        yield Say(text=f"\nFailed to apply command {failed}\nAborting Rollback.\n\n")
        yield Say(text=f"Rollback failed.Reverting back to the original configuration: {file} \n\n")
        before = read(self._router, file)
        if before is not None and (yield from self.replace(before, is_listed=False)):
            yield Say(text="The original configuration has been successfully restored.\n\n")

    # --- the timer

    def arm(self, user: str, minutes: int, file: str) -> None:
        """Go back to *file* in *minutes* unless somebody confirms."""
        router = self._router
        self._disarm()
        now = router.clock.now()
        self.pending = Pending(
            user=user, set_at=router.clock.utc(), minutes=minutes, ends=now + minutes * 60, file=file
        )
        self._timers = [
            router.clock.call_later(minutes * 60 - 60, self._warn),
            router.clock.call_later(minutes * 60, self.fire),
        ]
        router.say_later(
            0.05,
            f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: User: {user}(Priv: 15, View: 0): "
            f"Scheduled to rollback to config {file} in {minutes} minutes",
        )

    def confirm(self, user: str) -> str:
        """Keep what is there; return what IOS says."""
        if self.pending is None:
            return NOTHING_PENDING
        if self.pending.user != user:
            return f"%Rollback Confirmed Change was started by user {self.pending.user}: cannot confirm it\n"
        self._disarm()
        self._router.say_later(
            0.05, f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: {user}: Confirm the configuration change"
        )
        return ""

    def fire(self) -> None:
        """Go back now, beside whatever goes on at the console."""
        pending = self.pending
        self._disarm()
        if pending is not None:
            self._process = Background(self._router, self._go_back(pending))

    def _go_back(self, pending: Pending) -> Dialog[None]:
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
        if self.pending is not None and self.pending.minutes >= 1:
            self._router.terminal.interject(_WARNING)

    def _disarm(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []
        self.pending = None


_OPTIONS = (
    "[nolock] [list] [force] [ignorecase] [revert trigger error] [revert trigger error timer <MINUTES:1-120>] "
    "[revert trigger timer <MINUTES:1-120>] [time <MINUTES:1-120>]"
)


@TABLE.command(f"configure replace URL {_OPTIONS}", text="Replace the running-config with a new config file")
def configure_replace(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Replace the running configuration by a file's."""
    router, url = session.router, params["URL"]
    minutes = int(params.get("MINUTES", 0))
    needs_archive = bool(minutes) or "revert" in words
    refusal, target = _checked(router, url, session.who, needs_archive)
    if target is None:
        yield Say(text=refusal)
        return
    if not (yield from _is_wanted(router, url, "force" in words)):
        yield Say(text="\nTotal number of passes: 0\nRollback aborted\n\n")
        return
    if not router.lock.take(session.who):
        yield Say(text=f"Configuration mode is locked by user '{router.lock.holder}' from terminal '2'.\n\n")
        return
    router.say("Rollback:Acquired Configuration lock.")
    backup = ""
    if needs_archive:
        yield Wait(seconds=0.3)
        backup = router.archive.store()
        if minutes:
            yield Say(text=f"Rollback Confirmed Change: Backing up current running config to {backup}\n\n")
            router.rollback.arm(session.who, minutes, backup)
    try:
        replaced = yield from router.rollback.replace(
            target, is_listed="list" in words, on_error=backup if "error" in words else ""
        )
        if not replaced and "error" in words and minutes:
            router.rollback.forget()
    finally:
        router.lock.give(session.who)


def _checked(router: IosRouter, url: str, who: str, needs_archive: bool) -> tuple[str, Line | None]:
    """Return why *url* cannot be gone to, or what is in it."""
    if needs_archive and not router.archive.path:
        return NEEDS_ARCHIVE, None
    if needs_archive and router.rollback.pending is not None:
        return f"%Rollback Confirmed Change is already pending for user {router.rollback.pending.user}\n", None
    target = read(router, url)
    if target is None:
        return f"%Error opening {url} (No such file or directory)\n", None
    data = (router.flash.read(url) or b"version\nend").decode("latin-1")
    if not target.under("version") or data.rstrip().rpartition("\n")[2].strip() != "end":
        return f"%The input file {url} is not a valid config file.\n", None
    return "", target


def _is_wanted(router: IosRouter, url: str, force: bool) -> Dialog[bool]:
    if not force:
        typed = yield Ask(prompt=_QUESTION, quiet=True)
        if not _says_yes(typed):
            return False
        yield Say(text="\n")
    size = len(router.flash.read(url) or b"") or len(router.running_config())
    if 2 * size <= len(router.running_config()):
        typed = yield Ask(prompt=_HALF, quiet=True)
        return _says_yes(typed)
    return True


def _says_yes(typed: Typed) -> bool:
    return bool(typed.text.strip()) and "yes".startswith(typed.text.strip().lower())


@TABLE.command("configure confirm", text="Confirm replacement of running-config with a new config file")
def configure_confirm(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Keep the new configuration."""
    yield Say(text=session.router.rollback.confirm(session.who))


@TABLE.command("configure revert now", "configure revert timer <MINUTES:1-120>", text="Parameters for reverting")
def configure_revert(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Go back now, or at another time."""
    rollback = session.router.rollback
    pending = rollback.pending
    if pending is None:
        yield Say(text=NOTHING_PENDING)
    elif "MINUTES" in params:
        rollback.arm(pending.user, int(params["MINUTES"]), pending.file)
    else:
        rollback.forget()
        yield Say(text=f"Rollback Confirmed Change: Rollback immediately.\n\nrolling to:{pending.file}\n")
        target = read(session.router, pending.file)
        if target is not None:
            yield from rollback.replace(target, is_listed=False)


@TABLE.command("configure terminal revert timer <MINUTES:1-120>", text="Configure, and go back unless confirmed")
def configure_terminal_revert(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Enter configuration mode with a timer armed."""
    router = session.router
    if not router.archive.path:
        yield Say(text=NEEDS_ARCHIVE)
        return
    yield Wait(seconds=0.3)
    backup = router.archive.store()
    yield Say(text=f"Rollback Confirmed Change: Backing up current running config to {backup}\n\n")
    router.rollback.arm(session.who, int(params["MINUTES"]), backup)
    yield Say(text="Enter configuration commands, one per line.  End with CNTL/Z.\n")
    session.where = TOP


@TABLE.show("show archive config rollback timer", text="Settings of the rollback timer")
def show_timer(session: IosSession, params: Params) -> str:
    """Describe an armed timer."""
    pending = session.router.rollback.pending
    if pending is None:
        return NOTHING_PENDING
    return (
        f"Time configured(or reset): {long_date(pending.set_at)}\nTimer type: absolute timer\n"
        f"Timer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


@TABLE.show("show configuration lock", text="Who holds the configuration lock")
def show_lock(session: IosSession, params: Params) -> str:
    """Describe the lock."""
    holder = session.router.lock.holder
    if not holder:
        return "Parser Configure Lock\n---------------------\nOwner PID         : -1\n"
    return (
        "Parser Configure Lock\n---------------------\nOwner PID         : 543\n"
        f"User              : {holder}\nTTY               : 2\nType              : EXCLUSIVE\n"
        "State             : LOCKED\n"
    )


@TABLE.command("clear configuration lock", text="Take the configuration lock from its holder")
def clear_lock(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Free the lock."""
    holder = session.router.lock.holder
    if holder and (yield Key(prompt=f"Clear configuration lock of user {holder}? [confirm]")) not in "\ryY":
        yield Say(text="\n")
        return
    yield Say(text="\n" if holder else "")
    session.router.lock.holder = ""
