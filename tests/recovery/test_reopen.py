"""Back to the console after its path died: a line that is still held is waited for, a way that works comes first."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from oob.device import session
from oob.errors import PathBusy
from oob.events import Event
from oob.inventory.device import ConsolePath
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.transport import telnet
from tests.recovery.conftest import Site


class HalfOpen:
    """A console server whose first client is cut off, and which says *refusals* times after that that it is in use."""

    def __init__(self, line: str) -> None:
        parts = urlsplit(line)
        self._line = (str(parts.hostname), int(parts.port or 0))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"telnet://127.0.0.1:{self._listener.getsockname()[1]}"
        self._held = threading.Event()
        self._is_mute = False
        self.clients = 0
        self.refusals = 2
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def cut(self) -> None:
        """Cut off the client once; the line stays in use."""
        if not self._held.is_set():
            self._held.set()
            self._end()

    def mute(self) -> None:
        """Say nothing to anybody from now on."""
        self._is_mute = True

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
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.clients += 1
                if self._held.is_set() and self.refusals:
                    self.refusals -= 1
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
                if not self._is_mute:
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

    outcome = recover(entry, means, RunOptions(converge=5.0, reopen=30.0))

    assert (outcome.exit_code, outcome.is_unchanged) == (0, True)
    said = [entry.data["text"] for entry in site.journal(outcome.run).entries if entry.event == "path.failed"]
    assert any("Port already in use" in str(text) for text in said)
    assert "reopen.finished" in site.events(outcome.run)


def test_a_run_waits_for_a_busy_line_on_request(site: Site, server: HalfOpen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "WAIT", (0.1, 0.2))
    server.refusals = 1000
    server.cut()
    entry = replace(site.entry("edge1"), paths=(ConsolePath(url=server.url, name="server"),))
    with pytest.raises(PathBusy, match="Port already in use"):
        recover(entry, site.means(), RunOptions(converge=5.0))
    means = site.means()

    def give_back(event: Event) -> None:
        if "it is waited for" in event.text:
            server.refusals = 0

    means.events.subscribe(give_back)
    outcome = recover(entry, means, RunOptions(converge=5.0, wait=20.0))
    assert outcome.exit_code == 0
    said = [entry.data["text"] for entry in site.journal(outcome.run).entries if entry.event == "path.failed"]
    assert len(said) == 1
    assert "Port already in use; it is waited for, up to 20 s" in str(said[0])


class Busy:
    """A console server whose line somebody has; *clients* counts who was told so."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.clients = 0
        self._thread = threading.Thread(target=self._refuse)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _refuse(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with client:
                    self.clients += 1
                    client.sendall(b"Port already in use\r\n")


@pytest.fixture
def busy() -> Iterator[Busy]:
    server = Busy()
    yield server
    server.close()


@pytest.mark.parametrize("trouble", ["cut", "mute"])
def test_a_path_that_is_known_to_be_busy_or_dead_is_not_tried_before_one_that_may_work(
    site: Site, server: HalfOpen, busy: Busy, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(telnet, "SILENCE", 1.0)
    monkeypatch.setattr(telnet, "SIGN", 1.0)
    line = next(url for url in site.lab.router("edge1").consoles if not url.startswith("telnet"))
    paths = [ConsolePath(url=url, name=url.partition(":")[0]) for url in (busy.url, server.url, line)]
    means = site.means()
    before: list[int] = []

    def strike(event: Event) -> None:
        if event.name == "preserve.started" and not before:
            before.extend((busy.clients, server.clients))
            getattr(server, trouble)()

    means.events.subscribe(strike)

    outcome = recover(replace(site.entry("edge1"), paths=tuple(paths)), means, RunOptions(converge=5.0, reopen=30.0))

    assert (outcome.exit_code, outcome.path) == (0, line)
    again = 1 if trouble == "cut" else 0  # who hung up may be there again at once, who is gone without a word is not
    assert (busy.clients, server.clients) == (before[0], before[1] + again)
