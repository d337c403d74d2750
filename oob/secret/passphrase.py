"""Opens an age file that a passphrase has locked, on however slow a machine.

pyrage measures the machine first and refuses a file that would keep it busy for longer than about 16 seconds: a file of
a fast laptop does not open on a small console server, or on a busy jump host. The format is that of
age-encryption.org/v1, with the scrypt recipient (C2SP, age.md).
"""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_HEADER = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt (?P<salt>[\w+/]{22}) (?P<work>[1-9]\d?)\n(?P<key>[\w+/]{43})\n---"
    rb" (?P<mac>[\w+/]{43})\n",
    re.ASCII,
)
_SALT = b"age-encryption.org/v1/scrypt"
_CHUNK, _TAG, _NONCE = 65_536, 16, 16
MOST_WORK = 22  # 4 GiB of memory


class Locked(Exception):
    """It does not open: the text says why."""


def is_locked_by_passphrase(stored: bytes) -> bool:
    """Tell whether a passphrase opens *stored*."""
    return b"\n-> scrypt " in stored[:100]


def opened(stored: bytes, passphrase: str) -> bytes:
    """Return what *stored* holds; raises Locked where the passphrase is wrong or the file damaged."""
    header = _HEADER.match(stored)
    if header is None:
        raise Locked("it is damaged: its header is not that of an age file with a passphrase")
    work = int(header["work"])
    if work > MOST_WORK:
        raise Locked(f"opening it would take {2 ** (work - 20)} GiB of memory")
    try:
        key = Scrypt(salt=_SALT + _plain(header["salt"]), length=32, n=2**work, r=8, p=1).derive(passphrase.encode())
        file_key = ChaCha20Poly1305(key).decrypt(bytes(12), _plain(header["key"]), None)
    except MemoryError:
        raise Locked(f"opening it takes {2**work // 1024} MiB of memory, which this machine does not have") from None
    except InvalidTag:
        raise Locked("the passphrase is wrong") from None
    try:
        _check(header, file_key)
        return _payload(stored[header.end() :], file_key)
    except (InvalidTag, InvalidSignature, binascii.Error):
        raise Locked("it is damaged: its content is not the content written") from None


def _check(header: re.Match[bytes], file_key: bytes) -> None:
    mac = HMAC(_derived(file_key, b"", b"header"), SHA256())
    mac.update(header[0][: header.start("mac") - 1])
    mac.verify(_plain(header["mac"]))


def _payload(data: bytes, file_key: bytes) -> bytes:
    """Decrypt chunk by chunk; the last one, which alone may be short, says that it is the last."""
    cipher = ChaCha20Poly1305(_derived(file_key, data[:_NONCE], b"payload"))
    step = _CHUNK + _TAG
    starts = range(_NONCE, max(len(data), _NONCE + 1), step)
    return b"".join(
        cipher.decrypt(number.to_bytes(11, "big") + bytes([start == starts[-1]]), data[start : start + step], None)
        for number, start in enumerate(starts)
    )


def _derived(file_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(file_key)


def _plain(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
