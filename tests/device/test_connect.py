"""Whoever is logged in on a console when its path dies comes back over another path to log out."""

from __future__ import annotations

import os
import pty
import select
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from oob.device.connect import connect
from oob.errors import PathLost
from oob.events import Event, Events
from oob.secret.credentials import Credentials

ADA = Credentials(username="ada", password="canary")
ROUTER = """
while :; do
  printf 'r1 login: '; read -r user
  printf 'Password: '; stty -echo; read -r password; stty echo; echo
  PS1='ada@r1:~# ' sh -i
  echo "$user has logged out"
done
"""


class Router:
    """A router with its serial line at as many ports as asked for; one dies after it has carried its *last* words."""

    def __init__(self) -> None:
        self.line, far = pty.openpty()
        self._shell = subprocess.Popen(
            ["setsid", "--ctty", "sh", "-c", ROUTER], stdin=far, stdout=far, stderr=far, env={"PATH": os.defpath}
        )
        os.close(far)
        self.heard = b""
        self._ports: list[tuple[socket.socket, threading.Thread]] = []

    def port(self, last: bytes = b"never") -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=self._serve, args=(listener, last))
        thread.start()
        self._ports.append((listener, thread))
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    def _serve(self, listener: socket.socket, last: bytes) -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            listener.close()
            with client:
                while True:
                    ready = select.select([client, self.line], [], [])[0]
                    if client in ready:
                        if not (typed := client.recv(4096)):
                            return
                        os.write(self.line, typed)
                    if self.line in ready:
                        said = os.read(self.line, 4096)
                        self.heard += said
                        client.sendall(said)
                        if last in said:
                            return

    def close(self) -> None:
        for listener, thread in self._ports:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            listener.close()
        self._shell.kill()
        self._shell.wait()
        os.close(self.line)


@pytest.fixture
def router() -> Iterator[Router]:
    router = Router()
    yield router
    router.close()


def test_a_console_whose_path_died_is_logged_out_of_over_the_next(router: Router) -> None:
    paths = [router.port(last=b"the end\r\n"), router.port()]
    with connect(paths, platform="linux", secrets=ADA) as device, pytest.raises(PathLost):
        device.run("echo 'the' end; read -r return")
    assert b"ada has logged out" in router.heard
    assert device.path == paths[1]


def test_where_no_path_leads_back_it_is_said_that_somebody_is_logged_in(router: Router) -> None:
    notes: list[Event] = []
    url = router.port(last=b"the end\r\n")
    with connect(url, platform="linux", secrets=ADA, events=Events(notes.append)) as device, pytest.raises(PathLost):
        device.run("echo 'the' end; read -r return")
    assert b"ada has logged out" not in router.heard
    assert any("STILL LOGGED IN" in note.text for note in notes)
