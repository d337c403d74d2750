"""SSH paths: host keys, logins, the ways of asking for a line, and what the end of a session means."""

from __future__ import annotations

import shutil
import socket
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from oob.deadline import Deadline
from oob.errors import (
    HostKeyRefused,
    HostKeyUnknown,
    LineUnsupported,
    PathBusy,
    PathLost,
    PathRefused,
    PathUnreachable,
    ServerLoginRefused,
    UsageError,
)
from oob.events import Event, Events
from oob.transport import ssh
from oob.transport.access import Access, ServerLogin
from oob.transport.base import LineSettings, Transport
from oob.transport.opening import open_url
from tests.transport.ssh_server import PASSWORD, SshServer

Start = Callable[..., SshServer]


@pytest.fixture
def start() -> Iterator[Start]:
    servers: list[SshServer] = []

    def start(*arguments: object, **keywords: object) -> SshServer:
        servers.append(SshServer(*arguments, **keywords))  # type: ignore[arg-type]  # handed through
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def known_hosts(tmp_path: Path) -> Path:
    return tmp_path / "home" / "known_hosts"


def connect(
    server: SshServer, known_hosts: Path, rest: str = "/port07", user: str = "ops", password: str = PASSWORD
) -> Transport:
    known_hosts.parent.mkdir(exist_ok=True)
    known_hosts.write_text(server.known_hosts_line)
    access = Access(known_hosts=known_hosts, server_login=ServerLogin(password=password))
    return open_url(f"ssh://{user}@127.0.0.1:{server.port}{rest}", Deadline(10), access)


def read_until(transport: Transport, text: bytes) -> bytes:
    seen = b""
    deadline = Deadline(10)
    while text not in seen:
        seen += transport.read(4096, deadline.remaining())
        assert not deadline.is_over
    return seen


def echo(channel: paramiko.Channel) -> None:
    channel.sendall(b"Press RETURN\r\n")
    while data := channel.recv(4096):
        channel.sendall(data)


def test_the_line_goes_into_the_user_name_and_bytes_go_both_ways(start: Start, known_hosts: Path) -> None:
    server = start(echo)
    with connect(server, known_hosts) as transport:
        assert server.console.user == "ops:port07"
        read_until(transport, b"RETURN\r\n")
        assert transport.read(100, 0) == b""
        everything = bytes(range(256))
        transport.write(everything, 5)
        assert read_until(transport, everything) == everything
        assert transport.path == f"ssh://ops@127.0.0.1:{server.port}/port07"
        assert transport.line is None
        with pytest.raises(LineUnsupported):
            transport.set_line(LineSettings())


@pytest.mark.parametrize(
    ("user", "rest", "expected"),
    [("ops", "/port07?join=%2B", "ops+port07"), ("ops:ttyS1", "", "ops:ttyS1"), ("ops", "", "ops")],
)
def test_the_user_name_is_put_together_as_the_server_wants_it(
    start: Start, known_hosts: Path, user: str, rest: str, expected: str
) -> None:
    server = start()
    with connect(server, known_hosts, rest, user):
        assert server.console.user == expected


def test_the_line_may_be_asked_for_by_a_command(start: Start, known_hosts: Path) -> None:
    server = start(echo)
    with connect(server, known_hosts, "?command=connect r2") as transport:
        read_until(transport, b"RETURN")
        assert server.console.command == b"connect r2"


def test_the_line_may_be_chosen_from_a_menu(start: Start, known_hosts: Path) -> None:
    chosen: list[bytes] = []

    def menu(channel: paramiko.Channel) -> None:
        channel.sendall(b"1: edge1\r\n2: core1\r\nConnect to port")
        channel.sendall(b" > ")
        chosen.append(channel.recv(100))
        channel.sendall(b"core1 login: ")

    with connect(start(menu), known_hosts, "?menu=2") as transport:
        assert read_until(transport, b"login: ") == b"core1 login: "
        assert chosen == [b"2\r"]


def test_a_menu_that_never_asks_is_refused(start: Start, known_hosts: Path) -> None:
    server = start(lambda channel: channel.sendall(b"Welcome\r\n"))
    known_hosts.parent.mkdir()
    known_hosts.write_text(server.known_hosts_line)
    access = Access(known_hosts=known_hosts, server_login=ServerLogin(password=PASSWORD))
    with pytest.raises(PathRefused, match="never asked for a choice"):
        open_url(f"ssh://ops@127.0.0.1:{server.port}?menu=2", Deadline(1), access)


def test_a_break_is_the_ssh_request_with_its_length(start: Start, known_hosts: Path) -> None:
    server = start(echo)
    with connect(server, known_hosts) as transport:
        transport.send_break(0.5)
        assert server.console.broke.wait(5)
        assert server.console.breaks == [500]
        transport.write(b"still there", 5)
        read_until(transport, b"still there")


def test_a_break_is_typed_where_the_family_of_the_server_has_keys_for_it(start: Start, known_hosts: Path) -> None:
    server = start(echo)
    known_hosts.parent.mkdir()
    known_hosts.write_text(server.known_hosts_line)
    access = Access(known_hosts=known_hosts, server_login=ServerLogin(password=PASSWORD))
    with open_url(f"opengear://ops@127.0.0.1:{server.port}/7", Deadline(10), access) as transport:
        assert server.console.user == "ops:port07"
        read_until(transport, b"RETURN\r\n")
        transport.send_break()
        read_until(transport, b"\r~b")
        assert server.console.breaks == []


def test_an_unknown_server_is_refused_with_its_fingerprint(start: Start, known_hosts: Path) -> None:
    server = start()
    for access in (Access(), Access(known_hosts=known_hosts)):
        with pytest.raises(HostKeyUnknown, match=r"is not in .*; it shows ecdsa-sha2-nistp256 SHA256:") as caught:
            open_url(f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), access)
        assert server.host_key.fingerprint in str(caught.value)
        assert caught.value.exit_code == 3
    assert server.console.passwords == []


def test_a_first_contact_that_is_wanted_is_remembered_and_said(start: Start, known_hosts: Path) -> None:
    server = start()
    heard: list[Event] = []
    login = ServerLogin(password=PASSWORD)
    first = Access(known_hosts=known_hosts, server_login=login, accept_new_key=True, events=Events(heard.append))
    open_url(f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), first).close()
    assert heard[0].name == "path.key_accepted"
    assert server.host_key.fingerprint in heard[0].text
    assert known_hosts.read_text() == server.known_hosts_line
    assert stat.S_IMODE(known_hosts.stat().st_mode) == 0o600
    later = Access(known_hosts=known_hosts, server_login=login)
    open_url(f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), later).close()


@pytest.mark.parametrize("accept", [False, True])
def test_a_changed_key_is_refused_even_where_new_ones_are_accepted(
    start: Start, known_hosts: Path, accept: bool
) -> None:
    server = start()
    other = paramiko.ECDSAKey.generate()
    known_hosts.parent.mkdir()
    known_hosts.write_text(f"[127.0.0.1]:{server.port} {other.get_name()} {other.get_base64()}\n")
    access = Access(known_hosts=known_hosts, server_login=ServerLogin(password=PASSWORD), accept_new_key=accept)
    with pytest.raises(HostKeyRefused, match="is not the server it was") as caught:
        open_url(f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), access)
    assert other.fingerprint in str(caught.value)
    assert not isinstance(caught.value, HostKeyUnknown)
    assert server.console.passwords == []


def test_a_revoked_key_is_refused_even_where_new_ones_are_accepted(start: Start, known_hosts: Path) -> None:
    server = start()
    known_hosts.parent.mkdir()
    known_hosts.write_text(f"@revoked * {server.host_key.get_name()} {server.host_key.get_base64()}\n")
    with pytest.raises(HostKeyRefused, match="is revoked") as caught:
        open_url(
            f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), Access(known_hosts=known_hosts, accept_new_key=True)
        )
    assert not isinstance(caught.value, HostKeyUnknown)


def test_a_wrong_password_is_sent_once_and_never_shown(start: Start, known_hosts: Path) -> None:
    server = start(methods="password,keyboard-interactive")
    with pytest.raises(ServerLoginRefused, match="the server refused our password; it takes") as caught:
        connect(server, known_hosts, password="wrong-canary")
    assert server.console.passwords == ["wrong-canary"]
    assert "wrong-canary" not in str(caught.value)
    assert caught.value.exit_code == 5


def test_a_missing_password_is_said_before_one_is_tried(start: Start, known_hosts: Path) -> None:
    server = start()
    with pytest.raises(ServerLoginRefused, match="the server takes password, and we have nothing of that"):
        connect(server, known_hosts, password="")
    assert server.console.passwords == []


def test_a_servers_questions_are_answered(start: Start, known_hosts: Path) -> None:
    server = start(methods="keyboard-interactive")
    with connect(server, known_hosts):
        assert server.console.passwords == [PASSWORD]


def test_a_server_without_any_login_is_entered(start: Start, known_hosts: Path) -> None:
    server = start(methods="none")
    with connect(server, known_hosts, password=""):
        assert server.console.user == "ops:port07"


@pytest.mark.parametrize("passphrase", ["", "canary-passphrase"])
def test_a_key_file_lets_us_in(start: Start, known_hosts: Path, tmp_path: Path, passphrase: str) -> None:
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(tmp_path / "id"), password=passphrase or None)
    server = start(methods="publickey", user_key=key)
    known_hosts.parent.mkdir()
    known_hosts.write_text(server.known_hosts_line)

    def login(passphrase: str = "") -> Access:
        login = ServerLogin(key_file=tmp_path / "id", passphrase=passphrase)
        return Access(known_hosts=known_hosts, server_login=login)

    url = f"ssh://ops@127.0.0.1:{server.port}"
    open_url(url, Deadline(5), login(passphrase)).close()
    if passphrase:
        with pytest.raises(ServerLoginRefused, match="needs its passphrase"):
            open_url(url, Deadline(5), login())
        with pytest.raises(ServerLoginRefused, match="cannot be used") as caught:
            open_url(url, Deadline(5), login("wrong-canary"))
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize("passphrase", ["", "canary-passphrase"])
def test_a_key_file_may_be_named_in_the_url(start: Start, known_hosts: Path, passphrase: str) -> None:
    key = paramiko.ECDSAKey.generate()
    server = start(methods="publickey", user_key=key)
    known_hosts.parent.mkdir()
    key.write_private_key_file(str(known_hosts.parent / "id"), password=passphrase or None)
    with connect(server, known_hosts, "/port07?key=id", password=passphrase or "of no use") as transport:
        assert transport.path.endswith("/port07?key=id")


def test_the_agents_keys_let_us_in(start: Start, known_hosts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (shutil.which("ssh-agent") and shutil.which("ssh-add")):
        pytest.skip("OpenSSH's ssh-agent is not installed")
    key = paramiko.ECDSAKey.generate()
    file, agent = known_hosts.with_name("id"), known_hosts.with_name("agent")
    known_hosts.parent.mkdir()
    key.write_private_key_file(str(file))
    server = start(methods="publickey", user_key=key)
    known_hosts.write_text(server.known_hosts_line)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
    with subprocess.Popen(["ssh-agent", "-D", "-a", agent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it has its socket by then
        subprocess.run(["ssh-add", "-q", file], check=True)
        file.unlink()
        access = Access(known_hosts=known_hosts, server_login=ServerLogin(use_agent=True))
        with open_url(f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), access):
            assert server.console.user == "ops"
        process.terminate()


def test_a_key_file_that_is_not_there_says_so(start: Start, known_hosts: Path, tmp_path: Path) -> None:
    server = start(methods="publickey")
    known_hosts.parent.mkdir()
    known_hosts.write_text(server.known_hosts_line)
    access = Access(known_hosts=known_hosts, server_login=ServerLogin(key_file=tmp_path / "no"))
    with pytest.raises(ServerLoginRefused, match="there is no key file"):
        open_url(f"ssh://ops@127.0.0.1:{server.port}", Deadline(5), access)


def test_a_busy_line_is_told_apart_from_a_lost_one(start: Start, known_hosts: Path) -> None:
    def busy(channel: paramiko.Channel) -> None:
        channel.sendall(b"port r1 busy\r\n")
        channel.send_exit_status(75)
        channel.close()

    with connect(start(busy), known_hosts) as transport:
        read_until(transport, b"busy\r\n")
        with pytest.raises(PathBusy, match="the console server says: port r1 busy"):
            transport.read(100, 5)


def test_the_end_of_a_session_says_its_status_and_what_was_said(start: Start, known_hosts: Path) -> None:
    def leave(channel: paramiko.Channel) -> None:
        channel.sendall(b"no such port 'r9'\r\n")
        channel.send_exit_status(2)
        channel.close()

    with connect(start(leave), known_hosts) as transport:
        read_until(transport, b"\r\n")
        with pytest.raises(PathLost, match="ended the session with status 2; it said: no such port 'r9'"):
            transport.read(100, 5)


def test_a_server_that_goes_away_is_a_lost_path(start: Start, known_hosts: Path) -> None:
    server = start(echo)
    with connect(server, known_hosts) as transport:
        read_until(transport, b"RETURN\r\n")
        server.transports[0].close()
        with pytest.raises(PathLost, match=r"is gone|closed the session"):
            transport.read(100, 5)
        with pytest.raises(PathLost):
            transport.write(b"x", 5)


class Relay:
    """Carries bytes to a server and back until it is told to swallow them, with the connections left standing."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._swallows = threading.Event()
        self._ends = [socket.create_connection(("127.0.0.1", port))]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def swallow(self) -> None:
        self._swallows.set()

    def close(self) -> None:
        for end in self._ends:
            end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (*self._ends, self._listener):
            end.close()

    def _serve(self) -> None:
        self._ends.append(self._listener.accept()[0])
        self._threads.append(threading.Thread(target=self._carry, args=self._ends))
        self._threads[1].start()
        self._carry(*reversed(self._ends))

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(4096):
            if not self._swallows.is_set():
                sink.sendall(data)


def test_a_server_that_stops_answering_is_lost_though_the_connection_stands(
    start: Start, known_hosts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "SILENCE", 0.1)
    monkeypatch.setattr(ssh, "SIGN", 1.0)
    server = start(echo)
    relay = Relay(server.port)
    known_hosts.parent.mkdir()
    known_hosts.write_text(server.known_hosts_line.replace(str(server.port), str(relay.port)))
    access = Access(known_hosts=known_hosts, server_login=ServerLogin(password=PASSWORD))
    with open_url(f"ssh://ops@127.0.0.1:{relay.port}", Deadline(10), access) as transport:
        read_until(transport, b"RETURN\r\n")
        assert transport.read(100, 0.5) == b""  # silent, and asked after several times
        relay.swallow()
        with pytest.raises(PathLost, match="the console server has stopped answering"):
            transport.read(100, 10)
    relay.close()


def test_closing_wakes_a_reader_in_another_thread(start: Start, known_hosts: Path) -> None:
    transport = connect(start(), known_hosts)
    ended = threading.Event()

    def read() -> None:
        with pytest.raises(PathLost, match="closed on this side"):
            transport.read(1, 60)
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    transport.close()
    reader.join(5)
    assert ended.is_set()


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [(b"Port already in use\r\n", "not an SSH server"), (b"", "closed the connection|not an SSH")],
)
def test_a_port_where_something_else_answers_is_refused(greeting: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            far, _ = listener.accept()
            with far:
                far.sendall(greeting)

        server = threading.Thread(target=answer)
        server.start()
        with pytest.raises(PathRefused, match=reason):
            open_url(f"ssh://ops@127.0.0.1:{listener.getsockname()[1]}", Deadline(5))
        server.join()


def test_a_port_that_stays_silent_is_unreachable() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises((PathUnreachable, PathRefused), match="SSH"),
    ):
        open_url(f"ssh://ops@127.0.0.1:{listener.getsockname()[1]}", Deadline(0.5))


def test_a_url_without_a_user_name_is_refused(known_hosts: Path) -> None:
    with pytest.raises(UsageError, match="needs a user name"):
        open_url("ssh://127.0.0.1/port07", Deadline(1), Access(known_hosts=known_hosts))
