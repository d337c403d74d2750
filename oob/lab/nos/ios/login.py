"""The console login: users, AAA servers, and `enable`."""

from __future__ import annotations

from oob.lab.dialog import CTRL_C, IDLE, Ask, Dialog, Say, Wait
from oob.lab.nos.base.login import wait_for_return
from oob.lab.nos.ios import secret
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.tree import ETX

TRIES = 3
PATIENCE = 30.0  # seconds that the login waits for a name or a password
PAUSE = 2.0  # seconds that the console is dead after three wrong passwords
_AVAILABLE = "\n" * 6 + "{} con0 is now available" + "\n" * 6 + "Press RETURN to get started." + "\n" * 9


def press_return(router: IosRouter) -> Dialog[None]:
    """Wait for RETURN."""
    yield Say(text=_AVAILABLE.format(router.hostname))
    yield from wait_for_return()


def login(router: IosRouter) -> Dialog[tuple[str, int] | None]:
    """Ask who is there; give user name and privilege, or None when it ended in nothing."""
    yield Say(text=banner(router, "motd"))
    methods = router.login_methods()
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
        yield Say(text="% Authentication failed\n\n" if router.has_aaa else "% Login invalid\n\n")
    yield Wait(seconds=PAUSE)
    return None


def banner(router: IosRouter, kind: str) -> str:
    """Return a banner as it is shown, "" where none is configured."""
    text = router.config.root.value(f"banner {kind}")
    return text.strip(ETX).removeprefix("\n") + "\n" if text is not None else ""


def _ask(methods: tuple[str, ...]) -> Dialog[tuple[str, str] | None]:
    username = ""
    if methods != ("line",):
        while not username:
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


def _try(router: IosRouter, methods: tuple[str, ...], username: str, password: str) -> Dialog[int | None]:
    """Try the methods in order: any answer is final, a timeout leads to the next method."""
    for method in methods:
        if method == "none":
            return 1
        if method in ("local", "local-case"):
            return _privilege(router, router.privilege_of(username)) if router.knows(username, password) else None
        if method == "line":
            stored = router.console.value("password") or ""
            return 1 if password and stored.split()[-1:] == [password] else None
        if method == "enable":
            return 1 if enable_matches(router, password) else None
        if router.aaa_mode == "dead":
            yield Wait(seconds=sum(seconds for _, seconds in router.aaa_servers()))
            router.servers_silent()
            continue
        yield Wait(seconds=1.1 if router.aaa_mode == "rejecting" else 0.1)
        if router.aaa_mode == "alive" and (username, password) == (router.identity.username, router.identity.password):
            return _privilege(router, 15)
        return None
    return None


def _privilege(router: IosRouter, own: int) -> int:
    """Return the privilege after a login: with AAA a user's *own* only where that is configured for the console."""
    if not router.has_aaa:
        return own
    words = (router.config.root.value("aaa authorization exec default") or "").split()
    if router.config.root.find("aaa authorization console") is None or not words:
        return 1
    return own if router.aaa_mode != "dead" or "local" in words else 1


def enable_matches(router: IosRouter, password: str) -> bool:
    """Tell whether *password* is the enable secret."""
    words = (router.config.root.value("enable secret") or "").split()
    return len(words) == 2 and secret.matches(words[0], words[1], password)


def enable(router: IosRouter) -> Dialog[bool]:
    """Ask for the enable secret."""
    if router.config.root.value("enable secret") is None:
        return True  # without an enable secret the console asks for none
    for _ in range(1 if router.has_aaa else TRIES):
        typed = yield Ask(prompt="Password: ", echo=False, idle=PATIENCE, quiet=True)
        if typed.key != "\r":
            break
        yield Wait(seconds=0.05)
        if enable_matches(router, typed.text):
            return True
    yield Say(text="% Error in authentication.\n\n" if router.has_aaa else "% Bad secrets\n\n")
    return False
