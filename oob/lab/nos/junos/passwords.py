"""Local passwords and their hashes."""

from __future__ import annotations

from hashlib import sha512

from oob.lab.nos.junos.tree import Statement

_DIGITS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def knows(config: Statement, name: str, password: str) -> bool:
    """Tell whether *password* is the local password of *name*."""
    path = ("root-authentication",) if name == "root" else ("login", "user", name, "authentication")
    stored = config.value("system", *path, "encrypted-password")
    return bool(stored) and hashed(password, stored.split("$")[2] if stored.count("$") > 2 else "") == stored


def hashed(password: str, salt: str) -> str:
    """Return a comparable imitation of a SHA-512 crypt; the lab's routers keep no real ones."""
    digest = b"".join(sha512(f"{salt}{password}{turn}".encode()).digest() for turn in (0, 1))
    return f"$6${salt}$" + "".join(_DIGITS[byte & 63] for byte in digest[:86])
