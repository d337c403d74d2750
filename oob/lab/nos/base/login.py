"""The console login: name and password, AAA servers, then local users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oob.lab.dialog import CTRL_C, CTRL_D, IDLE, Ask, Dialog, Say, TypedLine, Wait
from oob.lab.nos.base.router import FamilyRouter

PATIENCE = 60.0  # seconds that the login waits for a name or a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of a platform's login; after *tries* failures it starts again."""

    username: Callable[[], str]
    password: str = "Password: "
    refused: str = "\nLogin incorrect\n"
    tries: int = 3
    pause: float = 2.0
    heading: str = ""


def login(router: FamilyRouter, words: Words) -> Dialog[str | None]:
    """Ask who is there; give the user's name, or None when it ended in nothing."""
    yield Say(text=words.heading)
    for _ in range(words.tries):
        credentials = yield from _ask(words)
        if credentials is None:
            return None
        if (yield from _is_known(router, *credentials)):
            return credentials[0]
        yield Say(text=words.refused)
    yield Wait(seconds=words.pause)
    return None


def wait_for_return() -> Dialog[None]:
    """Read keys, without showing any, until RETURN."""
    while (typed := (yield Ask(prompt="", echo=False, quiet=True, ends=""))).key == IDLE:
        assert isinstance(typed, TypedLine)


def _ask(words: Words) -> Dialog[tuple[str, str] | None]:
    username = ""
    while not username:
        typed = yield Ask(prompt=words.username(), idle=PATIENCE, quiet=True, ends=CTRL_C + CTRL_D)
        if typed.key in (IDLE, CTRL_C, CTRL_D):
            yield Say(text="\n")
            return None
        username = typed.text.strip()
    typed = yield Ask(prompt=words.password, echo=False, idle=PATIENCE, quiet=True, ends=CTRL_C + CTRL_D)
    if typed.key != "\r":
        yield Say(text="\n")
        return None
    return username, typed.text


def _is_known(router: FamilyRouter, username: str, password: str) -> Dialog[bool]:
    """Try the methods in order: any answer is final, a timeout leads to the next method."""
    for method in router.login_methods():
        if method == "none":
            return True
        if method == "local":
            yield Wait(seconds=0.1)
            return router.knows(username, password)
        decided = yield from ask_servers(router, username, password)
        if decided is not None:
            return decided
    return False


def ask_servers(router: FamilyRouter, username: str, password: str) -> Dialog[bool | None]:
    """Ask the AAA servers about a login; None where none of them answers."""
    if router.aaa_mode == "dead":
        yield Wait(seconds=sum(seconds for _, seconds in router.aaa_servers()))
        router.servers_silent()
        return None
    yield Wait(seconds=1.1 if router.aaa_mode == "rejecting" else 0.1)
    mine = (router.identity.username, router.identity.password)
    return router.aaa_mode == "alive" and (username, password) == mine
