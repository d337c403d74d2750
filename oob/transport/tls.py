"""TLS over a TCP connection to a console server, which must prove who it is.

Its certificate is signed by a given CA, or it is pinned in known_hosts. Only where the URL says
`verify=no` is the far end taken for what it says it is; such encryption keeps out listeners only.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from oob.deadline import Deadline
from oob.errors import HostKeyRefused, PathInvalid, PathRefused
from oob.transport.tcp import Tcp


class Tls(Tcp):
    """A connected and encrypted socket."""

    def __init__(self, connection: ssl.SSLSocket, path: str) -> None:
        super().__init__(connection, path)
        self._tls = connection

    def receive(self, max_bytes: int) -> bytes:
        """Return what has been decrypted."""
        try:
            return self._tls.recv(max_bytes)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None
        except ssl.SSLEOFError:
            return b""

    def hand_over(self, data: memoryview) -> int:
        """Encrypt and send what the connection takes."""
        try:
            return self._tls.send(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None

    def has_pending(self) -> bool:
        """Tell whether something has been decrypted that the descriptor does not show."""
        return self._tls.pending() > 0

    def unread(self) -> bytes:
        """Nothing: what has come cannot be looked at without taking it."""
        return b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProof:
    """The proof that a server must give: signed by *ca* as *name*, else pinned, else, not *is_wanted*, not at all."""

    is_wanted: bool = True
    ca: Path | None = None
    name: str = ""


def encrypt(connection: socket.socket, deadline: Deadline, path: str, proof: ServerProof) -> ssl.SSLSocket:
    """Begin TLS on *connection*; raises HostKeyRefused where the server's certificate is not signed as *proof* asks.

    Whether a certificate is a pinned one is for the caller to check, before anything is sent.
    """
    try:
        context = _context(proof)
    except OSError as error:  # ssl.SSLError is one
        raise PathInvalid(f"the CA file {proof.ca} cannot be used: {error.strerror or error}", path=path) from error
    try:
        connection.settimeout(deadline.remaining())
        encrypted = context.wrap_socket(connection, server_hostname=proof.name or None)
        encrypted.setblocking(False)
        return encrypted
    except ssl.SSLCertVerificationError as error:
        raise HostKeyRefused(f"the server's certificate is not valid: {error.verify_message}", path=path) from error
    except OSError as error:
        hint = "; a server without a certificate is let in with verify=no" if proof.is_wanted else ""
        raise PathRefused(f"no encryption could be agreed on ({error}){hint}", path=path) from error


def certificate(connection: ssl.SSLSocket) -> bytes:
    """Return the certificate that the server has shown, empty where it has none."""
    return connection.getpeercert(binary_form=True) or b""


def _context(proof: ServerProof) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if proof.ca:
        context.load_verify_locations(cafile=proof.ca)
        return context
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if proof.is_wanted:
        context.set_ciphers("ALL:!aNULL:!eNULL")
    else:
        context.set_ciphers("ALL:!eNULL:@SECLEVEL=0")  # with those without a certificate, which conserver comes with
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.3 knows no server without a certificate
    return context
