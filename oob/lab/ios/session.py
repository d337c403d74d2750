"""Somebody at a router's console: who they are, what they may do, in which mode they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from oob.lab.dialog import CTRL_C, CTRL_Z, IDLE, Ask, Dialog, Edit, Say, Typed, Wait
from oob.lab.family.grammar import OF_THE_IMAGE, Grammar, Refused
from oob.lab.family.place import Where
from oob.lab.ios.commands import PRIVILEGED, USER, Handler
from oob.lab.ios.rules import Rule

if TYPE_CHECKING:
    from oob.lab.ios.router import IosRouter

ENOUGH = 15  # the privilege of `enable`


class Session:
    """One login on the console. `run` is the dialog from the first prompt until the logout."""

    def __init__(self, router: IosRouter, username: str, privilege: int) -> None:
        self.router = router
        self.username = username
        self.privilege = privilege
        self.where: Where | None = None  # in configuration mode: where
        self.pipe = ""
        self.is_open = True
        self.has_changed = False  # anything configured since configuration mode was entered
        self.since = router.clock.now()

    @property
    def who(self) -> str:
        """Name the session as logs do."""
        return self.username or "console"

    @property
    def grammar(self) -> Grammar[Handler]:
        """The commands that this privilege may give."""
        return PRIVILEGED if self.privilege >= ENOUGH else USER

    @property
    def prompt(self) -> str:
        """The prompt; in configuration mode IOS cuts the hostname at 20 characters."""
        hostname = self.router.hostname
        if self.where is not None:
            return f"{hostname[:20]}({self.where.mode})#"
        return hostname + ("#" if self.privilege >= ENOUGH else ">")

    def run(self) -> Dialog[None]:
        """Read commands and carry them out until somebody leaves."""
        while self.is_open:
            typed = yield Ask(prompt=self.prompt, keys=self._keys(), idle=self.router.exec_timeout)
            assert isinstance(typed, Typed)
            if typed.key == IDLE:
                yield Say(text="\n")
                self.is_open = False
            elif typed.key == CTRL_C:
                self.leave_configuration()
            else:
                yield from self.enter(typed.text)
                if typed.key == CTRL_Z:
                    self.leave_configuration()

    def enter(self, line: str) -> Dialog[None]:
        """Carry out one line, in whatever mode it was typed."""
        if not line.strip() or line.lstrip().startswith("!"):
            return
        yield Wait(seconds=self.router.seconds_for(line))
        if self.where is not None:
            yield from self.router.configure.line(self, line)
        else:
            yield from self.execute(line)

    def execute(self, line: str, shift: int = 0) -> Dialog[None]:
        """Carry out an exec command; *shift* is how far to the right it was typed (after `do `)."""
        command, _, self.pipe = line.partition("|")
        try:
            parsed = self.grammar.parse(command)
        except Refused as refused:
            yield from self._refuse(refused, line, shift)
            return
        yield from parsed.handler(self, parsed.params, parsed.words)

    def leave_configuration(self) -> None:
        """Go back to exec mode, however deep in configuration mode."""
        if self.where is None:
            return
        self.where = None
        self.router.configure.left(self)

    def refusal(self, refused: Refused, line: str, shift: int = 0) -> str:
        """Return what IOS says to a line that it does not take."""
        if refused.why == "incomplete":
            return "% Incomplete command.\n\n"
        if refused.why == "ambiguous":
            return f'% Ambiguous command:  "{line.strip()}"\n'
        column = len(self.prompt) + shift + refused.offset
        return " " * column + "^\n% Invalid input detected at '^' marker.\n\n"

    def _refuse(self, refused: Refused, line: str, shift: int) -> Dialog[None]:
        words = line.split()
        if refused.why == "invalid" and refused.depth == 0 and len(words) == 1:
            yield from self._translate(words[0])
        elif refused.why == "incomplete" and len(words) == 1:
            yield Say(text=f'% Type "{words[0]} ?" for a list of subcommands\n')
        else:
            yield Say(text=self.refusal(refused, line, shift))

    def _translate(self, word: str) -> Dialog[None]:
        """Take a word that is no command for the name of a host, as IOS does, and ask the name servers."""
        if self.router.looks_up_names:
            yield Say(text=f'Translating "{word}"...domain server (255.255.255.255)\n')
            yield Wait(seconds=self.router.lookup_seconds, breakable=True)
            yield Say(text=" (255.255.255.255)\n" if self.router.dns_dead else "")
            yield Say(text=f'Translating "{word}"...domain server (255.255.255.255)\n\n')
            yield Say(text="% Bad IP address or host name\n")
        yield Say(text="% Unknown command or computer name, or unable to find computer address\n")

    def _keys(self) -> dict[str, Callable[[str], Edit | None]]:
        return {"\t": self._complete, "?": self._help}

    def _complete(self, line: str) -> Edit | None:
        done = self._present_grammar().complete(line)
        return Edit(line=done or line, text="\n")

    def _help(self, line: str) -> Edit | None:
        is_taken = self.where is not None and line.endswith(" ") and self._takes(line)
        if is_taken is None:
            return Edit(line=line, text="?\n% Unrecognized command\n")
        try:
            found = self._present_grammar().help(line.lstrip())
        except Refused as refused:
            if is_taken:
                return Edit(line=line, text="?\n  <cr>\n\n")
            return Edit(line=line, text="?\n" + self.refusal(refused, line))
        if line and not line.endswith(" "):
            return Edit(line=line, text="?\n" + "  ".join(word for word, _ in found) + "\n\n")
        width = max([len(word) for word, _ in found], default=0) + 2
        listed = "".join(f"  {word:{width}}{text}".rstrip() + "\n" for word, text in found)
        return Edit(line=line, text=f"?\n{listed or '  <cr>'}\n")

    def _takes(self, line: str) -> bool | None:
        """Tell whether *line* is a whole command in configuration mode; None for one that an upgrade has taken away."""
        assert self.where is not None
        try:
            self.router.config.takes(self.where, line)
        except Refused as refused:
            return None if refused.depth == OF_THE_IMAGE else False
        return True

    def _present_grammar(self) -> Grammar[Handler] | Grammar[Rule]:
        return self.grammar if self.where is None else self.router.configure.grammar(self.where)
