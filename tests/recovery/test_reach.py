"""A console server that holds the line for a session that is dead: the run waits until it lets go."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from oob.events import Event
from oob.inventory.device import ConsolePath
from oob.recovery.means import Choices
from oob.recovery.recover import recover
from tests.recovery.conftest import Site


class HalfOpen:
    """A console server whose first client is cut off, and which says twice after that that the line is in use."""

    def __init__(self, line: str) -> None:
        parts = urlsplit(line)
        self._line = (str(parts.hostname), int(parts.port or 0))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"telnet://127.0.0.1:{self._listener.getsockname()[1]}"
        self._held = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def cut(self) -> None:
        """Cut off the client once; the line stays in use."""
        if not self._held.is_set():
            self._held.set()
            self._end()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._end()
        for thread in self._threads:
            thread.join()
        for one in (*self._sockets, self._listener):
            one.close()

    def _end(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        refusals = 2
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._held.is_set() and refusals:
                    refusals -= 1
                    client.sendall(b"Port already in use\r\n")
                    client.close()
                    continue
                line = socket.create_connection(self._line)
                self._sockets += [client, line]
                for ends in ((client, line), (line, client)):
                    self._threads.append(threading.Thread(target=self._carry, args=ends))
                    self._threads[-1].start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data)


@pytest.fixture
def server(site: Site) -> Iterator[HalfOpen]:
    telnet = next(url for url in site.lab.router("edge1").consoles if url.startswith("telnet"))
    server = HalfOpen(telnet)
    yield server
    server.close()


def test_a_line_that_a_dead_session_still_holds_is_waited_for(site: Site, server: HalfOpen) -> None:
    entry = replace(site.entry("edge1"), paths=(ConsolePath(url=server.url, name="server"),))
    means = site.means()

    def cut(event: Event) -> None:
        if event.name == "preserve.started":
            server.cut()

    means.events.subscribe(cut)

    outcome = recover(entry, means, Choices(converge=5.0, reopen=30.0))

    assert (outcome.exit_code, outcome.is_unchanged) == (0, True)
    said = [entry.data["text"] for entry in site.journal(outcome.run).entries if entry.event == "path.failed"]
    assert any("Port already in use" in str(text) for text in said)
    assert "reopen.finished" in site.events(outcome.run)
