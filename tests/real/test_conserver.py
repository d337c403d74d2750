"""conserver: one writer, many watchers, taken over only on request."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import HostKeyRefused, HostKeyUnknown, PathBusy, PathLost, PathRefused, ServerLoginRefused, UsageError
from oob.transport.access import Access, ServerLogin
from oob.transport.base import Transport
from oob.transport.opening import open_url
from tests.real.process import Line, ServerProcess, answers, expect, fill, free_port

PROGRAMS = ["conserver", "openssl"]

PASSWORD = "canary-conserver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """The server."""

    server: ServerProcess
    port: int

    def open(
        self, name: str = "r1", options: str = "&verify=no", *, evict: bool = False, password: str = PASSWORD
    ) -> Transport:
        url = f"console:///{name}?server=127.0.0.1&port={self.port}{options}"
        login = ServerLogin(user="ops", password=password)
        return open_url(url, Deadline(10), Access(server_login=login, evict=evict))


@pytest.fixture
def master(line: Line, tmp_path: Path) -> Iterator[Master]:
    yield from _master(line, tmp_path)


def _master(line: Line, tmp_path: Path, more: str = "") -> Iterator[Master]:
    port = free_port()
    digest = subprocess.run(["openssl", "passwd", "-6", PASSWORD], capture_output=True, text=True, check=True).stdout
    (tmp_path / "users").write_text(f"ops:{digest}")
    config = fill(
        "conserver.cf.in",
        tmp_path / "conserver.cf",
        PORT=port,
        SECOND=free_port(),
        HOST="127.0.0.1",
        CLIENT="127.0.0.1",
        FOLDER=tmp_path,
        LINE=line.device,
        NAME="r1",
    )
    config.write_text(config.read_text() + more)
    server = ServerProcess(["conserver", "-C", config, "-M", "127.0.0.1"], tmp_path, answers(port))
    yield Master(server=server, port=port)
    server.close()


@pytest.fixture
def certified(line: Line, tmp_path: Path) -> Iterator[Master]:
    """A server that has a certificate."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=cs1.example.net"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], capture_output=True, check=True)
    credentials = tmp_path / "credentials.pem"
    credentials.write_text(key.read_text() + certificate.read_text())
    yield from _master(line, tmp_path, f"config * {{ sslcredentials {credentials}; }}\n")


def read_on(transport: Transport) -> None:
    deadline = Deadline(10)
    while not deadline.is_over:
        transport.read(100, 5)


encryption = pytest.mark.parametrize("options", ["&verify=no", "&plain=yes"])


@encryption
def test_every_byte_passes_both_ways(master: Master, line: Line, options: str) -> None:
    everything = bytes(range(256)) + b"\xff\xff\x05c."
    with master.open(options=options) as transport:
        transport.write(everything, 5)
        assert line.hear(len(everything)) == everything
        line.say(everything)
        got = b""
        while data := transport.read(7, 1):
            got += data
        assert got == everything
        assert transport.read(100, 0) == b""


def test_a_break_is_sent_and_nothing_of_the_servers_own_is_read(master: Master, line: Line) -> None:
    with master.open() as transport:
        transport.send_break()
        line.say(b"rommon 1 >")
        expect(transport, b"rommon 1 >")


def test_a_console_that_somebody_writes_to_is_busy_and_he_is_named(master: Master, line: Line) -> None:
    with master.open() as first:
        with pytest.raises(PathBusy, match="the console is in use by ops@localhost") as caught:
            master.open()
        assert caught.value.exit_code == 4
        assert caught.value.holder == "ops@localhost"
        line.say(b"still here")
        expect(first, b"still here")
    master.open().close()  # and free again afterwards


def test_a_console_is_taken_over_on_request_and_the_loser_notices(master: Master, line: Line) -> None:
    with master.open() as first, master.open(evict=True) as second:
        second.write(b"mine", 5)
        assert line.hear(4) == b"mine"
        with pytest.raises(PathLost, match="ops@localhost has taken the console over"):
            read_on(first)


def test_a_watcher_sees_everything_and_types_nothing(master: Master, line: Line) -> None:
    with master.open() as writer, master.open(options="&spy=yes&verify=no") as watcher:
        line.say(b"%LINK-3-UPDOWN")
        expect(watcher, b"%LINK-3-UPDOWN")
        expect(writer, b"%LINK-3-UPDOWN")
        with pytest.raises(PathBusy, match="only watched"):
            watcher.write(b"x", 5)
        with pytest.raises(PathBusy, match="only watched"):
            watcher.send_break()


def test_a_console_the_server_does_not_have_is_refused(master: Master) -> None:
    with pytest.raises(PathRefused, match="console `nosuch' not found"):
        master.open("nosuch")


def test_a_line_that_the_server_has_lost_is_refused(master: Master) -> None:
    with pytest.raises(PathRefused, match="the console server has lost the line"):
        master.open("down")


def test_a_wrong_password_is_told_apart(master: Master) -> None:
    with pytest.raises(ServerLoginRefused, match="invalid password") as caught:
        master.open(password="wrong-canary")
    assert caught.value.exit_code == 5
    assert "canary" not in str(caught.value)


def test_a_silent_console_is_an_open_path_that_says_nothing(master: Master) -> None:
    with master.open() as transport:
        assert transport.read(100, 0.3) == b""


def test_a_server_that_is_killed_in_the_middle_is_a_lost_path(master: Master, line: Line) -> None:
    with master.open() as transport:
        line.say(b"Building configu")
        assert transport.read(100, 5)
        master.server.signal(signal.SIGKILL)
        with pytest.raises(PathLost):
            transport.read(100, 20)


def test_a_server_that_shuts_down_says_so(master: Master) -> None:
    with master.open() as transport:
        master.server.signal(signal.SIGTERM)
        with pytest.raises(PathLost, match="shuts down"):
            read_on(transport)


def test_a_server_that_is_not_there_is_refused(master: Master) -> None:
    master.server.close()
    with pytest.raises(PathRefused, match="the port is shut"):
        master.open()


def test_a_server_given_by_name_is_refused() -> None:
    with pytest.raises(UsageError, match="console is a name"):
        open_url("console://ops@/r1?server=console", Deadline(1))


def test_a_server_without_a_certificate_is_let_in_only_where_the_url_says_so(master: Master) -> None:
    with pytest.raises(PathRefused, match="verify=no"):
        master.open(options="")


def test_a_certificate_is_pinned_or_signed(certified: Master, line: Line, tmp_path: Path) -> None:
    url = f"console:///r1?server=127.0.0.1&port={certified.port}"
    access = Access(server_login=ServerLogin(user="ops", password=PASSWORD), known_hosts=tmp_path / "known_hosts")
    with pytest.raises(HostKeyUnknown, match="tls-sha256"):
        open_url(url, Deadline(10), access)
    signed = f"{url}&ca={tmp_path / 'certificate.pem'}&name=cs1.example.net"
    open_url(signed, Deadline(10), access).close()
    with pytest.raises(HostKeyRefused, match="not valid"):
        open_url(signed.replace("cs1", "cs2"), Deadline(10), access)
    open_url(url, Deadline(10), replace(access, accept_new_key=True)).close()
    with open_url(url, Deadline(10), access) as transport:
        line.say(b"edge1#")
        expect(transport, b"edge1#")
