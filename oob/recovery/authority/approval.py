"""Proofs of the second approver, offline: a typed passphrase, or a signature with the approver's key.

A policy keeps only a hash of a passphrase, and only the public half of a key. Pure.
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
SKEW = timedelta(minutes=5)  # how far the approver's clock may be ahead of ours


def sealed(passphrase: str) -> str:
    """Return the salted hash of a passphrase that a policy keeps."""
    salt = secrets.token_bytes(16)
    return f"{_text(salt)}:{_text(_derived(passphrase, salt))}"


def kept(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key, which a policy keeps."""
    return KEY + _text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def approve(key: Ed25519PrivateKey, scope: Scope, now: datetime) -> str:
    """Return the approval of one recovery at this time, a text that can be read out or sent, valid for one run."""
    stamp, nonce = now.astimezone(UTC).strftime(STAMP), secrets.token_hex(8)
    return f"{stamp}.{nonce}.{_text(key.sign(_statement(scope, stamp, nonce)))}"


def nonce_of(typed: str) -> str:
    """Return the nonce of an approval."""
    return typed.strip().split(".")[1]


def is_key(known: str) -> bool:
    """Tell whether an enrolment is a public key, and not a passphrase."""
    return known.startswith(KEY)


def is_made_by(known: str, key: str) -> bool:
    """Tell whether *key*, the public half that signed a plan, is the enrolled key *known*."""
    return bool(key) and is_key(known) and known == KEY + key


def fingerprint(known: str) -> bytes:
    """Return the fingerprint of an enrolled key, however it is written; raises ValueError for anything else."""
    return hashlib.sha256(base64.b64decode(known.removeprefix(KEY), validate=True)).digest()


def objection(known: str, typed: str, scope: Scope, now: datetime, valid: timedelta) -> str:
    """Return why *typed* does not prove the approver with the enrolment *known*; "" where it does.

    An approval is valid for the time *valid*. Raises ValueError where the enrolment cannot be read.
    """
    if is_key(known):
        return _against_approval(known, typed, scope, now, valid)
    salt, _, derived = known.partition(":")
    is_right = hmac.compare_digest(_derived(typed, base64.b64decode(salt)), base64.b64decode(derived, validate=True))
    return "" if is_right else "wrong passphrase"


def _against_approval(known: str, typed: str, scope: Scope, now: datetime, valid: timedelta) -> str:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(known.removeprefix(KEY), validate=True))
    try:
        stamp, nonce, signature = typed.strip().split(".")
        public.verify(base64.b64decode(signature, validate=True), _statement(scope, stamp, nonce))
        made = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except (InvalidSignature, ValueError):
        return "the approval is for another plan, or was signed with another key"
    if made - now > SKEW:
        return f"the approval was made at {made:%H:%M} UTC, which is in the future"
    if now - made > valid:
        minutes = valid.total_seconds() / 60
        return f"the approval was made at {made:%Y-%m-%d %H:%M} UTC and is valid for {minutes:g} minutes"
    return ""


def _statement(scope: Scope, stamp: str, nonce: str) -> bytes:
    """Return the signed text: the scope, the time, and a nonce."""
    return f"oob recovery approval\n{scope.sha256}\n{stamp}\n{nonce}".encode()


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=64 * 1024 * 1024)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
