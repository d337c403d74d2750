"""Console logins that a configuration allows while AAA servers are silent, and while they reject. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Lines = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Why no user can log in (*closed*), and when that could happen (*doubtful*), a sentence each."""

    closed: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


def look(rules: str, lines: Lines) -> Doors:
    """Return the console logins that *lines*, the statements of a configuration, allow by the platform's *rules*."""
    return _RULES[rules](lines) if rules else Doors()


def users(rules: str, lines: Lines) -> tuple[str, ...]:
    """Return the users that can log in on the console without any server."""
    pattern = _USER.get(rules, _USERNAME)
    found = [match[1] for line in lines if rules and (match := re.match(pattern, line))]
    if rules == "console-or-default" and "no username admin" not in lines:
        found.append("admin")  # there by default, on the console without a password ("Securing EOS CLI")
    return tuple(dict.fromkeys(found))


_USERNAME = r"username (\S+) .*\b(?:(?:secret|password) |nopassword)"
_USER = {"authentication-order": r"system login user (\S+) authentication (?:encrypted|plain-text)-password"}


# --- IOS: lists of methods, tried in their order while the one before does not answer at all


def _method_lists(lines: Lines) -> Doors:
    if "line con 0 no exec" in lines:
        return Doors(closed=("the console line gives no prompt (line con 0: no exec)",))
    if "aaa new-model" not in lines:
        return Doors(closed=tuple(_without_aaa(lines)))
    name = _value(lines, r"line con 0 login authentication (\S+)")
    methods = _list(lines, "authentication login", name)
    return _doors(methods, [*_unusable(_ways(lines), methods, _login(methods)), *_not_authorised(lines)])


def _without_aaa(lines: Lines) -> Iterator[str]:
    if "line con 0 login local" in lines and not users("method-lists", lines):
        yield "the console's login is local and the configuration has no user with a password"
    if "line con 0 login" in lines and not _has(lines, r"line con 0 password "):
        yield "the console asks for a password and none is set (line con 0: login)"


def _not_authorised(lines: Lines) -> Iterator[str]:
    """Yield why no user gets a shell, or its privileged mode, where a server has to authorise that."""
    name = _value(lines, r"line con 0 authorization exec (\S+)")
    shell = _list(lines, "authorization exec", name) if "aaa authorization console" in lines else ()
    if shell and not {"if-authenticated", "none"} & set(shell):
        yield from _unusable(_ways(lines), shell, f"authorisation on the console ({' '.join(shell)})")
    enable = _list(lines, "authentication enable", "default")
    if enable and not shell:
        yield from _unusable(_ways(lines), enable, f"the enable command ({' '.join(enable)})")


# --- EOS: the console's own list, or else the one for all; commands may have to be authorised on the console, too


def _console_or_default(lines: Lines) -> Doors:
    methods = _list(lines, "authentication login", "console") or ("local",)
    ways = _ways(lines) | {"local": bool(users("console-or-default", lines))}
    closed = [*_unusable(ways, methods, _login(methods))]
    enable = _list(lines, "authentication enable", "default")
    closed += _unusable(ways, enable, f"the enable command ({' '.join(enable)})")
    if {"aaa authorization serial-console", "aaa authorization console"} & set(lines):
        for what in ("exec", r"commands \S+"):
            shell = _list(lines, f"authorization {what}", "default")
            closed += _unusable(ways, shell, f"authorisation on the console ({' '.join(shell)})")
    return _doors(methods, closed)


# --- NX-OS: goes on to the local users by itself where no server answers, unless configured not to


def _fallback(lines: Lines) -> Doors:
    methods = _list(lines, "authentication login", "console") or ("local",)
    kind = "console" if _has(lines, "aaa authentication login console (?!fallback)") else "default"
    falls_back = f"no aaa authentication login {kind} fallback error local" not in lines
    usable = (*methods, "local") if falls_back else methods
    return _doors(methods, [*_unusable(_ways(lines), usable, _login(methods))])


# --- IOS-XR: lists as on IOS, which exist by default; the console names its own


def _line_list(lines: Lines) -> Doors:
    name = _value(lines, r"line console login authentication (\S+)")
    methods = _list(lines, "authentication login", name) or ("local",)
    shell = _list(lines, "authorization exec", _value(lines, r"line console authorization exec (\S+)"))
    closed = [
        *_unusable(_ways(lines), methods, _login(methods)),
        *_unusable(_ways(lines), shell, f"authorisation on the console ({' '.join(shell)})"),
    ]
    return _doors(methods, closed)


# --- what lists of methods have in common


def _login(methods: Lines) -> str:
    return f"the console's login ({' '.join(methods)})"


def _doors(methods: Lines, closed: Sequence[str]) -> Doors:
    """Return *closed*, and the doubts about a login by *methods* where it is open."""
    rejects = "the console asks the AAA servers first: a server that answers and rejects locks out every local user"
    is_doubtful = not closed and bool(methods) and methods[0] == "group"
    return Doors(closed=tuple(closed), doubtful=(rejects,) if is_doubtful else ())


def _ways(lines: Lines) -> dict[str, bool]:
    """Return the methods that need no server, and whether a user can log in with each."""
    has_users = bool(users("method-lists", lines))
    return {
        "local": has_users,
        "local-case": has_users,
        "enable": _has(lines, r"enable (?:secret|password) "),
        "line": _has(lines, r"line con(?:sole)?(?: 0)? (?:secret|password) "),
        "none": True,
        "if-authenticated": True,
    }


def _unusable(ways: Mapping[str, bool], methods: Lines, what: str) -> Iterator[str]:
    """Yield why none of *methods* works without a server; nothing where one does, or there is no list."""
    if not methods or any(ways.get(method) for method in methods):
        return
    lacking = [method for method in methods if method in ways]
    why = f"nothing is configured for {' and '.join(lacking)}" if lacking else "it lists only servers"
    yield f"{what} refuses every user while no AAA server answers: {why}"


def _list(lines: Lines, kind: str, name: str) -> tuple[str, ...]:
    """Return the methods of the list *name*; an undefined list is the default list."""
    known = {
        match[1]: tuple(match[2].split())
        for line in lines
        if (match := re.match(rf"aaa {kind} (\S+) (.+)", line)) is not None
    }
    return known.get(name, known.get("default", ()))


# --- Junos: one order for all logins; the local password is the last resort where no server answers


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
        doubtful.append(f"the order is {' '.join(order)}: a server that answers and rejects locks out every local user")
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
    "console-or-default": _console_or_default,
    "fallback": _fallback,
    "line-list": _line_list,
}
