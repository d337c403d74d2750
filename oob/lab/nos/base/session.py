"""A session on a console: its user, privilege and mode."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from oob.lab.dialog import CTRL_C, CTRL_Z, IDLE, Ask, Dialog, Edit, InterruptPressed, Say, TypedLine, Wait
from oob.lab.nos.base import pipe
from oob.lab.nos.base.commands import CommandTable
from oob.lab.nos.base.configuration import Rejected, Where
from oob.lab.nos.base.grammar import OF_THE_IMAGE, CommandGrammar, RefusedCommand
from oob.lab.nos.base.router import FamilyRouter

ENOUGH = 15  # the privilege of `enable`
_NOTHING: CommandGrammar[Any] = CommandGrammar()


class ConsoleSession(ABC):
    """One login on the console. `run` is the dialog from the first prompt until the logout."""

    leaving = CTRL_Z  # the keys that leave configuration mode
    exits: tuple[str, ...] = ("exit",)  # the words that lead one level up in it

    def __init__(self, router: FamilyRouter, username: str, privilege: int, table: CommandTable[Any]) -> None:
        self.router = router
        self.table = table
        self.username = username
        self.privilege = privilege
        self.where: Where | None = None  # in configuration mode: where
        self.pipe = ""
        self.is_open = True

    # --- a platform writes these

    @property
    @abstractmethod
    def prompt(self) -> str:
        """The prompt."""

    @abstractmethod
    def change(self, line: str) -> Dialog[None]:
        """Carry out a line of configuration mode that does not lead out of where one is."""

    @abstractmethod
    def leave_configuration(self) -> Dialog[None]:
        """Return to exec mode from any depth of configuration mode."""

    @abstractmethod
    def refusal(self, refused: RefusedCommand, line: str, shift: int = 0) -> str:
        """Return the device's message for a refused line."""

    def unknown(self, refused: RefusedCommand, line: str) -> str:
        """Return the help's answer to a configuration line that this software does not have."""
        return self.refusal(refused, line)

    def before(self, line: str) -> Dialog[None]:
        """Print the text before the output of every command."""
        return
        yield

    def output(self, text: str) -> Say:
        """Return the output of a command after its modifiers."""
        return Say(text=pipe.filtered(text, self.pipe), paged=pipe.is_paged(self.pipe), breakable=True)

    # --- the same on all platforms

    @property
    def who(self) -> str:
        """The user as the log names it."""
        return self.username

    @property
    def grammar(self) -> CommandGrammar[Any]:
        """The exec commands that this privilege allows."""
        return self.table.privileged if self.privilege >= ENOUGH else self.table.user

    def run(self) -> Dialog[None]:
        """Read and run commands until the logout."""
        while self.is_open:
            typed = yield Ask(
                prompt=self.prompt, keys=self._keys(), idle=self.router.exec_timeout, ends=CTRL_C + CTRL_Z
            )
            assert isinstance(typed, TypedLine)
            if typed.key == IDLE:
                yield Say(text="\n")
                self.is_open = False
                break
            if typed.key != CTRL_C:
                yield from self._unless_interrupted(self.enter(typed.text))
            if typed.key in self.leaving and self.where is not None:
                yield from self.leave_configuration()
        self.closed()

    def _unless_interrupted(self, carried_out: Dialog[None]) -> Dialog[None]:
        try:
            yield from carried_out
        except InterruptPressed:
            yield Say(text="\n")

    def closed(self) -> None:  # noqa: B027 - most sessions leave nothing behind
        """Clean up after the session ended."""

    def enter(self, line: str) -> Dialog[None]:
        """Carry out one line, in whatever mode it was typed."""
        if not line.strip() or line.lstrip().startswith("!"):
            return
        yield Wait(seconds=self.router.seconds_for(line))
        if self.where is not None:
            yield from self.configure(line)
        else:
            yield from self.execute(line)

    def execute(self, line: str, shift: int = 0) -> Dialog[None]:
        """Carry out an exec command; *shift* is how far to the right it was typed (after `do `)."""
        command, _, self.pipe = line.partition("|")
        try:
            parsed = self.grammar.parse(command)
        except RefusedCommand as refused:
            yield from self.refuse(refused, line, shift)
            return
        yield from self.before(line)
        yield from parsed.handler(self, parsed.params, parsed.words)

    def refuse(self, refused: RefusedCommand, line: str, shift: int) -> Dialog[None]:
        """Report *line* as an unknown exec command."""
        yield Say(text=self.refusal(refused, line.partition("|")[0], shift))

    def configure(self, line: str) -> Dialog[None]:
        """Carry out one line of configuration mode."""
        assert self.where is not None
        word, _, rest = line.strip().partition(" ")
        if word == "end" or (word in self.exits and not self.where.path):
            yield from self.leave_configuration()
        elif word in self.exits:
            self.where = self.where.up()
        elif word == "do" and rest:
            yield from self.execute(rest, len(line) - len(line.lstrip()) + len("do "))
        else:
            yield from self.change(line)

    def take(self, line: str, apply: Callable[[Where, str], tuple[Where, tuple[str, ...]]]) -> Dialog[bool]:
        """Give a configuration line to *apply* and go where it leads; False where it was not taken."""
        assert self.where is not None
        try:
            self.where, notices = apply(self.where, line)
        except RefusedCommand as refused:
            yield Say(text=self.refusal(refused, line))
            return False
        except Rejected as rejected:
            yield Say(text=f"{rejected}\n")
            return False
        for notice in notices:
            yield Say(text=notice + "\n")
        return True

    def _keys(self) -> dict[str, Callable[[str], Edit | None]]:
        return {"\t": self._complete, "?": self._help}

    def _complete(self, line: str) -> Edit | None:
        done = self._present_grammar().complete(line)
        return Edit(line=done or line, text="\n")

    def _help(self, line: str) -> Edit | None:
        is_whole = self.where is not None and line.endswith(" ") and bool(line.strip())
        refused = self._refused(line) if is_whole else None
        if refused is not None and refused.depth == OF_THE_IMAGE:
            return Edit(line=line, text="?\n" + self.unknown(refused, line))
        try:
            found = self._present_grammar().help(line.lstrip())
        except RefusedCommand as error:
            if is_whole and refused is None:
                return Edit(line=line, text="?\n  <cr>\n\n")
            return Edit(line=line, text="?\n" + self.refusal(error, line))
        if line and not line.endswith(" "):
            return Edit(line=line, text="?\n" + "  ".join(word for word, _ in found) + "\n\n")
        width = max([len(word) for word, _ in found], default=0) + 2
        listed = "".join(f"  {word:{width}}{text}".rstrip() + "\n" for word, text in found)
        return Edit(line=line, text=f"?\n{listed or '  <cr>'}\n")

    def _refused(self, line: str) -> RefusedCommand | None:
        """Return how *line* is refused in configuration mode; None where it is a whole command there."""
        assert self.where is not None
        try:
            self.router.config.takes(self.where, line)
        except RefusedCommand as refused:
            return refused
        return None

    def _present_grammar(self) -> CommandGrammar[Any]:
        if self.where is None:
            return self.grammar
        return self.router.language.grammars.get(self.where.mode, _NOTHING)
