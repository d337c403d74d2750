"""How the second approver proves to be it, offline: a passphrase that is typed, or a signature made with an own key.

A policy keeps of a passphrase only what it is checked with, of a key only the public half. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from oob.recovery.authority.scope import Scope

COST, BLOCK, LANES = 2**14, 8, 1  # scrypt
KEY = "ed25519:"
STAMP = "%Y%m%dT%H%M%SZ"
SKEW = timedelta(minutes=5)  # how far the second person's clock may be ahead of ours


def sealed(passphrase: str) -> str:
    """Return what a policy keeps of a passphrase."""
    salt = secrets.token_bytes(16)
    return f"{_text(salt)}:{_text(_derived(passphrase, salt))}"


def kept(key: Ed25519PrivateKey) -> str:
    """Return what a policy keeps of a key: its public half."""
    return KEY + _text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def approve(key: Ed25519PrivateKey, scope: Scope, now: datetime) -> str:
    """Return the approval of one recovery at this time, a text that can be read out or sent, good for one run."""
    stamp, nonce = now.astimezone(UTC).strftime(STAMP), secrets.token_hex(8)
    return f"{stamp}.{nonce}.{_text(key.sign(_statement(scope, stamp, nonce)))}"


def nonce_of(typed: str) -> str:
    """Return what tells one approval from every other."""
    return typed.strip().split(".")[1]


def is_key(known: str) -> bool:
    """Tell whether the policy has a public key of somebody, and not a passphrase."""
    return known.startswith(KEY)


def fingerprint(known: str) -> bytes:
    """Return what tells a key that a policy has, however it is written; raises ValueError where it is none."""
    return hashlib.sha256(base64.b64decode(known.removeprefix(KEY), validate=True)).digest()


def objection(known: str, typed: str, scope: Scope, now: datetime, valid: timedelta) -> str:
    """Return why *typed* does not prove the person that the policy has *known* of; empty where it does.

    An approval is good for the time *valid*. Raises ValueError where the policy's entry is none.
    """
    if is_key(known):
        return _against_approval(known, typed, scope, now, valid)
    salt, _, derived = known.partition(":")
    is_right = hmac.compare_digest(_derived(typed, base64.b64decode(salt)), base64.b64decode(derived, validate=True))
    return "" if is_right else "the passphrase is another one"


def _against_approval(known: str, typed: str, scope: Scope, now: datetime, valid: timedelta) -> str:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(known.removeprefix(KEY), validate=True))
    try:
        stamp, nonce, signature = typed.strip().split(".")
        public.verify(base64.b64decode(signature, validate=True), _statement(scope, stamp, nonce))
        made = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except (InvalidSignature, ValueError):
        return "the approval is of something else, or was made with another key"
    if made - now > SKEW:
        return f"the approval was made at {made:%H:%M} UTC, which has not come yet"
    if now - made > valid:
        return (
            f"the approval was made at {made:%Y-%m-%d %H:%M} UTC and is good for {valid.total_seconds() / 60:g} minutes"
        )
    return ""


def _statement(scope: Scope, stamp: str, nonce: str) -> bytes:
    """Return what is signed: the scope, when, and what makes this approval one of its own."""
    return f"oob recovery approval\n{scope.sha256}\n{stamp}\n{nonce}".encode()


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=64 * 1024 * 1024)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
