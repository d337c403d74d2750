"""An age file with a passphrase, as age-encryption.org/v1 has it, that costs no time: pyrage's take a second each."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PHRASE = "correct horse"
CHUNK = 65_536


def locked(text: bytes) -> bytes:
    """Return *text* as age locks it with the passphrase, but so that guessing costs next to nothing."""
    salt, file_key, nonce = b"s" * 16, b"k" * 16, b"n" * 16
    key = hashlib.scrypt(PHRASE.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2, r=8, p=1, dklen=32)
    wrapped = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s 1\n%s\n---" % (_base64(salt), _base64(wrapped))
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    starts = range(0, max(1, len(text)), CHUNK)
    chunks = (
        cipher.encrypt(number.to_bytes(11, "big") + bytes([start == starts[-1]]), text[start : start + CHUNK], None)
        for number, start in enumerate(starts)
    )
    return header + b" " + _base64(mac) + b"\n" + nonce + b"".join(chunks)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(key)
