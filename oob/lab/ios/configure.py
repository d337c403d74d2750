"""Configuration mode: lines into the running configuration, and what comes of leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.dialog import RETURN, Ask, Dialog, Say
from oob.lab.family.grammar import Grammar, Refused
from oob.lab.family.place import TOP, Rejected, Where
from oob.lab.ios.commands import command
from oob.lab.ios.rules import GRAMMARS, Rule
from oob.lab.ios.tree import ETX

if TYPE_CHECKING:
    from oob.lab.ios.router import IosRouter
    from oob.lab.ios.session import Session

_NOTHING: Grammar[Rule] = Grammar()


class ConfigureMode:
    """Takes the lines that a session types in configuration mode."""

    def __init__(self, router: IosRouter) -> None:
        self._router = router

    def grammar(self, where: Where) -> Grammar[Rule]:
        """Return what may be typed at *where*."""
        return GRAMMARS.get(where.mode, _NOTHING)

    def line(self, session: Session, line: str) -> Dialog[None]:
        """Carry out one line."""
        where = session.where
        assert where is not None
        word, _, rest = line.strip().partition(" ")
        if word == "end":
            session.leave_configuration()
        elif word in ("exit", "exi", "ex", "quit"):
            if where.path:
                session.where = where.up()
            else:
                session.leave_configuration()
        elif word == "do" and rest:
            shift = len(line) - len(line.lstrip()) + 3
            yield from session.execute(rest, shift)
        else:
            yield from self._apply(session, where, (yield from self._whole(line)))

    def left(self, session: Session) -> None:
        """Say in the log that somebody has left configuration mode."""
        source = f"console by {session.username} on console" if session.username else "console by console"
        self._router.say_later(0.05, f"%SYS-5-CONFIG_I: Configured from {source}")

    def _apply(self, session: Session, where: Where, line: str) -> Dialog[None]:
        try:
            session.where, notices = self._router.config.apply(where, line)
        except Refused as refused:
            yield Say(text=session.refusal(refused, line))
            return
        except Rejected as rejected:
            yield Say(text=f"{rejected}\n")
            return
        self._router.configured(session.who)
        for notice in notices:
            yield Say(text=notice + "\n")

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
        return f"{words[0]} {words[1]} {ETX}{body.partition(mark)[0]}{ETX}"


@command("configure terminal", text="Configure from the terminal")
def configure_terminal(session: Session, params: dict[str, str], words: tuple[str, ...]) -> Dialog[None]:
    """Enter configuration mode."""
    holder = session.router.lock.holder
    if holder:
        yield Say(text=f"Configuration mode is locked by user '{holder}' from terminal '2'. Please try later.\n\n")
        return
    yield Say(text="Enter configuration commands, one per line.  End with CNTL/Z.\n")
    session.where = TOP
