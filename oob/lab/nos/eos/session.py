"""A session on an EOS console: exec, `configure terminal` and configuration sessions."""

from __future__ import annotations

from typing import Any

from oob.lab.dialog import Ask, Dialog, Say
from oob.lab.nos.base.commands import CommandTable
from oob.lab.nos.base.configuration import TOP, Configuration
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.session import ENOUGH, ConsoleSession
from oob.lab.nos.eos.candidate import EosCandidate, Refusal
from oob.lab.nos.eos.router import EosRouter
from oob.lab.nos.eos.text import END_OF_BANNER

SHOWN = 6  # characters of a session's name in the prompt
_EXEC = ("show", "sh", "ping", "terminal", "write", "copy", "dir", "more")  # also taken in configuration mode
_STAGING = ("commit", "abort", "rollback")
_SECTIONS = {
    "config-router-ospf": "router-ospf",
    "config-router-bgp": "router-bgp",
    "config-mgmt-api-http-cmds": "mgmt-api-http-cmds",
}


class EosSession(ConsoleSession):
    """One login on the console of an EOS router."""

    router: EosRouter
    exits = ("exit", "quit")

    def __init__(self, router: EosRouter, username: str, privilege: int, table: CommandTable[Any]) -> None:
        super().__init__(router, username, privilege, table)
        self.router = router
        self.candidate: EosCandidate | None = None

    @property
    def config(self) -> Configuration:
        """The configuration that a line changes."""
        return self.candidate.config if self.candidate else self.router.config

    @property
    def prompt(self) -> str:
        """The prompt, with the first characters of a session's name and a word for the section."""
        hostname = self.router.hostname
        if self.where is None:
            return hostname + ("#" if self.privilege >= ENOUGH else ">")
        inside = f"-s-{self.candidate.name[:SHOWN]}" if self.candidate else ""
        section = self._section()
        return f"{hostname}(config{inside}{'-' + section if section else ''})#"

    def _section(self) -> str:
        assert self.where is not None
        if not self.where.path:
            return ""
        text, mode = self.where.texts[-1], self.where.mode
        if mode == "config-if":
            return f"if-{self.router.language.names.abbreviated(text.split()[1])}"
        if mode in ("config-vlan", "config-vrf", "config-acl", "config-sg-radius"):
            return f"{mode.removeprefix('config-')}-{text.split()[-1]}"
        return _SECTIONS.get(mode, mode.removeprefix("config-"))

    def change(self, line: str) -> Dialog[None]:
        """Change the configuration; what shows may be asked for in configuration mode too."""
        word = line.split()[0]
        if word in _EXEC or (self.candidate is not None and word in _STAGING):
            yield from self.execute(line)
        elif line.strip() in ("banner motd", "banner login"):
            yield from self._banner(line.strip())
        elif (yield from self.take(line, self.config.apply)) and self.candidate is None:
            self.router.configured()

    def _banner(self, line: str) -> Dialog[None]:
        yield Say(text=f"Enter TEXT message. Type '{END_OF_BANNER}' on its own line to end.\n")
        text = line
        while not text.endswith("\n" + END_OF_BANNER):
            text += "\n" + (yield Ask(prompt="", quiet=True, ends="")).text
        self.config.apply(TOP, f"no {line}")
        self.config.apply(TOP, text)
        if self.candidate is None:
            self.router.configured()

    def enter_configuration(self, candidate: EosCandidate | None = None) -> None:
        """Enter configuration mode."""
        self.where, self.candidate = TOP, candidate
        if candidate is None:
            self._log(f"%SYS-5-CONFIG_E: Enter configuration mode from console by {self.username} on con0")
        else:
            self._log(
                f"%SYS-5-CONFIG_SESSION_ENTERED: User {self.username} entered configuration session {candidate.name}"
            )

    def leave_configuration(self) -> Dialog[None]:
        """Return to exec mode; a configuration session stays pending."""
        if self.candidate is None:
            self._log(f"%SYS-5-CONFIG_I: Configured from console by {self.username} on con0")
        else:
            self.candidate.terminal = ""
            self._log(
                f"%SYS-5-CONFIG_SESSION_EXITED: User {self.username} exited configuration session {self.candidate.name}"
            )
        self.where = self.candidate = None
        return
        yield

    def attempt(self, act: Any) -> Dialog[bool]:
        """Run *act*, and print its refusal."""
        try:
            act()
        except Refusal as refusal:
            yield Say(text=f"{refusal}\n")
            return False
        return True

    def closed(self) -> None:
        """Leave a configuration session pending."""
        if self.candidate is not None:
            self.candidate.terminal = ""

    def refusal(self, refused: RefusedCommand, line: str, shift: int = 0) -> str:
        """Return what EOS says to a line that it does not take."""
        if refused.why == "incomplete":
            return "% Incomplete command\n"
        if refused.why == "ambiguous":
            return "% Ambiguous command\n"
        words = line.split()
        number = min(len(line[: refused.offset].split()), len(words) - 1)
        return f"% Invalid input (at token {number}: '{words[number]}')\n"

    def _log(self, text: str) -> None:
        self.router.say_later(0.05, f"{text} (UnknownIpAddr)")


TABLE: CommandTable[EosSession] = CommandTable()
