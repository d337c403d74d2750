"""`ssh://ops@192.0.2.10/port07`: a console server reached over SSH.

How it is told the line:

    /port07             in the user name, as `ops:port07` (`?join=+` for servers that want `ops+port07`)
    ?command=connect r2 as the command to run
    ?menu=7             typed when the server's menu has asked for it
    :3007               not at all: each line has a port of its own

`?key=id_ed25519` logs in with a key file, beside `Access.known_hosts` unless it has a path of its own.
`?jump=ops@192.0.2.1:22,...` goes through other servers, `?legacy=yes` lets old algorithms in. The host key must be the
one in `Access.known_hosts`; GSSAPI, the user's own SSH configuration and the resolver are never asked. A silent server
is asked for a sign of life: behind a jump host or in a tunnel, nothing else tells that it is gone.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

import paramiko

from oob.deadline import Deadline
from oob.errors import (
    LineUnsupported,
    OobError,
    PathBusy,
    PathLost,
    PathRefused,
    PathUnreachable,
    TransportError,
    UsageError,
    WriteStalled,
)
from oob.transport import hostkey
from oob.transport.access import Access, ServerLogin
from oob.transport.base import LineSettings
from oob.transport.busy import GREETING_SIZE, busy_text
from oob.transport.sshlegacy import LegacyTransport, old_key
from oob.transport.sshlogin import log_in
from oob.transport.tcp import dial
from oob.transport.url import ConsoleURL, parse

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # else its tracebacks go to the operator's terminal

SCHEME: Final = "ssh"
OPTIONS: Final[tuple[str, ...]] = ("join", "command", "menu", "key", "jump", "legacy")
PORT: Final = 22

_TERMINAL: Final = ("vt100", 500, 24)  # wide, so that nothing wraps on the way
SILENCE: Final = 5.0  # seconds until a sign of life is asked for
SIGN: Final = 8.0  # seconds for the answer: found dead within 5 + 5 + 8 s
_EXIT_REPORT: Final = 1.0  # seconds that the exit status may come after the end of the output
_MENU_ASKS: Final = re.compile(rb"[:>#?$\])] *$")
_NOT_WANTED: Final = {
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-sha1", "hmac-md5", "hmac-sha1-96", "hmac-md5-96"],
}


class Ssh:
    """A session's channel; *sessions* are closed with it, the last first. *is_old* servers are asked for no sign."""

    def __init__(
        self, channel: paramiko.Channel, sessions: list[paramiko.Transport], path: str, *, is_old: bool = False
    ) -> None:
        self._channel = channel
        self._sessions = sessions
        self._path = path
        self._greeting = b""
        self._received = 0
        self._sent = 0
        self._is_closed = False
        self._closing = threading.Lock()
        self._is_old = is_old
        self._is_gone = False
        self._hung_up = threading.Event()
        self._sign = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=f"watch {path}", daemon=True)
        self._watcher.start()

    @property
    def path(self) -> str:
        """The URL as it may be shown."""
        return self._path

    @property
    def line(self) -> LineSettings | None:
        """None: the server does not say."""
        return None

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the bytes that have come, as soon as there is one; `b""` when *timeout* passes first."""
        self._channel.settimeout(timeout)
        try:
            data = self._channel.recv(max_bytes)
        except TimeoutError:
            return b""
        if not data:
            raise self._ended()
        if self._received <= GREETING_SIZE:
            self._greeting += data
        self._received += len(data)
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data*; raises WriteStalled (with how much is unsent) or PathLost."""
        deadline = Deadline(timeout)
        left = memoryview(data)
        while left:
            self._channel.settimeout(deadline.remaining())
            try:
                count = self._channel.send(bytes(left))
            except TimeoutError:
                message = f"the far end took {len(data) - len(left)} of {len(data)} bytes and then no more"
                raise WriteStalled(message, path=self._path, unsent=len(left)) from None
            except (OSError, paramiko.SSHException, EOFError) as error:
                raise self._ended() from error
            if not count:
                raise self._ended()
            self._sent += count
            left = left[count:]

    def send_break(self, seconds: float = 0.25) -> None:
        """Send the SSH request for a BREAK (RFC 4335); a server that does not know it says nothing."""
        request = paramiko.Message()
        request.add_byte(bytes([98]))  # SSH_MSG_CHANNEL_REQUEST
        request.add_int(self._channel.remote_chanid)
        request.add_string("break")
        request.add_boolean(False)  # Paramiko closes the channel when a request is refused
        request.add_int(int(seconds * 1000))
        try:
            cast(Any, self._sessions[-1])._send_user_message(request)  # what Paramiko's own requests go through
        except (OSError, paramiko.SSHException, EOFError) as error:
            raise self._ended() from error

    def set_line(self, settings: LineSettings) -> None:
        """Refuse: SSH has no line settings."""
        raise LineUnsupported("an SSH console server keeps the line settings to itself", path=self._path)

    def close(self) -> None:
        """Log out; a read that waits in another thread ends with PathLost."""
        with self._closing:
            self._is_closed = True
            self._hung_up.set()
            self._sign.set()
            self._hang_up()
        self._watcher.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hang_up(self) -> None:
        with suppress(OSError, paramiko.SSHException, EOFError):  # it tells a server that may be gone
            self._channel.close()
        for session in reversed(self._sessions):
            session.close()

    def _watch(self) -> None:
        """Hang up when a server that has answered once gives no sign of life any more.

        One that is too old for today's algorithms may be too old for a question it does not know, and is not asked.
        """
        is_there, heard = not self._is_old and self._gives_sign(), -1
        while is_there and not self._hung_up.wait(SILENCE) and self._sessions[-1].is_active():
            is_there = heard != self._received or self._gives_sign()
            heard = self._received
            if not is_there:
                self._is_gone = True
                self._hang_up()

    def _gives_sign(self) -> bool:
        """Ask the server for something that it does not know: it must answer that all the same (RFC 4254, 4)."""
        session = cast(Any, self._sessions[-1])
        session.completion_event = self._sign = threading.Event()
        if self._hung_up.is_set():
            return True
        request = paramiko.Message()
        request.add_byte(bytes([80]))  # SSH_MSG_GLOBAL_REQUEST
        request.add_string("keepalive@openssh.com")
        request.add_boolean(True)
        try:
            session._send_user_message(request)
        except (OSError, paramiko.SSHException, EOFError):
            return False
        return self._sign.wait(SIGN)

    def _ended(self) -> TransportError:
        """Say why there is no more: closed here, busy, ended by the server, or dead."""
        text = busy_text(self._greeting) if self._received <= GREETING_SIZE else ""
        if text and not self._is_closed:
            return PathBusy(f"the console server says: {text}", path=self._path, holder=text)
        self._channel.status_event.wait(_EXIT_REPORT)
        if self._is_closed:
            message = "it has been closed on this side"
        elif self._channel.exit_status != -1:
            message = f"the console server ended the session with status {self._channel.exit_status}"
            words = " ".join(self._greeting.decode("utf-8", "replace").split())
            if words and self._received <= GREETING_SIZE:
                message += f"; it said: {words}"
        elif self._is_gone:
            message = "the console server has stopped answering"
        elif self._sessions[-1].is_active():
            message = "the console server closed the session"
        else:
            message = f"the console server is gone ({self._sessions[-1].saved_exception or 'connection closed'})"
        return PathLost(message, path=self._path, received=self._received, sent=self._sent, is_gone=self._is_gone)


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Ssh:
    """Log in and join the line; raises HostKeyRefused, ServerLoginRefused, PathRefused, PathUnreachable, PathBusy."""
    url.allow(*OPTIONS)
    own = _with_key(access.server_login, url, access)
    sessions: list[paramiko.Transport] = []
    try:
        for hop in _jumps(url, access):
            login = access.jump_login or own
            sessions.append(_session(hop, hop.user or login.user, login, sessions, deadline, access, str(url)))
        user = _user_and_line(url, own)
        sessions.append(_session(url, user, own, sessions, deadline, access, str(url)))
        transport = Ssh(_channel(sessions[-1], url, deadline), sessions, str(url), is_old=url.flag("legacy"))
        if url.text("menu"):
            _choose(transport, url.text("menu"), deadline)
        return transport
    except BaseException:
        for session in reversed(sessions):
            session.close()
        raise


def _with_key(login: ServerLogin, url: ConsoleURL, access: Access) -> ServerLogin:
    if not url.text("key"):
        return login
    beside = access.known_hosts.parent if access.known_hosts else Path()
    return replace(login, key_file=beside / Path(url.text("key")).expanduser())


def _jumps(url: ConsoleURL, access: Access) -> list[ConsoleURL]:
    hops = [hop for hop in url.text("jump").split(",") if hop]
    return [replace(parse(f"ssh://{hop}", access.hosts), options={"legacy": url.text("legacy", "no")}) for hop in hops]


def _user_and_line(url: ConsoleURL, login: ServerLogin) -> str:
    user = url.user or login.user
    if not user:
        raise UsageError(f"{url}: ssh:// needs a user name, as in ssh://ops@192.0.2.10/port07")
    line = url.path.strip("/")
    return f"{user}{url.text('join', ':')}{line}" if line else user


def _session(
    url: ConsoleURL,
    user: str,
    login: ServerLogin,
    through: list[paramiko.Transport],
    deadline: Deadline,
    access: Access,
    path: str,
) -> paramiko.Transport:
    """Return a session that is logged in, on a connection of its own or through the last of *through*."""
    host, port = url.endpoint(PORT)
    legacy = url.flag("legacy")
    with _told_apart(path):
        wire = _tunnel(through[-1], host, port, deadline) if through else dial(host, port, deadline, path)
        session = LegacyTransport(wire) if legacy else paramiko.Transport(wire, disabled_algorithms=_NOT_WANTED)
        try:
            _shake_hands(session, host, port, deadline, access.known_hosts, path)
            hostkey.check(session.get_remote_server_key(), host, port, access, path)
            session.auth_timeout = deadline.remaining()
            log_in(session, user, login, path, old_key if legacy else lambda key: key)
        except BaseException:
            session.close()
            wire.close()  # which a session that has not begun leaves open
            raise
        return session


def _tunnel(session: paramiko.Transport, host: str, port: int, deadline: Deadline) -> paramiko.Channel:
    return session.open_channel("direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=deadline.remaining())


def _shake_hands(
    session: paramiko.Transport, host: str, port: int, deadline: Deadline, known_hosts: Path | None, path: str
) -> None:
    """Agree on keys, asking for a host key of a kind that is known."""
    options = session.get_security_options()
    known = hostkey.known_types(host, port, known_hosts)
    wanted = [kind for kind in options.key_types if kind in known or ("ssh-rsa" in known and "rsa" in kind)]
    options.key_types = [*wanted, *(kind for kind in options.key_types if kind not in wanted)]
    session.banner_timeout = deadline.remaining()
    session.start_client(timeout=deadline.remaining())
    if not session.initial_kex_done:
        raise PathUnreachable("the port is open, and nothing there speaks SSH in time", path=path)


def _channel(session: paramiko.Transport, url: ConsoleURL, deadline: Deadline) -> paramiko.Channel:
    with _told_apart(str(url)):
        channel = session.open_session(timeout=deadline.remaining())
        channel.settimeout(deadline.remaining())
        channel.set_combine_stderr(True)
        channel.get_pty(*_TERMINAL)
        if url.text("command"):
            channel.exec_command(url.text("command"))
        else:
            channel.invoke_shell()
        return channel


def _choose(transport: Ssh, choice: str, deadline: Deadline) -> None:
    """Wait until the server's menu asks, and answer."""
    seen = b""
    while not _MENU_ASKS.search(seen):
        data = transport.read(4096, deadline.remaining())
        if not data:
            raise PathRefused("the console server's menu never asked for a choice", path=transport.path)
        seen += data
    transport.write(choice.encode() + b"\r", deadline.remaining())


@contextmanager
def _told_apart(path: str) -> Iterator[None]:
    """Turn what Paramiko raises into what it means."""
    try:
        yield
    except OobError:
        raise
    except paramiko.ssh_exception.IncompatiblePeer as error:
        message = f"no algorithm in common ({error}); an old server may be let in with legacy=yes"
        raise PathRefused(message, path=path) from error
    except paramiko.ChannelException as error:
        raise PathRefused(f"the server does not open that: {error.text}", path=path) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        if "banner" in str(error):
            raise PathRefused("the port is open, and what answers there is not an SSH server", path=path) from error
        raise PathRefused(
            f"the server closed the connection during the handshake: {error or 'connection closed'}", path=path
        ) from error
    except Exception as error:  # Paramiko trusts that a server keeps to the protocol, and raises anything where not
        raise PathRefused(f"the server does not keep to SSH ({type(error).__name__})", path=path) from error
