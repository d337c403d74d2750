"""Logging in to an SSH server: with nothing, a key file, the agent, a password, or its questions answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import paramiko

from oob.errors import ServerLoginRefused
from oob.fault import unreadable
from oob.transport.access import ServerLogin

Dress = Callable[[paramiko.PKey], paramiko.PKey]


def log_in(session: paramiko.Transport, user: str, login: ServerLogin, path: str, dress: Dress) -> None:
    """Log in as *user*; raises ServerLoginRefused. A password is sent once, so that no account is locked by us.

    *dress* is what becomes of a key before it is used.
    """
    try:
        allowed = session.auth_none(user)
    except paramiko.BadAuthenticationType as error:
        allowed = error.allowed_types
    except paramiko.AuthenticationException:
        allowed = ["publickey", "password", "keyboard-interactive"]  # it did not say
    used: set[str] = set()
    while allowed and not session.is_authenticated():
        method = _next_method(allowed, used, login)
        if not method:
            raise ServerLoginRefused(_why(allowed, used, login), path=path)
        used.add(method)
        if method == "publickey":
            left = _with_keys(session, user, map(dress, key_pairs(login, path)))
        elif method == "password":
            left = _with_password(session, user, login.password)
        else:
            left = _with_answers(session, user, login.password)
        allowed = left or allowed


def key_pairs(login: ServerLogin, path: str) -> Iterator[paramiko.PKey]:
    """Give the keys to try: the key file's, then the agent's where that is wanted."""
    if login.key_file:
        try:
            yield _key(login.key_file, login.passphrase or login.password)
        except FileNotFoundError:
            raise ServerLoginRefused(f"there is no key file {login.key_file}", path=path) from None
        except (paramiko.PasswordRequiredException, TypeError):
            raise ServerLoginRefused(f"the key file {login.key_file} needs its passphrase", path=path) from None
        except (paramiko.SSHException, ValueError, OSError) as error:
            raise ServerLoginRefused(
                f"the key file {login.key_file} cannot be used: {unreadable(error)}", path=path
            ) from error
    if login.use_agent:
        with closing(paramiko.Agent()) as agent:
            yield from agent.get_keys()


def _key(file: Path, passphrase: str) -> paramiko.PKey:
    """Return the key in *file*, opened with *passphrase* where it is locked."""
    try:
        return paramiko.PKey.from_path(file)
    except (paramiko.PasswordRequiredException, TypeError):
        if not passphrase:
            raise
    return paramiko.PKey.from_path(file, passphrase.encode())  # type: ignore[arg-type]  # bytes, say its sources


def _next_method(allowed: Sequence[str], used: set[str], login: ServerLogin) -> str:
    """Return what to try next: keys first, and of the two ways to send a password only one."""
    usable = {
        "publickey": bool(login.key_file or login.use_agent),
        "password": bool(login.password) and "keyboard-interactive" not in used,
        "keyboard-interactive": bool(login.password) and "password" not in used,
    }
    return next((name for name, is_usable in usable.items() if is_usable and name in allowed and name not in used), "")


def _with_keys(session: paramiko.Transport, user: str, keys: Iterable[paramiko.PKey]) -> list[str]:
    for key in keys:
        try:
            return list(session.auth_publickey(user, key))
        except paramiko.BadAuthenticationType:
            break
        except paramiko.AuthenticationException:
            continue
    return []


def _with_password(session: paramiko.Transport, user: str, password: str) -> list[str]:
    try:
        return list(session.auth_password(user, password, fallback=False))
    except paramiko.AuthenticationException:
        return []


def _with_answers(session: paramiko.Transport, user: str, password: str) -> list[str]:
    """Answer a question that is echoed with the user name, and the first that is not with the password."""
    passwords = [password]

    def answer(title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        return [user if echo else (passwords.pop() if passwords else "") for _, echo in prompts]

    try:
        return list(session.auth_interactive(user, answer))
    except paramiko.AuthenticationException:
        return []


def _why(allowed: Sequence[str], used: set[str], login: ServerLogin) -> str:
    takes = " or ".join(allowed)
    if used:
        return f"the server refused our {' and '.join(sorted(used))}; it takes {takes}"
    return f"the server takes {takes}, and we have nothing of that"
