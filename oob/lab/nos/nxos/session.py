"""A session on an NX-OS console."""

from __future__ import annotations

from typing import Any

from oob.lab.dialog import Ask, Dialog, Say
from oob.lab.nos.base.commands import CommandTable
from oob.lab.nos.base.configuration import TOP
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.session import ConsoleSession
from oob.lab.nos.nxos.router import NxosRouter

_PROMPTS = {"config-router-bgp": "config-router", "config-radius": "config-radius"}
# Exec commands are taken in configuration mode as well.
_EXEC = ("show", "sh", "ping", "terminal", "copy", "checkpoint", "rollback", "configure", "dir", "write", "clear")


class NxosSession(ConsoleSession):
    """One login on the console of an NX-OS switch."""

    router: NxosRouter

    def __init__(self, router: NxosRouter, username: str, privilege: int, table: CommandTable[Any]) -> None:
        super().__init__(router, username, privilege, table)
        self.router = router

    @property
    def prompt(self) -> str:
        """The prompt, which begins by going back to the margin and ends with a blank."""
        if self.where is None:
            return f"\r{self.router.hostname}# "
        return f"\r{self.router.hostname}({_PROMPTS.get(self.where.mode, self.where.mode)})# "

    def enter_configuration(self) -> None:
        """Enter configuration mode."""
        self.where = TOP

    def leave_configuration(self) -> Dialog[None]:
        """Return to exec mode."""
        self.where = None
        self.router.say_later(0.05, f"%VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty by {self.username} on console0")
        return
        yield

    def change(self, line: str) -> Dialog[None]:
        """Change the configuration, or run an exec command."""
        if line.split()[0] in _EXEC or line.strip().startswith("no terminal"):
            yield from self.execute(line)
        elif line.strip().startswith("no feature "):
            yield from self._without_feature(line)
        else:
            whole = yield from self._whole(line)
            if (yield from self.take(whole, self.router.config.apply)):
                self.router.configured()

    def _without_feature(self, line: str) -> Dialog[None]:
        """Disable a feature; the device saves a system checkpoint first."""
        name = " ".join(line.split()[2:])
        if self.router.config.root.find(f"feature {name}"):
            self.router.checkpoints.save(f"system-fm-{name}", self.username, "Created by Feature Manager.")
        if (yield from self.take(line, self.router.config.apply)):
            self.router.feature_gone(name, self.username)
            self.router.configured()

    def _whole(self, line: str) -> Dialog[str]:
        """Read on until the end of a banner that was begun; give any other line back."""
        words = line.split(None, 2)
        if len(words) < 3 or words[:2] != ["banner", "motd"]:
            return line
        mark, body = words[2][0], words[2][1:]
        if mark not in body:
            yield Say(text=f"Enter TEXT message.  End with the character '{mark}'.\n")
        while mark not in body:
            body += "\n" + (yield Ask(prompt="> ", quiet=True, ends="")).text
        return f"banner motd {mark}{body.partition(mark)[0]}{mark}"

    def refusal(self, refused: RefusedCommand, line: str, shift: int = 0) -> str:
        """Return what NX-OS says to a line that it does not take."""
        column = len(self.prompt) - 1 + shift + refused.offset
        what = {"incomplete": "Incomplete command", "ambiguous": "Ambiguous command"}.get(
            refused.why, "Invalid command"
        )
        return f"{' ' * column}^\n% {what} at '^' marker.\n"

    def confirm(self, question: str) -> Dialog[bool]:
        """Ask for a yes, unless the terminal was told not to ask."""
        if not self.router.asks:
            return True
        typed = yield Ask(prompt=question, quiet=True)
        return bool(typed.key == "\r" and typed.text.strip().lower()[:1] == "y")


TABLE: CommandTable[NxosSession] = CommandTable()
