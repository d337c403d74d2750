"""Who is let in on the console by a configuration while AAA servers are silent, and while they say no. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Lines = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Why nobody gets in (*closed*), and when that could become so (*doubtful*), a sentence each."""

    closed: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


def look(rules: str, lines: Lines) -> Doors:
    """Return what *lines*, the statements of a configuration, make of the console by the platform's *rules*."""
    return _RULES[rules](lines) if rules else Doors()


def users(rules: str, lines: Lines) -> tuple[str, ...]:
    """Return the users that can log in on the console without any server."""
    patterns = {
        "method-lists": r"username (\S+) .*\b(?:secret|password) ",
        "authentication-order": r"system login user (\S+) authentication (?:encrypted|plain-text)-password",
    }
    found = (re.match(patterns[rules], line) for line in lines) if rules else ()
    return tuple(dict.fromkeys(match[1] for match in found if match))


# --- IOS: lists of methods, tried in their order while the one before does not answer at all


def _method_lists(lines: Lines) -> Doors:
    if "line con 0 no exec" in lines:
        return Doors(closed=("the console line gives nobody a prompt (line con 0: no exec)",))
    if "aaa new-model" not in lines:
        return Doors(closed=tuple(_without_aaa(lines)))
    name = _value(lines, r"line con 0 login authentication (\S+)")
    methods = _list(lines, "authentication login", name)
    closed = [
        *_unusable(lines, methods, f"the console's login ({' '.join(methods)})"),
        *_not_authorised(lines),
    ]
    servers_first = bool(methods) and methods[0] == "group"
    doubtful = (
        ("the console asks the AAA servers first: one that answers and rejects keeps every local user out",)
        if servers_first and not closed
        else ()
    )
    return Doors(closed=tuple(closed), doubtful=doubtful)


def _without_aaa(lines: Lines) -> Iterator[str]:
    if "line con 0 login local" in lines and not users("method-lists", lines):
        yield "the console's login is local and the configuration has no user with a password"
    if "line con 0 login" in lines and not _has(lines, r"line con 0 password "):
        yield "the console asks for a password and none is set (line con 0: login)"


def _not_authorised(lines: Lines) -> Iterator[str]:
    """Say why nobody is given a shell, or its privileged part, where that is asked of a server."""
    name = _value(lines, r"line con 0 authorization exec (\S+)")
    shell = _list(lines, "authorization exec", name) if "aaa authorization console" in lines else ()
    if shell and not {"if-authenticated", "none"} & set(shell):
        yield from _unusable(lines, shell, f"authorisation on the console ({' '.join(shell)})")
    enable = _list(lines, "authentication enable", "default")
    if enable and not shell:
        yield from _unusable(lines, enable, f"the enable command ({' '.join(enable)})")


def _unusable(lines: Lines, methods: Lines, what: str) -> Iterator[str]:
    """Say why none of *methods* lets anybody in without a server; nothing where one does, or there is no list."""
    local = {
        "local": bool(users("method-lists", lines)),
        "local-case": bool(users("method-lists", lines)),
        "enable": _has(lines, r"enable (?:secret|password) "),
        "line": _has(lines, r"line con 0 password "),
        "none": True,
        "if-authenticated": True,
    }
    if not methods or any(local.get(method) for method in methods):
        return
    lacking = [method for method in methods if method in local]
    why = f"nothing is configured for {' and '.join(lacking)}" if lacking else "it has only servers"
    yield f"{what} lets nobody in while no AAA server answers: {why}"


def _list(lines: Lines, kind: str, name: str) -> tuple[str, ...]:
    """Return the methods of the list *name*; one that is not defined is the default one."""
    known = {
        match[1]: tuple(match[2].split())
        for line in lines
        if (match := re.match(rf"aaa {kind} (\S+) (.+)", line)) is not None
    }
    return known.get(name, known.get("default", ()))


# --- Junos: one order for all ways in; the local password is the last resort where no server answers


def _authentication_order(lines: Lines) -> Doors:
    has_users = bool(users("authentication-order", lines))
    root = _has(lines, r"system root-authentication (?:encrypted|plain-text)-password")
    insecure = "system ports console insecure" in lines
    order = [match[1] for line in lines if (match := re.match(r"system authentication-order \[?\s*(\S+)", line))]
    closed = []
    if "system ports console disable" in lines:
        closed.append("the console port is switched off (system ports console disable)")
    if not has_users and not root:
        closed.append("neither root nor any user has a password of its own")
    elif not has_users and insecure:
        closed.append("only root has a password of its own, and the console refuses root (ports console insecure)")
    doubtful = []
    if order and "password" not in order:
        doubtful.append(f"the order is {' '.join(order)}: a server that answers and rejects keeps every local user out")
    if "system ports console log-out-on-disconnect" in lines:
        doubtful.append("the console logs out when the path drops (log-out-on-disconnect)")
    return Doors(closed=tuple(closed), doubtful=tuple(doubtful))


def _has(lines: Lines, pattern: str) -> bool:
    return any(re.match(pattern, line) for line in lines)


def _value(lines: Lines, pattern: str) -> str:
    return next((match[1] for line in lines if (match := re.match(pattern, line))), "default")


_RULES: dict[str, Callable[[Lines], Doors]] = {
    "method-lists": _method_lists,
    "authentication-order": _authentication_order,
}
