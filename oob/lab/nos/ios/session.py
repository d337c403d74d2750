"""A session on an IOS console: exec mode, and configuration mode on the running configuration."""

from __future__ import annotations

import re
from typing import Any

from oob.lab.dialog import CTRL_C, CTRL_Z, RETURN, Ask, AskKey, Dialog, InterruptPressed, Say, Wait
from oob.lab.nos.base.commands import CommandTable
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.pipe import chosen
from oob.lab.nos.base.session import ENOUGH, ConsoleSession
from oob.lab.nos.ios.questions import USER_REMOVED
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.tree import ETX, banner_line

SHOWN = 20  # characters of the hostname in the prompts of configuration mode


class IosSession(ConsoleSession):
    """One login on the console of an IOS router."""

    router: IosRouter
    leaving = CTRL_C + CTRL_Z
    exits = ("exit", "exi", "ex", "quit")

    def __init__(self, router: IosRouter, username: str, privilege: int, table: CommandTable[Any]) -> None:
        super().__init__(router, username, privilege, table)
        self.router = router

    @property
    def who(self) -> str:
        """The user as the log names it."""
        return self.username or "console"

    @property
    def prompt(self) -> str:
        """The prompt."""
        hostname = self.router.hostname
        if self.where is not None:
            return f"{hostname[:SHOWN]}({self.where.mode})#"
        return hostname + ("#" if self.privilege >= ENOUGH else ">")

    def output(self, text: str) -> Say:
        """Return the output of a command after its one modifier."""
        return Say(text=_filtered(text, self.pipe), paged=True, breakable=True)

    # --- configuration mode

    def change(self, line: str) -> Dialog[None]:
        """Put a line into the running configuration."""
        if line.split()[:2] == ["no", "username"]:
            key = yield AskKey(prompt=USER_REMOVED)
            yield Say(text="\n")
            if key not in "y\r":
                return
        whole = yield from self._whole(line)
        if (yield from self.take(whole, self.router.config.apply)):
            self.router.configured(self.who)

    def _whole(self, line: str) -> Dialog[str]:
        """Read on until the end of a banner that was begun; give any other line back."""
        words = line.split(None, 2)
        if len(words) < 3 or words[0] != "banner":
            return line
        mark, body = words[2][0], words[2][1:]
        if mark not in body:
            yield Say(text=f"Enter TEXT message.  End with the character '{mark}'.\n")
        while mark not in body:
            typed = yield Ask(prompt="", quiet=True, ends="\x03" if mark == ETX else "")
            body += "\n" + typed.text + ("" if typed.key == RETURN else typed.key)
        return banner_line(words[1], body.partition(mark)[0])

    def leave_configuration(self) -> Dialog[None]:
        """Return to exec mode, and log it."""
        self.where = None
        source = f"console by {self.username} on console" if self.username else "console by console"
        self.router.say_later(0.05, f"%SYS-5-CONFIG_I: Configured from {source}")
        return
        yield

    # --- unknown commands

    def refusal(self, refused: RefusedCommand, line: str, shift: int = 0) -> str:
        """Return what IOS says to a line that it does not take."""
        if refused.why == "incomplete":
            return "% Incomplete command.\n\n"
        if refused.why == "ambiguous":
            return f'% Ambiguous command:  "{line.strip()}"\n'
        column = len(self.prompt) + shift + refused.offset
        return " " * column + "^\n% Invalid input detected at '^' marker.\n\n"

    def unknown(self, refused: RefusedCommand, line: str) -> str:
        """Return what the help says to a configuration line that an upgrade has taken away."""
        return "% Unrecognized command\n"

    def refuse(self, refused: RefusedCommand, line: str, shift: int) -> Dialog[None]:
        """Report *line* as an unknown command; a single word is looked up as a host name first."""
        words = line.split()
        if refused.why == "invalid" and refused.depth == 0 and len(words) == 1:
            yield from self._translate(words[0])
        elif refused.why == "incomplete" and len(words) == 1:
            yield Say(text=f'% Type "{words[0]} ?" for a list of subcommands\n')
        else:
            yield Say(text=self.refusal(refused, line, shift))

    def _translate(self, word: str) -> Dialog[None]:
        """Ask the name servers for the host *word*."""
        if self.router.looks_up_names:
            yield Say(text=f'Translating "{word}"...domain server (255.255.255.255)\n')
            try:
                yield Wait(seconds=self.router.lookup_seconds, breakable=True)
            except InterruptPressed:
                yield Say(text="% Name lookup aborted\n")
                return
            yield Say(text=" (255.255.255.255)\n" if self.router.dns_dead else "")
            yield Say(text=f'Translating "{word}"...domain server (255.255.255.255)\n\n')
            yield Say(text="% Bad IP address or host name\n")
        yield Say(text="% Unknown command or computer name, or unable to find computer address\n")


def _filtered(text: str, pipe: str) -> str:
    """Return the lines of *text* that an output modifier (`include X`) leaves."""
    verb, _, pattern = pipe.strip().partition(" ")
    if not verb or not pattern:
        return text
    if "count".startswith(verb):
        hits = sum(re.search(pattern.strip(), line) is not None for line in text.splitlines())
        return f"Number of lines which match regexp = {hits}\n"
    return chosen(text, verb, pattern.strip())


TABLE: CommandTable[IosSession] = CommandTable()
