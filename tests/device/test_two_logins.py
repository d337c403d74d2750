"""Two logins in a row, the console server's and the device's, each with its own credentials."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from oob.device.connect import connect
from oob.errors import LoginRefused, ServerLoginRefused, TransportError
from oob.secret.credentials import Credentials
from oob.transport.access import Access, ServerLogin
from oob.transport.tcp import Tcp
from oob.transport.telnet import Telnet
from oob.wire.telnet import ECHO, SGA, TelnetCodec

SERVER, DEVICE = "canary-server", "canary-device"
# A device that says nothing until a return comes, as a getty that waits for one.
ROUTER = """
stty -echo; head -c 1 >/dev/null; stty echo
printf '\\nRouter OS\\n\\nPress RETURN to get started.\\n'; read -r nothing
printf 'r1 login: '; read -r user
printf 'Password: '; stty -echo; read -r password; stty echo; echo
test "$user/$password" = "ada/canary-device" || { echo 'Login incorrect'; printf 'r1 login: '; read -r user; exit 1; }
PS1='ada@r1:~# ' exec sh -i
"""


class Server:
    """A console server with a telnet port for one line: it asks for a login, greets, and hands the line over."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        connection.setblocking(False)
        codec = TelnetCodec()
        with Telnet(Tcp(connection, "the client"), codec) as client, suppress(OSError, TransportError):
            client.inner.write(codec.offer(ECHO) + codec.offer(SGA), 5)
            client.write(b"\r\nConsole Server 9000\r\n\r\nlogin: ", 5)
            user = self._answer(client)
            client.write(user + b"\r\nPassword: ", 5)
            if (user, self._answer(client)) != (b"ops", SERVER.encode()):
                client.write(b"\r\nLogin incorrect\r\n\r\nlogin: ", 5)
                self._answer(client)
            client.write(b"\r\nAuthorised use only.\r\nConnected to port 7, type ^Zx to leave\r\n", 5)
            self._hand_over(client)

    def _answer(self, client: Telnet) -> bytes:
        typed = b""
        while not typed.endswith(b"\r"):
            typed += client.read(1, 10)
        return typed[:-1]

    def _hand_over(self, client: Telnet) -> None:
        near, far = pty.openpty()
        device = subprocess.Popen(["sh", "-c", ROUTER], stdin=far, stdout=far, stderr=far, start_new_session=True)
        os.close(far)

        def carry() -> None:
            with suppress(OSError, TransportError):
                while data := os.read(near, 4096):
                    client.write(data, 5)

        carrier = threading.Thread(target=carry)
        carrier.start()
        with suppress(OSError, TransportError):
            while True:
                os.write(near, client.read(100, 30))
        device.kill()
        device.wait()
        carrier.join()
        os.close(near)

    def close(self) -> None:
        self._thread.join()
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def url(server: Server) -> str:
    return f"digi_cm://ops@127.0.0.1/7?base={server.port - 7}"


def access(password: str = SERVER) -> Access:
    return Access(server_login=ServerLogin(password=password))


def test_the_server_gets_its_credentials_and_the_device_its_own(server: Server) -> None:
    device = connect(
        url(server), platform="linux", secrets=Credentials(username="ada", password=DEVICE), access=access()
    )
    with device:
        assert device.run("echo one; echo two").text == "one\ntwo"
        assert device.path == f"telnet://ops@127.0.0.1:{server.port}"


def test_a_refusal_by_the_server_is_none_by_the_device(server: Server) -> None:
    secrets = Credentials(username="ada", password=DEVICE)
    with pytest.raises(ServerLoginRefused, match="Login incorrect"):
        connect(url(server), platform="linux", secrets=secrets, access=access("wrong"))


def test_a_refusal_by_the_device_is_none_by_the_server(server: Server) -> None:
    secrets = Credentials(username="ada", password="wrong")
    with pytest.raises(LoginRefused):
        connect(url(server), platform="linux", secrets=secrets, access=access())
