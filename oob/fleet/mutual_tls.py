"""Mutual TLS for several jump hosts: without it nothing starts, since an open Dask scheduler runs anyone's code."""

from __future__ import annotations

import ssl
import stat
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from oob.errors import UsageError

AUTHORITY, CERTIFICATE, KEY = "ca.pem", "cert.pem", "key.pem"
FOLDER = "tls"  # of a home
SCHEME = "tls://"


def distributed(part: str = "distributed") -> Any:
    """Return a module of Dask's `distributed`; raises UsageError where it is not installed."""
    try:
        return import_module(part)
    except ImportError as error:
        raise UsageError("several jump hosts need Dask: pip install 'oob[fleet]'") from error


def check_address(address: str) -> str:
    """Return the *address* of a scheduler; raises UsageError unless it is one of TLS."""
    if not address.startswith(SCHEME):
        raise UsageError(f"{address}: not {SCHEME}ADDRESS:PORT; without mutual TLS a scheduler runs anyone's code")
    return address


def security(folder: Path) -> Any:
    """Return Dask's security for all roles from the PEM files in *folder*; raises UsageError where one is unfit.

    Each side shows a certificate of the same authority, and refuses another side without one.
    """
    files = {name: folder / name for name in (AUTHORITY, CERTIFICATE, KEY)}
    for file in files.values():
        if not file.is_file():
            raise UsageError(f"{file}: missing; mutual TLS needs {AUTHORITY}, {CERTIFICATE} and {KEY} in {folder}")
    if files[KEY].stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{files[KEY]}: others may read it; chmod 600 {files[KEY]}")
    _check_issued(files[CERTIFICATE], files[AUTHORITY])
    roles = ("client", "scheduler", "worker")
    pairs = {
        f"tls_{role}_{kind}": str(files[name]) for role in roles for kind, name in (("cert", CERTIFICATE), ("key", KEY))
    }
    return distributed("distributed.security").Security(
        require_encryption=True, tls_ca_file=str(files[AUTHORITY]), tls_min_version=ssl.TLSVersion.TLSv1_3, **pairs
    )


def _check_issued(certificate: Path, authority: Path) -> None:
    """Raise UsageError unless the authority has issued the certificate."""
    try:
        issued = x509.load_pem_x509_certificate(certificate.read_bytes())
        issuer = x509.load_pem_x509_certificate(authority.read_bytes())
        issued.verify_directly_issued_by(issuer)
    except (OSError, ValueError, TypeError, InvalidSignature) as error:
        raise UsageError(f"{certificate}: not a certificate that {authority} has issued") from error
