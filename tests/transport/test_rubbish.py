"""Servers that speak rubbish, hang up in the middle or fall silent: one sentence in time, never a traceback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oob.deadline import Deadline
from oob.errors import OobError
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import open_url

WAYS = {
    "tcp": "tcp://127.0.0.1:{port}",
    "telnet": "telnet://127.0.0.1:{port}",
    "telnet with a login": "telnet://ops@127.0.0.1:{port}",
    "rfc2217": "rfc2217://127.0.0.1:{port}?baud=9600",
    "conserver": "console://ops@/r1?server=127.0.0.1&port={port}&plain=yes",
    "encrypted conserver": "console://ops@/r1?server=127.0.0.1&port={port}",
    "ssh": "ssh://ops@127.0.0.1:{port}/port07",
}
LIMIT = 0.15
WORDS = [
    *(b"\xff\xfb\x2c", b"\xff\xfd\x2c", b"\xff\xfa\x2c\x65\0\0", b"\xff\xf0", b"\xff\xfa", b"\xff", b"\xff\xfd\x06"),
    *(
        b"\xff\xfa\x2c\x65\0\0\x25\x80\xff\xf0",
        b"\xff\xfe\0",
        b"login: ",
        b"Password: ",
        b"\r\0",
        b"Login incorrect\r\n",
    ),
    *(
        b"ok\r\n",
        b"passwd? r1\r\n",
        b"[attached]\r\n",
        b"[up]\r\n",
        b"[spy]\r\n",
        b"@127.0.0.1\r\n",
        b"782\r\n",
        b"99999\r\n",
    ),
    *(b"SSH-2.0-\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-1.5-x\r\n", b"\0\0\0\x0c\x0a\x14", b"Port already in use\r\n"),
]
speeches = st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=40)), max_size=12)


class Babbler:
    """A server that says its pieces to each client, one at a time, and then hangs up or falls silent."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.pieces: list[bytes] = []
        self.hangs_up = False
        self._silent: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with suppress(OSError):
                    for piece in self.pieces:
                        client.sendall(piece)
                if self.hangs_up:
                    client.close()
                else:
                    self._silent.append(client)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for client in self._silent:
            client.close()


@pytest.fixture(scope="module")
def babbler() -> Iterator[Babbler]:
    babbler = Babbler()
    yield babbler
    babbler.close()


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces=speeches, hangs_up=st.booleans())
def test_rubbish_is_one_sentence_in_time(babbler: Babbler, way: str, pieces: list[bytes], hangs_up: bool) -> None:
    babbler.pieces, babbler.hangs_up = pieces, hangs_up
    access = Access(server_login=ServerLogin(password="canary"))
    started = time.monotonic()
    said = ""
    try:
        with open_url(WAYS[way].format(port=babbler.port), Deadline(LIMIT), access) as transport:
            for _ in range(3):
                transport.read(100, 0.01)
                transport.write(b"\r", 0.1)
            transport.send_break(0.01)
    except OobError as error:
        said = str(error)
    assert "\n" not in said
    assert "canary" not in said
    assert time.monotonic() - started < LIMIT + 3
