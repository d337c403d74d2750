"""TLS certificates of console servers, pinned in known_hosts as SSH host keys are.

A line is `[192.0.2.10]:782 tls-sha256 BASE64`, the SHA-256 of the certificate.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error
from contextlib import suppress
from typing import Final

from oob.errors import HostKeyRefused, HostKeyUnknown
from oob.events import PATH_KEY_ACCEPTED
from oob.transport import hostkey
from oob.transport.access import Access

TYPE: Final = "tls-sha256"


def check(certificate: bytes, host: str, port: int, access: Access, path: str) -> None:
    """Raise HostKeyRefused unless *certificate* (DER) is known for the server, or its first and new ones are accepted.

    For a server without a known certificate the error is HostKeyUnknown, which accepting the certificate resolves.
    """
    name = hostkey.entry_name(host, port)
    shown = fingerprint(certificate)
    known = _known(name, access)
    if shown in known:
        return
    if known:
        before = ", ".join(known)
        raise HostKeyRefused(
            f"{name} is not the server it was: it shows {TYPE} {shown}, and {access.known_hosts} has {before}",
            path=path,
        )
    if not access.accept_new_key or access.known_hosts is None:
        where = access.known_hosts or "known_hosts (there is no such file)"
        raise HostKeyUnknown(
            f"{name} is not in {where}; it shows {TYPE} {shown}: compare that with the server's own certificate, then "
            "accept it",
            path=path,
        )
    encoded = b64encode(hashlib.sha256(certificate).digest()).decode()
    hostkey.remember(f"{name} {TYPE} {encoded}", access.known_hosts)
    access.events.emit(PATH_KEY_ACCEPTED, f"{name} is new: accepted {TYPE} {shown}", path=path, fingerprint=shown)


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate as `openssl x509 -fingerprint -sha256` writes it."""
    return _written(hashlib.sha256(certificate).digest())


def _written(digest: bytes) -> str:
    return digest.hex(":").upper()


def _known(name: str, access: Access) -> list[str]:
    """Return the fingerprints that are known for a server; a line that holds none is as good as not there."""
    found = []
    for line in hostkey.lines(access.known_hosts):
        fields = line.split()
        if len(fields) >= 3 and fields[1] == TYPE and name in fields[0].split(","):
            with suppress(Error, ValueError):
                found.append(_written(b64decode(fields[2], validate=True)))
    return found
