"""A session on an IOS-XR console: exec mode, and configuration mode with its target."""

from __future__ import annotations

from typing import Any

from oob.lab.dialog import Ask, Dialog, Say, Wait
from oob.lab.nos.base.commands import CommandTable
from oob.lab.nos.base.configuration import TOP, Where
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.session import ConsoleSession
from oob.lab.nos.xr.router import XrRouter
from oob.lab.nos.xr.target import Failure, Target
from oob.lab.nos.xr.text import END, POLICY

SHOWN = 31  # characters of the prompt before what configuration mode adds
_UNCOMMITTED = "Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]:"
_TRIAL = """
You are exiting after a 'commit confirm' with an active rollback session.  If you exit the configuration awaiting \
confirmation will not be confirmed and the router will immediately rollback to the previous configuration.
"""
_CONCURRENT = "No changes will be saved because there is a concurrent trial configuration session.\n"
_SURE = "Do you wish to exit? [no]:"
_COMMANDS = ("show", "sh", "commit", "abort", "clear", "load", "root", "pwd")


class XrSession(ConsoleSession):
    """One login on the console of an IOS-XR router."""

    router: XrRouter

    def __init__(self, router: XrRouter, username: str, privilege: int, table: CommandTable[Any]) -> None:
        super().__init__(router, username, privilege, table)
        self.router = router
        self.target = Target()
        self.failures: list[Failure] = []
        self.since = ""
        self._policy: list[str] = []

    @property
    def prompt(self) -> str:
        """The prompt: where the console is, the hostname, the section."""
        name = f"RP/0/RP0/CPU0:{self.router.hostname}"
        if self.where is None:
            return f"{name}#"
        mode = "config-rpl" if self._policy else self.where.mode
        return f"{name[:SHOWN]}({mode})#"

    @property
    def has_trial(self) -> bool:
        """Tell whether this session has armed the trial that is running."""
        trial = self.router.commits.trial
        return trial is not None and trial.session is self

    def before(self, line: str) -> Dialog[None]:
        """Print the time before what a command prints."""
        if self.router.stamps:
            now = self.router.clock.utc()
            yield Say(text=f"{now:%a %b} {now.day:2d} {now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC\n")

    # --- configuration mode

    def enter_configuration(self, *, exclusive: bool) -> None:
        """Open a target of one's own; the lock keeps everybody else out."""
        self.where, self.target = TOP, Target()
        self.since = f"{self.router.clock.utc():%a %b %d %H:%M:%S %Y}"
        if exclusive:
            self.router.lock_holder = self

    def configure(self, line: str) -> Dialog[None]:
        """Carry out one line of configuration mode; a policy that was begun goes on until its end."""
        if self._policy:
            self._policy_line(line)
        else:
            yield from super().configure(line)

    def change(self, line: str) -> Dialog[None]:
        """Put a line into the target, or carry out what only configuration mode has."""
        if line.split()[0] in _COMMANDS:
            yield from self._command(line)
        elif POLICY.fullmatch(line.strip()):
            self._policy = [line.strip()]
        else:
            yield from self.take(line, self._type)

    def _type(self, where: Where, line: str) -> tuple[Where, tuple[str, ...]]:
        return self.target.type(self.router.config, where, line), ()

    def _policy_line(self, line: str) -> None:
        self._policy.append(line)
        if END.fullmatch(line):
            self._type(TOP, "\n".join(self._policy))
            self._policy = []

    def _command(self, line: str) -> Dialog[None]:
        """Carry out a command of configuration mode; any other `show` is an exec command."""
        command, _, self.pipe = line.strip().partition("|")
        try:
            parsed = TARGET.privileged.parse(command)
        except RefusedCommand as refused:
            if command.startswith("sh"):
                yield from self.execute(line)
            else:
                yield Say(text=self.refusal(refused, command))
            return
        yield from self.before(line)
        yield from parsed.handler(self, parsed.params, parsed.words)

    def leave_configuration(self) -> Dialog[None]:
        """Return to exec mode, after a question about uncommitted changes."""
        if self.has_trial:
            yield Say(text=_TRIAL)
            typed = yield Ask(prompt=_SURE, quiet=True)
            if not typed.text.strip().lower().startswith("y"):
                return
            yield Wait(seconds=1.0)
            self.router.commits.fire()
        elif self.router.commits.trial is not None:
            yield Say(text=_CONCURRENT)
        elif self.target.changes(self.router.config):
            typed = yield Ask(prompt=_UNCOMMITTED, quiet=True)
            answer = typed.text.strip().lower() or "cancel"
            if "cancel".startswith(answer) or not ("yes".startswith(answer) or "no".startswith(answer)):
                return
            if "yes".startswith(answer):
                yield from TARGET.privileged.parse("commit").handler(self, {}, ("commit",))
                if self.failures:
                    return
        self.drop()

    def drop(self) -> None:
        """Leave configuration mode and discard uncommitted lines."""
        self.where, self.target, self._policy = None, Target(), []
        if self.router.lock_holder is self:
            self.router.lock_holder = None

    def closed(self) -> None:
        """Lose the target; a trial can no longer be confirmed."""
        self.drop()

    def refusal(self, refused: RefusedCommand, line: str, shift: int = 0) -> str:
        """Return what IOS-XR says to a line that it does not take."""
        if refused.why == "incomplete":
            return "% Incomplete command.\n"
        if refused.why == "ambiguous":
            return f'% Ambiguous command:  "{line.strip()}"\n'
        column = len(self.prompt) + shift + refused.offset
        return " " * column + "^\n% Invalid input detected at '^' marker.\n"


TABLE: CommandTable[XrSession] = CommandTable()
TARGET: CommandTable[XrSession] = CommandTable()
