"""Getting in at the console: users, AAA servers that do or do not answer, and `enable`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.dialog import CTRL_C, IDLE, Ask, Dialog, Say, Typed, Wait
from oob.lab.ios import secret
from oob.lab.ios.tree import ETX

if TYPE_CHECKING:
    from oob.lab.ios.router import IosRouter

TRIES = 3
PATIENCE = 30.0  # seconds that the login waits for a name or a password
PAUSE = 2.0  # seconds that the console is dead after three wrong passwords
_AVAILABLE = "\n" * 6 + "{} con0 is now available" + "\n" * 6 + "Press RETURN to get started." + "\n" * 9


def press_return(router: IosRouter) -> Dialog[None]:
    """Wait until somebody presses RETURN."""
    yield Say(text=_AVAILABLE.format(router.hostname))
    yield from wait_for_return()


def wait_for_return() -> Dialog[None]:
    """Read keys, without showing any, until RETURN."""
    while (typed := (yield Ask(prompt="", echo=False, quiet=True, ends=""))).key == IDLE:
        assert isinstance(typed, Typed)


def login(router: IosRouter) -> Dialog[tuple[str, int] | None]:
    """Ask who is there; give user name and privilege, or None when it ended in nothing."""
    yield Say(text=banner(router, "motd"))
    methods = _methods(router)
    if methods == ("none",):
        return "", 1
    yield Say(text="\nUser Access Verification\n\n")
    for _ in range(TRIES):
        credentials = yield from _ask(methods)
        if credentials is None:
            return None
        granted = yield from _try(router, methods, *credentials)
        if granted is not None:
            return credentials[0], granted
        aaa = router.config.root.find("aaa new-model") is not None
        yield Say(text="% Authentication failed\n\n" if aaa else "% Login invalid\n\n")
    yield Wait(seconds=PAUSE)
    return None


def banner(router: IosRouter, kind: str) -> str:
    """Return a banner as it is shown, "" where none is configured."""
    text = router.config.root.value(f"banner {kind}")
    return text.strip(ETX).removeprefix("\n") + "\n" if text is not None else ""


def _ask(methods: tuple[str, ...]) -> Dialog[tuple[str, str] | None]:
    username = ""
    if methods != ("line",):
        typed = yield Ask(prompt="Username: ", idle=PATIENCE, quiet=True)
        while isinstance(typed, Typed) and typed.key not in (IDLE, CTRL_C) and not typed.text.strip():
            typed = yield Ask(prompt="Username: ", idle=PATIENCE, quiet=True)
        if typed.key in (IDLE, CTRL_C):
            yield Say(text="\n% Username:  timeout expired!\n" if typed.key == IDLE else "\n")
            return None
        username = typed.text.strip()
    typed = yield Ask(prompt="Password: ", echo=False, idle=PATIENCE, quiet=True)
    if typed.key in (IDLE, CTRL_C):
        yield Say(text="\n% Password:  timeout expired!\n" if typed.key == IDLE else "")
        return None
    return username, typed.text


def _methods(router: IosRouter) -> tuple[str, ...]:
    """Return in which order the console asks whom, the way `line con 0` and AAA say."""
    root = router.config.root
    console = root.find("line con 0")
    if root.find("aaa new-model") is None:
        if console is not None and console.find("login local"):
            return ("local",)
        return ("line",) if console is not None and console.find("login") else ("none",)
    wanted = (console.value("login authentication") if console else None) or "default"
    words = (
        root.value(f"aaa authentication login {wanted}") or root.value("aaa authentication login default") or "local"
    )
    return tuple(word for word in words.replace("group ", "").split())


def _try(router: IosRouter, methods: tuple[str, ...], username: str, password: str) -> Dialog[int | None]:
    """Go through the methods: an answer of any kind is final, silence leads on to the next one."""
    for method in methods:
        if method in ("none",):
            return 1
        if method in ("local", "local-case"):
            return _local(router, username, password)
        if method == "line":
            console = router.config.root.find("line con 0")
            stored = (console.value("password") if console else None) or ""
            return 1 if password and password == stored.split()[-1:][0] else None
        if method == "enable":
            return 1 if enable_matches(router, password) else None
        servers = router.aaa_servers()
        if router.aaa_mode == "dead":
            yield Wait(seconds=sum(server.seconds for server in servers))
            for server in servers:
                router.say(f"%RADIUS-4-RADIUS_DEAD: RADIUS server {server.address}:1812,1813 is not responding.")
            continue
        yield Wait(seconds=1.1 if router.aaa_mode == "rejecting" else 0.1)
        if router.aaa_mode == "alive" and (username, password) == (router.identity.username, router.identity.password):
            return 15 if _authorizes(router) else 1
        return None
    return None


def _local(router: IosRouter, username: str, password: str) -> int | None:
    words = (router.config.root.value(f"username {username}") or "").split()
    privilege = int(words[1]) if words[:1] == ["privilege"] else 1
    stored = words[2:] if words[:1] == ["privilege"] else words
    if len(stored) == 2:
        stored.insert(1, "0")
    if len(stored) != 3 or not secret.matches(stored[1], stored[2], password):
        return None
    return privilege if _authorizes(router) else 1


def _authorizes(router: IosRouter) -> bool:
    """Tell whether the console gives privileges at the login: with AAA only when that is configured."""
    root = router.config.root
    if root.find("aaa new-model") is None:
        return True
    words = root.value("aaa authorization exec default") or ""
    if root.find("aaa authorization console") is None or not words:
        return False
    if router.aaa_mode == "dead":
        return "local" in words.split()
    return True


def enable_matches(router: IosRouter, password: str) -> bool:
    """Tell whether *password* is the enable secret."""
    words = (router.config.root.value("enable secret") or "").split()
    return len(words) == 2 and secret.matches(words[0], words[1], password)


def enable(router: IosRouter) -> Dialog[bool]:
    """Ask for the enable secret."""
    if router.config.root.value("enable secret") is None:
        return True  # at the console nobody is asked for a secret that there is none of
    aaa = router.config.root.find("aaa new-model") is not None
    for _ in range(1 if aaa else TRIES):
        typed = yield Ask(prompt="Password: ", echo=False, idle=PATIENCE, quiet=True)
        if typed.key != "\r":
            break
        yield Wait(seconds=0.05)
        if enable_matches(router, typed.text):
            return True
    yield Say(text="% Error in authentication.\n\n" if aaa else "% Bad secrets\n\n")
    return False
