"""OpenSSH as a console server: host keys, logins, jump hosts, old algorithms, and what goes wrong."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import HostKeyRefused, PathBusy, PathLost, PathRefused, ServerLoginRefused
from oob.lab.real.console_servers import accounts
from oob.transport.access import Access, ServerLogin
from oob.transport.base import Transport
from oob.transport.opening import open_url
from tests.real.process import Line, ServerProcess, answers, expect, fill, free_port

PROGRAMS = ["sshd", "ssh-keygen", "socat", "unshare", "openssl"]

PASSWORD = "canary-openssh"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSsh:
    """The server, with users `ops` and `questions`, whom it asks instead of taking a password."""

    server: ServerProcess
    port: int
    folder: Path

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def access(self, password: str = PASSWORD, key: bool = False) -> Access:
        login = ServerLogin(password=password, key_file=self.folder / "id" if key else None)
        return Access(known_hosts=self.known_hosts, server_login=login)

    def open(self, options: str = "", user: str = "ops", access: Access | None = None) -> Transport:
        url = f"ssh://{user}@127.0.0.1:{self.port}{options}"
        return open_url(url, Deadline(15), access or self.access())


Start = Callable[..., OpenSsh]


@pytest.fixture
def start(line: Line, tmp_path: Path) -> Iterator[Start]:
    servers: list[OpenSsh] = []

    def start(extra: str = "", kinds: tuple[str, ...] = ("ed25519", "ecdsa")) -> OpenSsh:
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        port = free_port()
        keys = [_key(folder / f"host_{kind}", kind) for kind in kinds]
        client = _key(folder / "id", kinds[-1])
        shutil.copy(f"{client}.pub", folder / "authorized_keys")
        fill("attach.in", folder / "attach", FOLDER=folder, LINE=line.device).chmod(0o755)
        config = fill(
            "sshd_config.in",
            folder / "sshd_config",
            HOST="127.0.0.1",
            PORT=port,
            FOLDER=folder,
            HOSTKEYS="\n".join(f"HostKey {key}" for key in keys),
            EXTRA=extra,
        )
        public = " ".join(Path(f"{keys[0]}.pub").read_text().split()[:2])
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}\n")
        accounts(folder, PASSWORD, "ops", "questions")
        command: list[str | Path] = [shutil.which("sshd") or "", "-D", "-e", "-f", config]
        servers.append(OpenSsh(server=ServerProcess(command, folder, answers(port)), port=port, folder=folder))
        return servers[-1]

    yield start
    for server in servers:
        server.server.close()


def _key(path: Path, kind: str) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path], check=True)
    return path


def read_on(transport: Transport) -> bytes:
    seen = b""
    deadline = Deadline(10)
    while not deadline.is_over:
        seen += transport.read(4096, 5)
    return seen


@pytest.mark.parametrize("options", ["", "?command=connect line"])
def test_every_byte_passes_both_ways_and_we_are_logged_out(start: Start, line: Line, options: str) -> None:
    server = start()
    everything = bytes(range(256))
    with server.open(options) as transport:
        line.say(b"login: ")
        expect(transport, b"login: ")  # the login shell has made its terminal raw by now
        transport.write(everything, 5)
        assert line.hear(256) == everything
        line.say(everything)
        got = b""
        while data := transport.read(4096, 0.5):
            got += data
        assert got == everything
        transport.send_break()
        transport.write(b"x", 5)
        assert line.hear(1) == b"x"
    with server.open() as again:  # which the lock on the line lets in only after the first has gone
        line.say(b"again")
        expect(again, b"again")


def test_a_key_lets_us_in_and_so_do_answers_to_questions(start: Start, line: Line) -> None:
    server = start()
    for user, access in [("ops", server.access(password="", key=True)), ("questions", server.access())]:
        with server.open(user=user, access=access) as transport:
            line.say(b"login: ")
            expect(transport, b"login: ")


def test_a_wrong_password_is_told_apart(start: Start) -> None:
    server = start()
    for user in ("ops", "questions"):
        with pytest.raises(ServerLoginRefused, match="the server refused our") as caught:
            server.open(user=user, access=server.access(password="wrong-canary"))
        assert "canary" not in str(caught.value)


def test_a_wrong_key_is_told_apart_before_anything_is_sent(start: Start) -> None:
    one, other = start(), start()
    text = one.known_hosts.read_text().replace(str(one.port), str(other.port))
    other.known_hosts.write_text(text)
    with pytest.raises(HostKeyRefused, match="is not the server it was"):
        other.open()


def test_a_server_with_two_keys_shows_the_one_that_is_known(start: Start) -> None:
    server = start()
    public = " ".join((server.folder / "host_ecdsa.pub").read_text().split()[:2])
    server.known_hosts.write_text(f"[127.0.0.1]:{server.port} {public}\n")
    server.open().close()


def test_a_busy_line_is_told_apart(start: Start, line: Line) -> None:
    server = start()
    with server.open() as first:
        line.say(b"mine")
        expect(first, b"mine")
        with server.open() as second, pytest.raises(PathBusy, match="port line busy"):
            read_on(second)


def test_a_line_that_the_server_does_not_have_is_said(start: Start) -> None:
    with start().open("?command=connect r9") as transport, pytest.raises(PathLost, match="no such port r9"):
        read_on(transport)


def test_a_server_that_is_killed_in_the_middle_is_a_lost_path(start: Start, line: Line) -> None:
    server = start()
    with server.open() as transport:
        line.say(b"Building configu")
        assert transport.read(100, 5)
        server.server.signal(signal.SIGKILL)
        with pytest.raises(PathLost):
            read_on(transport)


def test_a_server_that_is_not_there_is_refused(start: Start) -> None:
    server = start()
    server.server.close()
    with pytest.raises(PathRefused, match="the port is shut"):
        server.open()


def test_a_server_behind_another_is_reached_through_it(start: Start, line: Line) -> None:
    gate, server = start(), start()
    known = gate.known_hosts.read_text() + server.known_hosts.read_text()
    server.known_hosts.write_text(known)
    with server.open(f"?jump=ops@127.0.0.1:{gate.port}") as transport:
        line.say(b"login: ")
        expect(transport, b"login: ")
    server.known_hosts.write_text(gate.known_hosts.read_text())
    with pytest.raises(HostKeyRefused, match=rf"\[127\.0\.0\.1\]:{server.port} is not in"):
        server.open(f"?jump=ops@127.0.0.1:{gate.port}")


@pytest.mark.parametrize(
    "exchange", ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"]
)
def test_an_old_server_is_let_in_only_where_the_url_says_so(start: Start, line: Line, exchange: str) -> None:
    old = f"KexAlgorithms {exchange}\nHostKeyAlgorithms ssh-rsa\nCiphers 3des-cbc\nMACs hmac-sha1\n"
    server = start(old + "PubkeyAcceptedAlgorithms ssh-rsa", ("rsa",))
    with pytest.raises(PathRefused, match="an old server may be let in with legacy=yes"):
        server.open()
    for access in (server.access(), server.access(password="", key=True)):
        with server.open("?legacy=yes", access=access) as transport:
            line.say(b"login: ")
            expect(transport, b"login: ")


def test_a_site_that_only_dials_out_is_reached_through_its_own_tunnel(start: Start, line: Line, tmp_path: Path) -> None:
    jump = start()  # where we are; the site behind a carrier's NAT dials it
    inside, outside = free_port(), free_port()
    near = ServerProcess(
        ["socat", f"TCP-LISTEN:{inside},bind=127.0.0.1,fork,reuseaddr", f"FILE:{line.device},raw,echo=0"],
        tmp_path,
        answers(inside),
    )
    command: list[str | Path] = ["ssh", "-N", "-F", "none", "-i", jump.folder / "id", "-p", str(jump.port)]
    for option in (f"UserKnownHostsFile={jump.known_hosts}", "ExitOnForwardFailure=yes", "ServerAliveInterval=5"):
        command += ["-o", option]
    command += ["-R", f"127.0.0.1:{outside}:127.0.0.1:{inside}", "ops@127.0.0.1"]
    tunnel = ServerProcess(command, tmp_path, answers(outside))
    try:
        with open_url(f"tcp://127.0.0.1:{outside}", Deadline(10)) as transport:
            transport.write(b"show ip route\r", 5)
            assert line.hear(14) == b"show ip route\r"
            line.say(b"edge1#")
            expect(transport, b"edge1#")
            tunnel.signal(signal.SIGKILL)
            with pytest.raises(PathLost):
                transport.read(100, 20)
        with pytest.raises(PathRefused):
            open_url(f"tcp://127.0.0.1:{outside}", Deadline(10))
    finally:
        tunnel.close()
        near.close()
