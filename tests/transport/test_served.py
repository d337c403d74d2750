"""Lines at servers that have to be woken in a way of their own."""

from __future__ import annotations

import socket
import threading

import pytest

from oob.deadline import Deadline
from oob.transport import served
from oob.transport.opening import open_url


class Sleeper:
    """A line behind a server that passes nothing on until it has got a return and a line feed."""

    def __init__(self, listener: socket.socket) -> None:
        self.got = b""
        self._socket, _ = listener.accept()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while data := self._socket.recv(100):
            self.got += data
            if b"\n" in data:
                self._socket.sendall(b"\r\nedge1#")

    def close(self) -> None:
        self._thread.join()
        self._socket.close()


def test_a_line_that_answers_nothing_is_woken_as_its_server_likes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "SILENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with open_url(f"opengear://127.0.0.1/7?way=raw&base={port - 7}", Deadline(5)) as transport:
            line = Sleeper(listener)
            assert transport.read(100, 0.3) == b""
            transport.write(b"\x15\r", 5)
            assert transport.read(100, 5) == b"\r\nedge1#"
            transport.write(b"\r", 5)
            assert transport.read(100, 0.3) == b""
        line.close()
        assert line.got == b"\x15\r\r\n\r"  # once, and never again after the line has answered


def test_a_line_that_stays_silent_is_woken_three_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "SILENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with open_url(f"opengear://127.0.0.1/7?way=raw&base={port - 7}", Deadline(5)) as transport:
            far, _ = listener.accept()
            with far:
                transport.write(b"\r", 5)
                for timeout in (0.02, 0.4, 0.2):
                    assert transport.read(100, timeout) == b""
                assert far.recv(100) == b"\r" + 3 * b"\r\n"
