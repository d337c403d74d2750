"""Ed25519 keys of people, in PEM files, which sign plans, approvals and journals."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from oob.errors import UsageError
from oob.fault import unreadable


def private_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in the PEM file *path*; raises UsageError for any other file."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise UsageError(f"{path}: cannot be used as a key: {unreadable(error)}") from error
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path}: cannot be used as a key: not a private key in PEM without a passphrase") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: not an Ed25519 key")
    return key


def public_key(path: Path) -> str:
    """Return the public key in the PEM file *path* as signatures name it; raises UsageError for any other file."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be used as a public key: {unreadable(error)}") from error
    except ValueError as error:
        raise UsageError(f"{path}: cannot be used as a public key: not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: not an Ed25519 key")
    return _text(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(key: Ed25519PrivateKey, statement: str) -> dict[str, str]:
    """Return a signature as documents keep it: the public half of the key, and the value."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"key": _text(public), "value": _text(key.sign(statement.encode()))}


def is_signed(statement: str, key: object, value: object) -> bool:
    """Tell whether *value* is the signature of *statement* by *key*; False for values of any other kind."""
    if not isinstance(key, str) or not isinstance(value, str):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(value), statement.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
