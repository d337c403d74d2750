"""The table of exec commands, filled by the modules that carry them out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.family.grammar import Grammar, Parsed
from oob.lab.family.pipe import chosen

if TYPE_CHECKING:
    from oob.lab.ios.session import Session

Handler: TypeAlias = "Callable[[Session, dict[str, str], tuple[str, ...]], Dialog[None]]"
Show: TypeAlias = "Callable[[Session, dict[str, str]], str]"

PRIVILEGED: Grammar[Handler] = Grammar()
USER: Grammar[Handler] = Grammar()


def command(*patterns: str, text: str = "", user: bool = False) -> Callable[[Handler], Handler]:
    """Make a dialog the handler of *patterns*; *user*: also without privileges."""

    def register(handler: Handler) -> Handler:
        for pattern in patterns:
            PRIVILEGED.add(pattern, handler, text)
            if user:
                USER.add(pattern, handler, text)
        return handler

    return register


def show(*patterns: str, text: str = "", user: bool = False, seconds: float = 0.02) -> Callable[[Show], Show]:
    """Make a function that returns text the handler of *patterns*: thought about for *seconds*, filtered, paged."""

    def register(function: Show) -> Show:
        def handler(session: Session, params: dict[str, str], words: tuple[str, ...]) -> Dialog[None]:
            yield Wait(seconds=seconds)
            output = function(session, params)
            yield Say(text=filtered(output, session.pipe), paged=True, breakable=True)

        command(*patterns, text=text, user=user)(handler)
        return function

    return register


def filtered(text: str, pipe: str) -> str:
    """Return the lines of *text* that an output modifier (`include X`) leaves."""
    verb, _, pattern = pipe.strip().partition(" ")
    if not verb or not pattern:
        return text
    if "count".startswith(verb):
        hits = sum(re.search(pattern.strip(), line) is not None for line in text.splitlines())
        return f"Number of lines which match regexp = {hits}\n"
    return chosen(text, verb, pattern.strip())


__all__ = ["PRIVILEGED", "USER", "Handler", "Parsed", "command", "filtered", "show"]
