"""Commands about the session itself; a platform adds them to its table under its own words."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.session import ConsoleSession


def leave(session: ConsoleSession, params: Params, words: Words) -> Dialog[None]:
    """Log out."""
    session.is_open = False
    yield Say(text="")


def set_length(session: ConsoleSession, params: Params, words: Words) -> Dialog[None]:
    """Set how many LINES a page has."""
    session.router.terminal.length = int(params["LINES"])
    yield Say(text="")


def set_width(session: ConsoleSession, params: Params, words: Words) -> Dialog[None]:
    """Set how many COLUMNS wide the screen is."""
    session.router.terminal.width = int(params["COLUMNS"])
    yield Say(text="")


def ignore(session: ConsoleSession, params: Params, words: Words) -> Dialog[None]:
    """Take what makes no difference here."""
    yield Say(text="")
