"""The login of a console server over telnet, before the device's own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from oob.deadline import Deadline
from oob.errors import PathBusy, PathLost, PathRefused, ServerLoginRefused, TransportError
from oob.transport import textlogin
from oob.transport.access import Access, ServerLogin
from oob.transport.base import Transport
from oob.transport.opening import open_url
from oob.wire.telnet import ECHO, IAC, SGA, WILL

PASSWORD = "canary-server-password"
NEGOTIATION = bytes([IAC, WILL, ECHO, IAC, WILL, SGA])
USER, SECRET = b"ops\r", PASSWORD.encode() + b"\r"

Script = Sequence[tuple[bytes, bytes]]


class Server:
    """Follows a script of (what it waits for, what it says then), and keeps all that it was told."""

    def __init__(self, script: Script, *, hangs_up: bool = False) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.told = b""
        self._script = script
        self._hangs_up = hangs_up
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            at = 0
            for wanted, answer in self._script:
                while wanted not in self.told[at:]:
                    data = client.recv(100)
                    if not data:
                        return
                    self.told += data
                at = len(self.told)
                client.sendall(answer)
            while not self._hangs_up and (data := client.recv(100)):
                self.told += data

    def close(self) -> None:
        self._thread.join()
        self._listener.close()


Start = Callable[..., Server]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(textlogin, "_AWAKE", 0.3)
    monkeypatch.setattr(textlogin, "_VERDICT", 0.5)
    servers: list[Server] = []

    def start(*script: tuple[bytes, bytes], hangs_up: bool = False) -> Server:
        servers.append(Server(script, hangs_up=hangs_up))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def enter(server: Server, password: str = PASSWORD) -> Transport:
    access = Access(server_login=ServerLogin(password=password))
    return open_url(f"telnet://ops@127.0.0.1:{server.port}", Deadline(5), access)


def test_the_server_is_answered_and_the_devices_own_login_is_left_alone(start: Start) -> None:
    server = start(
        (b"", NEGOTIATION + b"\r\nACS 6000\r\n\r\nlogin: "),
        (USER, b"ops\r\nPassword: "),
        (SECRET, b"\r\nType the hot key to suspend the connection: <CTRL>Z\r\n\r\nedge1 login: "),
    )
    with enter(server) as transport:
        assert transport.read(1000, 5).endswith(b"<CTRL>Z\r\n\r\nedge1 login: ")
        assert transport.read(100, 0.1) == b""
        assert PASSWORD not in transport.path
    assert server.told.count(SECRET) == 1


def test_a_server_that_asks_only_after_a_return_gets_one(start: Start) -> None:
    server = start((b"\r", NEGOTIATION + b"Username: "), (USER, b"Password:"), (SECRET, b"\r\n"))
    with enter(server) as transport:
        transport.write(b"\x15", 5)


def test_a_server_that_asks_for_a_password_alone_gets_that(start: Start) -> None:
    server = start((b"", NEGOTIATION + b"User Access Verification\r\n\r\nPassword: "), (SECRET, b"\r\nPassword OK\r\n"))
    with enter(server) as transport:
        assert b"Password OK" in transport.read(100, 5)
    assert b"ops" not in server.told


def test_a_server_that_asks_for_a_user_alone_is_content(start: Start) -> None:
    server = start((b"", NEGOTIATION + b"user: "), (USER, b"ops\r\nPort 7\r\n"))
    with enter(server) as transport:
        assert b"Port 7" in transport.read(100, 5)


@pytest.mark.parametrize(
    "said",
    [b"\r\nLogin incorrect\r\nlogin: ", b"\r\n% Authentication failed\r\n\r\nUsername: ", b"\r\nAccess denied\r\n"],
)
@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_refusal_is_told_from_the_devices_login(start: Start, said: bytes, hangs_up: bool) -> None:
    server = start((b"", NEGOTIATION + b"login: "), (USER, b"Password: "), (SECRET, said), hangs_up=hangs_up)
    with pytest.raises(ServerLoginRefused, match="the console server says: ") as caught:
        enter(server)
    assert PASSWORD not in str(caught.value)
    assert caught.value.exit_code == 5


def test_a_port_that_is_taken_is_busy_after_the_login_too(start: Start) -> None:
    server = start((b"", NEGOTIATION + b"login: "), (USER, b"Password: "), (SECRET, b"\r\nPort 7 is in use by ada\r\n"))
    with pytest.raises(PathBusy, match="Port 7 is in use by ada"):
        enter(server)


def test_a_missing_password_is_said_before_one_is_sent(start: Start) -> None:
    server = start((b"", NEGOTIATION + b"login: "), (USER, b"Password: "))
    with pytest.raises(ServerLoginRefused, match="there is none"):
        enter(server, password="")


def test_a_server_that_asks_for_nothing_gets_no_password(start: Start) -> None:
    server = start((b"", NEGOTIATION + b"\r\nedge1#"))
    with pytest.raises(PathRefused, match=r"asks for no login \(it says 'edge1#'\)"):
        enter(server)
    assert PASSWORD.encode() not in server.told


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_server_that_hangs_up_in_the_middle_is_lost(start: Start, after: int) -> None:
    script = [(b"", NEGOTIATION + b"login: "), (USER, b"Password: "), (SECRET, b"\r\n")]
    server = start(*script[: after + 1], hangs_up=True)
    with pytest.raises(TransportError) as caught:
        enter(server).read(100, 5)
    assert isinstance(caught.value, PathLost)
    assert PASSWORD not in str(caught.value)
