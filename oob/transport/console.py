"""`console:///r1?server=192.0.2.10`: a console of a conserver, the one named behind the slashes.

conserver's protocol is spoken here instead of by its own client, which looks names up where a server passes it on to
another, and does not notice for hours that a server is gone. The console is read and written unless another user
writes to it (PathBusy; `Access.evict` takes it over); `?spy=yes` only watches.

The connection is encrypted, and the server proves who it is before the login is sent: its certificate is pinned in
`Access.known_hosts`, as an SSH host key is, or `?ca=ca.pem` (beside known_hosts unless it has a path) has signed it for
the address, or for `?name=cs1.example.net`. `?verify=no` takes any server, also one without a certificate; `?plain=yes`
is for servers that cannot encrypt.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from oob.deadline import Deadline
from oob.errors import PathBusy, PathHeld, PathLost, PathRefused, ServerLoginRefused, UsageError
from oob.transport import certificate
from oob.transport.access import Access
from oob.transport.layer import Layer
from oob.transport.noise import Noise
from oob.transport.tcp import Tcp, dial
from oob.transport.tls import ServerProof, Tls, encrypt
from oob.transport.tls import certificate as shown
from oob.transport.url import ConsoleURL, address_of

SCHEME: Final = "console"
OPTIONS: Final[tuple[str, ...]] = ("server", "port", "spy", "plain", "verify", "ca", "name")
PORT: Final = 782

_IAC: Final = b"\xff"  # doubled on the wire
_USUAL_ESCAPE: Final = b"\x05c"
_ESCAPE: Final = b"\x1cc"  # Ctrl-\ c: Ctrl-E c may be typed at a device, which moves to the end of a line
_MAX_REDIRECTS: Final = 3
_PORT: Final = re.compile(r"[0-9]{1,9}")
_NOTICE: Final = re.compile(rb"\[forced to `spy' mode by ([^\]\r\n]*)\]|\[-- (Console server shutting down) --\]")
_LONGEST_NOTICE: Final = 200
_REPLY_TIMEOUT: Final = 5.0


class Conserver(Layer):
    """A console that has been called; *inner* is the connection to the process that has it."""

    def __init__(self, inner: Tcp, early: bytes, *, is_spy: bool) -> None:
        super().__init__(inner)
        self._early = early
        self._is_spy = is_spy
        self._noise = Noise()
        self._tail = b""  # the end of the bytes read, where a notice may have begun
        self._half = b""  # an IAC whose other half has not come
        self._closing = threading.Lock()
        self._is_closed = False

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the bytes that have come, as soon as there is one; PathLost when another user took the console."""
        if self._early:
            data, self._early = self._early[:max_bytes], self._early[max_bytes:]
            return data
        deadline = Deadline(timeout)
        while data := self.inner.read(max_bytes, deadline.remaining()):
            data = self._noise.strip(self._undoubled(data))
            self._look_for_notices(data)
            if data:
                return data
        return b""

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data*; raises PathBusy where the console is only watched."""
        self._must_write()
        self.inner.write(data.replace(_IAC, _IAC + _IAC), timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Send the BREAK that the server's configuration has for this console."""
        self._must_write()
        self._noise.expect(b"[halt sent]\r\n")
        self.inner.write(_ESCAPE + b"l0", _REPLY_TIMEOUT)

    def close(self) -> None:
        """Leave the console."""
        with self._closing:
            if not self._is_closed:
                self._is_closed = True
                with suppress(PathLost, TimeoutError):  # the server sees the connection end in any case
                    self.inner.write(_ESCAPE + b".", 0)
                self.inner.close()

    def _must_write(self) -> None:
        if self._is_spy:
            raise PathBusy("this console is only watched (spy=yes)", path=self.path)

    def _undoubled(self, data: bytes) -> bytes:
        data = self._half + data
        if _IAC not in data:
            return data
        self._half = _IAC if (len(data) - len(data.rstrip(_IAC))) % 2 else b""
        return data[: len(data) - len(self._half)].replace(_IAC + _IAC, _IAC)

    def _look_for_notices(self, data: bytes) -> None:
        seen = self._tail + data
        self._tail = seen[-_LONGEST_NOTICE:]
        if notice := _NOTICE.search(seen):
            taken = notice[1]
            why = f"{taken.decode('latin-1')} has taken the console over" if taken else "the console server shuts down"
            raise PathLost(why, path=self.path, received=0, sent=0)


class _Dialog:
    """The lines that are exchanged with a server before a console is a stream."""

    def __init__(self, transport: Tcp, deadline: Deadline) -> None:
        self.transport = transport
        self.rest = b""
        self._deadline = deadline

    def line(self) -> str:
        """Return the next line that says something."""
        while True:
            while b"\n" not in self.rest:
                data = self.transport.read(4096, self._deadline.remaining())
                if not data:
                    raise _stranger(self.transport.path)
                self.rest += data
            line, _, self.rest = self.rest.partition(b"\n")
            if text := line.decode("latin-1").strip():
                return text

    def ask(self, text: bytes) -> str:
        """Send *text* and return the line that answers."""
        return self.ask_all(text)[0]

    def ask_all(self, *texts: bytes) -> list[str]:
        """Send all *texts* at once and return the lines that answer them."""
        self.transport.write(b"".join(texts), self._deadline.remaining())
        return [self.line() for _ in texts]


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Conserver:
    """Call a console; raises PathBusy, PathRefused (unknown or down), ServerLoginRefused or PathUnreachable."""
    url.allow(*OPTIONS)
    name = url.path.strip("/")
    server = url.text("server")
    if not name or not server:
        raise UsageError(f"{url}: console:// needs a console and its server, as in console:///r1?server=192.0.2.10")
    host, port = address_of(server, access.hosts), url.integer("port", PORT)
    for _ in range(_MAX_REDIRECTS):
        dialog = _log_in(host, port, url, access, deadline)
        try:
            answer = dialog.ask(b"call " + name.encode() + b"\r\n")
            if answer.startswith("["):
                return _attach(dialog, answer, url.flag("spy"), access.evict)
        except BaseException:
            dialog.transport.close()
            raise
        dialog.transport.close()
        host, port = _redirect(answer, host, url, access)
    raise PathRefused("the console servers pass us on in a circle", path=str(url))


def _log_in(host: str, port: int, url: ConsoleURL, access: Access, deadline: Deadline) -> _Dialog:
    path = str(url)
    user = url.user or access.server_login.user
    if not user:
        raise UsageError(f"{url}: console:// needs a user name, as in console://ops@/r1?server=192.0.2.10")
    dialog = _Dialog(_connect(host, port, url, access, deadline), deadline)
    try:
        answer = dialog.ask(b"login " + user.encode() + b"\r\n")
        if answer.startswith("passwd?"):
            answer = dialog.ask(access.server_login.password.encode() + b"\r\n")
        if "password" in answer or "access" in answer:
            raise ServerLoginRefused(f"the console server says: {answer}", path=path)
        _expect_ok(answer, path)
        return dialog
    except BaseException:
        dialog.transport.close()
        raise


def _connect(host: str, port: int, url: ConsoleURL, access: Access, deadline: Deadline) -> Tcp:
    """Return a connection to a server that has said hello, encrypted and proven unless the URL says otherwise."""
    path = str(url)
    connection = dial(host, port, deadline, path)
    try:
        _expect_ok(_plain_line(connection, deadline, path), path)
        if url.flag("plain"):
            connection.setblocking(False)
            return Tcp(connection, path)
        connection.sendall(b"ssl\r\n")
        _expect_ok(_plain_line(connection, deadline, path), path)
        proof = _proof(host, url, access)
        connection = encrypt(connection, deadline, path, proof)
        if proof.is_wanted and not proof.ca:
            # The processes behind the master have ports that change with every start, and all its certificate.
            certificate.check(shown(connection), host, url.integer("port", PORT), access, path)
        return Tls(connection, path)
    except BaseException:
        connection.close()
        raise


def _proof(host: str, url: ConsoleURL, access: Access) -> ServerProof:
    is_wanted = url.choice("verify", ("yes", "no"), "yes") == "yes"
    if not is_wanted or not url.text("ca"):
        return ServerProof(is_wanted=is_wanted)
    beside = access.known_hosts.parent if access.known_hosts else Path()
    return ServerProof(ca=beside / Path(url.text("ca")).expanduser(), name=url.text("name") or host)


def _plain_line(connection: socket.socket, deadline: Deadline, path: str) -> str:
    """Return a line that comes before encryption begins; not a byte behind it is taken."""
    line = b""
    try:
        while not line.endswith(b"\n"):
            connection.settimeout(max(deadline.remaining(), 0.001))
            data = connection.recv(1)
            if not data or len(line) > 200:
                raise _stranger(path)
            line += data
    except OSError as error:
        raise _stranger(path) from error
    return line.decode("latin-1").strip()


def _stranger(path: str) -> PathRefused:
    return PathRefused("the port is open, and nothing there speaks as conserver does", path=path)


def _expect_ok(answer: str, path: str) -> None:
    if answer != "ok":
        raise PathRefused(f"the console server says: {answer}", path=path)


def _redirect(answer: str, host: str, url: ConsoleURL, access: Access) -> tuple[str, int]:
    """Return where the console is: at another port of this server, or at another server."""
    if _PORT.fullmatch(answer):
        return host, _port(answer, answer, url)
    if answer.startswith("@"):
        name, colon, port = answer[1:].partition(":")
        try:
            to = address_of(name, access.hosts)
        except UsageError as error:
            raise PathRefused(f"the console server passes us on to {name!r}: {error}", path=str(url)) from error
        return to, _port(port, answer, url) if colon else url.integer("port", PORT)
    raise PathRefused(f"the console server says: {answer}", path=str(url))


def _port(text: str, answer: str, url: ConsoleURL) -> int:
    if _PORT.fullmatch(text) and 1 <= int(text) <= 65535:
        return int(text)
    raise PathRefused(f"the console server passes us on to {answer!r}, which is not a port", path=str(url))


def _attach(dialog: _Dialog, state: str, is_spy: bool, evict: bool) -> Conserver:
    """Make the console ours to write to, or only to watch; *state* is what the call was answered with.

    What can be asked together is: a far server needs two round trips for each answer, which it sends in two pieces.
    """
    path = dialog.transport.path
    is_ours = state == "[attached]" or is_spy
    connect = [_ESCAPE + b"s"] * is_spy + [_ESCAPE + b";"]
    _, is_up, *answers = dialog.ask_all(_USUAL_ESCAPE + b"e" + _ESCAPE, _ESCAPE + b"=", *(connect if is_ours else ()))
    if is_up != "[up]":
        raise PathRefused(f"the console server has lost the line: {is_up}", path=path)
    if not is_ours and not evict:
        holder = _writer(dialog)
        raise PathHeld(f"the console is in use by {holder}", path=path, holder=holder)
    connected = answers[-1] if is_ours else dialog.ask_all(_ESCAPE + b"f", *connect)[-1]
    if connected != "[connected]":
        raise PathRefused(f"the console server says: {connected}", path=path)
    return Conserver(dialog.transport, dialog.rest, is_spy=is_spy)


def _writer(dialog: _Dialog) -> str:
    """Return who writes to the console."""
    lines = [dialog.ask(_ESCAPE + b"w" + _ESCAPE + b"=")]
    while lines[-1] != "[up]":
        lines.append(dialog.line())
    writers = [line.split()[0] for line in lines if " attach " in line]
    return ", ".join(writers) or "somebody"
