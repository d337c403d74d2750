"""TLS over a TCP connection, for servers that encrypt without proving who they are (conserver's default).

Such encryption keeps out listeners only: it proves nothing about the far end, and says so here rather than seem to.
"""

from __future__ import annotations

import socket
import ssl

from oob.deadline import Deadline
from oob.errors import PathRefused
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


def encrypt(connection: socket.socket, deadline: Deadline, path: str) -> ssl.SSLSocket:
    """Begin TLS on *connection*, with or without a certificate at the far end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:!eNULL:@SECLEVEL=0")  # with those without a certificate, which conserver comes with
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.3 knows no server without a certificate
    try:
        connection.settimeout(deadline.remaining())
        encrypted = context.wrap_socket(connection)
        encrypted.setblocking(False)
        return encrypted
    except OSError as error:
        raise PathRefused(f"no encryption could be agreed on ({error})", path=path) from error
