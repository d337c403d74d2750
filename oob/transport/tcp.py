"""`tcp://192.0.2.10:4007`: a raw TCP port of a console server.

A console server that is busy says so in a line of text and hangs up; that is told apart from a line that went dead. A
peer that vanished without a word is found within 20 seconds, behind NAT as well.
"""

from __future__ import annotations

import errno
import fcntl
import ipaddress
import math
import os
import select
import socket
import termios
from contextlib import suppress
from typing import Final

from oob.deadline import Deadline
from oob.errors import PathBusy, PathLost, PathRefused, PathUnreachable, TransportError
from oob.transport.access import Access
from oob.transport.busy import GREETING_SIZE, busy_text, is_wordless
from oob.transport.descriptor import Descriptor
from oob.transport.url import ConsoleURL

SCHEME: Final = "tcp"
OPTIONS: Final[tuple[str, ...]] = ()

# Probes after 5 s of silence, every 3 s, 4 unanswered: dead after 17 s. Unacknowledged data: after 17 s too.
_KEEPALIVE: Final = {"TCP_KEEPIDLE": 5, "TCP_KEEPALIVE": 5, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 4}
_USER_TIMEOUT_MS: Final = 17_000
_DRAIN: Final = 2.0  # seconds for the last bytes written to arrive, when the path is closed
_LISTEN: Final = 3.0  # seconds to hear why a server cuts the connection


class Tcp(Descriptor):
    """A connected socket."""

    def __init__(self, connection: socket.socket, path: str) -> None:
        super().__init__(connection.fileno(), path)
        self._connection = connection
        self._host, self._port = connection.getpeername()[:2]
        self._greeting = b""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the bytes that have come, as soon as there is one; PathBusy when a greeting that said so was all."""
        data = super().read(max_bytes, timeout)
        if self.received <= GREETING_SIZE:
            self._greeting += data
        return data

    def explain(self, error: OSError | None) -> TransportError:
        """Tell a busy console server from a server that hung up, was reset, or vanished."""
        text = busy_text(self._greeting + self.unread()) if self.received <= GREETING_SIZE else ""
        if not text and error and error.errno in (errno.ECONNRESET, errno.EPIPE) and is_wordless(self._greeting):
            text = self._reason()
        if text:
            return PathBusy(f"the console server says: {text}", path=self._path, holder=text)
        is_gone = error is not None and error.errno in (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH)
        if is_gone:
            message = "the far end has stopped answering"
        elif error:
            message = "the far end has cut the connection"
        else:
            message = "the far end has closed the connection"
        return PathLost(message, path=self._path, received=self.received, sent=self.sent, is_gone=is_gone)

    def unread(self) -> bytes:
        """Return what has come and not been read: a write may find the connection cut before that."""
        try:
            return self._connection.recv(GREETING_SIZE, socket.MSG_PEEK)
        except OSError:
            return b""

    def _reason(self) -> str:
        """Return what the server says to one who only listens; its words are lost when it is typed at meanwhile."""
        deadline, heard = Deadline(_LISTEN), b""
        with suppress(OSError, TransportError), dial(self._host, self._port, deadline, self._path) as again:
            poller = select.poll()
            poller.register(again, select.POLLIN)
            while not busy_text(heard) and poller.poll(math.ceil(deadline.remaining() * 1000)):
                if not (data := again.recv(GREETING_SIZE)):
                    break
                heard += data
        return busy_text(heard)

    def release(self) -> None:
        """Close the socket once the last bytes written have arrived; input in the meantime is dropped.

        A socket that is closed with something unread is reset, which throws away the bytes under way on both sides.
        """
        poller = select.poll()
        poller.register(self.fd, select.POLLIN)
        with suppress(OSError):  # it has ended already
            if poller.poll(0) or self._is_under_way():
                self._connection.shutdown(socket.SHUT_WR)
                deadline = Deadline(_DRAIN)
                while poller.poll(math.ceil(deadline.remaining() * 1000)) and self._connection.recv(4096):
                    pass
        self._connection.close()

    def _is_under_way(self) -> bool:
        """Tell whether the far end has not acknowledged all that was written."""
        try:
            return any(fcntl.ioctl(self.fd, termios.TIOCOUTQ, bytes(4)))
        except OSError:
            return True  # a system that does not tell


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Tcp:
    """Connect; raises PathRefused when the port is shut, PathUnreachable when nothing answers."""
    url.allow(*OPTIONS)
    return connect(*url.endpoint(), deadline, str(url))


def connect(host: str, port: int, deadline: Deadline, path: str) -> Tcp:
    """Connect to an IP literal and return the transport."""
    return Tcp(dial(host, port, deadline, path), path)


def dial(host: str, port: int, deadline: Deadline, path: str) -> socket.socket:
    """Connect to an IP literal and return the socket, with keepalives on."""
    connection, address = _socket(host, port, path)
    try:
        connection.setblocking(False)
        _keep_alive(connection)
        _connect(connection, address, deadline, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _socket(host: str, port: int, path: str) -> tuple[socket.socket, tuple[str | int, ...]]:
    """Return a socket and the address for it, made without asking the resolver even for a number."""
    literal = ipaddress.ip_address(host)
    if isinstance(literal, ipaddress.IPv4Address):
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM), (host, port)
    try:
        scope = socket.if_nametoindex(literal.scope_id) if literal.scope_id else 0
    except OSError as error:
        raise PathUnreachable(f"this machine has no interface {literal.scope_id}", path=path) from error
    return socket.socket(socket.AF_INET6, socket.SOCK_STREAM), (host.partition("%")[0], port, 0, scope)


def _connect(connection: socket.socket, address: tuple[str | int, ...], deadline: Deadline, path: str) -> None:
    code = connection.connect_ex(address)
    if code == errno.EINPROGRESS:
        poller = select.poll()
        poller.register(connection, select.POLLOUT)
        if not poller.poll(math.ceil(deadline.remaining() * 1000)):
            raise PathUnreachable("no answer at all: the address is dead, or something drops the packets", path=path)
        code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code == errno.ECONNREFUSED:
        raise PathRefused("the port is shut (some console servers shut it while the line is in use)", path=path)
    if code == errno.ECONNRESET:
        raise PathRefused("the port was opened and cut at once", path=path)
    if code == errno.ETIMEDOUT:
        raise PathUnreachable("no answer at all: the address is dead, or something drops the packets", path=path)
    if code:
        raise PathUnreachable(f"there is no way to the address ({os.strerror(code).lower()})", path=path)


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():  # macOS calls the first one TCP_KEEPALIVE
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)
