"""Secrets in a configuration: a clear-text secret is stored as a hash in the format of type 9."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_CLEAR = re.compile(r"^(enable|username \S+(?: privilege \d+)?) secret (?:0 )?(\S+)$")


def hashed(line: str) -> str:
    """Return *line* with a clear secret replaced by its hash; any other line as it is."""
    found = _CLEAR.match(line)
    if found is None:
        return line
    salt = _b64(hashlib.sha256(line.encode()).digest())[:14]
    return f"{found[1]} secret 9 {hash_of(found[2], salt)}"


def hash_of(password: str, salt: str) -> str:
    """Return the hash of *password*; IOS uses scrypt here, which a hundred virtual routers cannot afford."""
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 100)
    return f"$9${salt}${_b64(digest)[:43]}"


def matches(kind: str, stored: str, password: str) -> bool:
    """Tell whether *password* is the one behind *stored* (the words after `secret` or `password`)."""
    if kind == "0":
        return hmac.compare_digest(stored.encode(), password.encode())
    parts = stored.split("$")
    return kind == "9" and len(parts) == 4 and hmac.compare_digest(hash_of(password, parts[2]), stored)


def _b64(data: bytes) -> str:
    return base64.b64encode(data, b"./").decode().rstrip("=")
