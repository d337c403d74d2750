"""The login on the console: banner, name, password, and the AAA servers that may be silent or say no."""

from __future__ import annotations

from oob.lab.dialog import CTRL_C, Ask, Dialog, Say, TypedLine, Wait
from oob.lab.nos.junos.router import JunosRouter

_BACKOFF = 2  # failures before each further one costs time
_TIMEOUT = 3  # seconds per try and server, where the configuration says nothing else
_RETRIES = 3


def login(router: JunosRouter) -> Dialog[str]:
    """Ask for name and password until a login succeeds; return the user name."""
    failures = 0
    yield Say(text=banner(router))
    while True:
        typed: TypedLine = yield Ask(prompt="login: ", ends=CTRL_C, quiet=True)
        name = typed.text.strip()
        if not name or typed.key == CTRL_C:
            continue
        if name == "root" and not router.database.active.has("system", "root-authentication"):
            return name
        typed = yield Ask(prompt="Password:", echo=False, ends=CTRL_C, quiet=True)
        if typed.key == CTRL_C:  # login(1) ends, and getty begins anew
            yield Say(text=banner(router))
            continue
        accepted = yield from _accepted(router, name, typed.text)
        if accepted:
            return name
        failures += 1
        if failures > _BACKOFF:
            yield Wait(seconds=5 * (failures - _BACKOFF))
        yield Say(text="Login incorrect\n")
        if failures >= 3:
            failures = 0
            yield Say(text=banner(router))


def banner(router: JunosRouter) -> str:
    """Return what stands above `login:`."""
    message = router.database.active.value("system", "login", "message").replace("\\n", "\n")
    who = router.hostname or "Amnesiac"
    return f"\n{message}\n{who} (ttyu0)\n\n" if message else f"\n{who} (ttyu0)\n\n"


def welcome(router: JunosRouter) -> str:
    """Return what stands above the first prompt."""
    announcement = router.database.active.value("system", "login", "announcement").replace("\\n", "\n")
    text = f"\n--- JUNOS {router.version} Kernel 64-bit  JNPR-12.1-20240112.7ed4bf9_buil\n"
    return text + (f"{announcement}\n" if announcement else "")


def _accepted(router: JunosRouter, name: str, password: str) -> Dialog[bool]:
    """Try the authentication order. A server that times out leads to the next method.

    Where no method answered at all, Junos tries the local password as a last resort.
    """
    config = router.database.active
    order = config.find("system", "authentication-order")
    methods = order.values if order is not None else ["password"]
    answered = False
    for method in methods:
        if method == "password":
            if router.knows(name, password):
                return True
            answered = True
            continue
        silence = _silence(router, method)
        if router.aaa_mode == "dead" and silence:
            yield Wait(seconds=silence)
        elif silence:
            answered = True
            yield Wait(seconds=0.2)
            if router.aaa_mode == "alive" and (name, password) == (router.identity.username, router.identity.password):
                return True
    return not answered and router.knows(name, password)


def _silence(router: JunosRouter, method: str) -> float:
    """Return the seconds that *method* takes when none of its servers answers; 0 without a server."""
    total = 0.0
    for server in router.database.active.entries("system", f"{method}-server"):
        timeout = float(server.value("timeout", default=str(_TIMEOUT)))
        retries = int(server.value("retry", default=str(_RETRIES))) if method == "radius" else 1
        total += timeout * retries
    return total
