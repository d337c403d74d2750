"""Secrets in a configuration: a clear-text secret is stored as a hash in the format of the platform."""

from __future__ import annotations

import base64
import hashlib
import hmac


def hashed(kind: str, password: str) -> str:
    """Return a hash of *password* that looks like crypt's *kind* (`$5$`, `$6$`), cheap enough for many routers."""
    salt = _b64(hashlib.sha256(f"{kind}{password}".encode()).digest())[:8]
    return _with_salt(kind, salt, password)


def matches(stored: str, password: str) -> bool:
    """Tell whether *password* is the one behind *stored*, which is a hash or the password itself."""
    parts = stored.split("$")
    wanted = _with_salt(f"${parts[1]}$", parts[2], password) if len(parts) == 4 else password
    return hmac.compare_digest(wanted.encode(), stored.encode())


def _with_salt(kind: str, salt: str, password: str) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 100)
    return f"{kind}{salt}${_b64(digest)[:43]}"


def _b64(data: bytes) -> str:
    return base64.b64encode(data, b"./").decode().rstrip("=")
