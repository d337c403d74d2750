"""A platform's table of commands, filled by the modules that carry them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from oob.lab.dialog import Dialog, Wait
from oob.lab.nos.base import pipe
from oob.lab.nos.base.grammar import CommandGrammar

S = TypeVar("S")
Params: TypeAlias = dict[str, str]
Words: TypeAlias = tuple[str, ...]
Handler: TypeAlias = Callable[[S, Params, Words], Dialog[None]]
Show: TypeAlias = Callable[[S, Params], str]
Document: TypeAlias = Callable[[S, Params], Any]


class CommandTable(Generic[S]):
    """The commands of privileged and of user exec mode."""

    def __init__(self) -> None:
        self.privileged: CommandGrammar[Handler[S]] = CommandGrammar()
        self.user: CommandGrammar[Handler[S]] = CommandGrammar()

    def command(self, *patterns: str, text: str = "", user: bool = False) -> Callable[[Handler[S]], Handler[S]]:
        """Make a dialog the handler of *patterns*; *user*: also without privileges."""

        def register(handler: Handler[S]) -> Handler[S]:
            for pattern in patterns:
                self.privileged.add(pattern, handler, text)
                if user:
                    self.user.add(pattern, handler, text)
            return handler

        return register

    def show(
        self,
        *patterns: str,
        text: str = "",
        user: bool = False,
        seconds: float = 0.02,
        document: Document[S] | None = None,
    ) -> Callable[[Show[S]], Show[S]]:
        """Make a function that returns text the handler of *patterns*: thought about for *seconds*, filtered, paged.

        *document* returns the same as data, for `| json`.
        """

        def register(function: Show[S]) -> Show[S]:
            def handler(session: Any, params: Params, words: Words) -> Dialog[None]:
                yield Wait(seconds=seconds)
                if document is not None and pipe.wants_json(session.pipe):
                    shown = session.router.as_json(document(session, params)) + "\n"
                else:
                    shown = function(session, params)
                yield session.output(shown)

            self.command(*patterns, text=text, user=user)(handler)
            return function

        return register


def indented(document: Any) -> str:
    """Write *document* as JSON over many lines."""
    return json.dumps(document, indent=4)
