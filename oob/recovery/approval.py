"""How the second person proves to be it, offline: a passphrase that is typed, or a signature made with an own key.

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

from oob.recovery.means import Choices

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


def approve(key: Ed25519PrivateKey, device: str, choices: Choices, now: datetime) -> str:
    """Return the approval of one recovery at this time, a word that can be read out or sent."""
    stamp = now.astimezone(UTC).strftime(STAMP)
    return f"{stamp}.{_text(key.sign(_statement(device, choices, stamp)))}"


def objection(known: str, typed: str, device: str, choices: Choices, now: datetime, valid: timedelta) -> str:
    """Return why *typed* is no word of the person that the policy has *known* of; empty where it is.

    An approval is good for the time *valid*. Raises ValueError where the policy's entry is none.
    """
    if known.startswith(KEY):
        return _against_approval(known, typed, device, choices, now, valid)
    salt, _, derived = known.partition(":")
    is_right = hmac.compare_digest(_derived(typed, base64.b64decode(salt)), base64.b64decode(derived, validate=True))
    return "" if is_right else "the passphrase is another one"


def _against_approval(known: str, typed: str, device: str, choices: Choices, now: datetime, valid: timedelta) -> str:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(known.removeprefix(KEY), validate=True))
    stamp, _, signature = typed.strip().partition(".")
    try:
        public.verify(base64.b64decode(signature), _statement(device, choices, stamp))
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


def _statement(device: str, choices: Choices, stamp: str) -> bytes:
    """Return what is signed: which device, back to what, by which plan, by whose word, why and when."""
    parts = (device, choices.target, choices.plan, choices.change, choices.authorised_by, choices.reason, stamp)
    return "\n".join(("oob recovery", *(part.replace("\n", " ") for part in parts))).encode()


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=64 * 1024 * 1024)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
