from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Oob

PATIENCE = 20.0
SECRET = "canary-4711"


class Terminal:
    """A person's terminal with `oob console` running in it."""

    def __init__(self, home: Path, *words: str) -> None:
        self._master, self._slave = pty.openpty()
        self.settings = termios.tcgetattr(self._slave)
        self.seen = b""
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from oob.cli.main import main; main()", "console", *words],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "OOB_HOME": str(home)},
        )

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def wait_for(self, text: bytes) -> bytes:
        """Return all that was shown since the last call, up to *text*."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen:
            ready, _, _ = select.select([self._master], [], [], end - time.monotonic())
            assert ready, f"{text!r} was not shown, but {self.seen!r}"
            self.seen += os.read(self._master, 4096)
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """Return the exit code; the terminal must be as it was."""
        code = self._process.wait(PATIENCE)
        assert termios.tcgetattr(self._slave) == self.settings
        return code

    @property
    def is_raw(self) -> bool:
        return not termios.tcgetattr(self._slave)[3] & termios.ICANON

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE)
        os.close(self._master)
        os.close(self._slave)


class ConsoleServer:
    """A TCP port of a console server with one client."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._client: socket.socket | None = None

    @property
    def client(self) -> socket.socket:
        if self._client is None:
            self._client, _ = self._listener.accept()
            self._client.settimeout(PATIENCE)
        return self._client

    def say(self, data: bytes) -> None:
        self.client.sendall(data)

    def wait_for(self, data: bytes) -> None:
        got = b""
        while len(got) < len(data):
            got += self.receive(len(data) - len(got))
        assert got == data

    def receive(self, size: int) -> bytes:
        data = self.client.recv(size)
        assert data, "the console has hung up"
        return data

    def hang_up(self) -> None:
        self.client.close()
        self._client = None

    @contextlib.contextmanager
    def shut(self) -> Iterator[None]:
        """Take no connection for the block."""
        assert self.client
        address = self._listener.getsockname()
        self._listener.close()
        yield
        self._listener = socket.create_server(address)
        self._listener.settimeout(PATIENCE)

    def close(self) -> None:
        if self._client:
            self._client.close()
        self._listener.close()


@pytest.fixture
def server() -> Iterator[ConsoleServer]:
    with contextlib.closing(ConsoleServer()) as server:
        yield server


@pytest.fixture
def terminal(home: Path, server: ConsoleServer) -> Iterator[Terminal]:
    """Return a terminal whose console is open and has shown the device's prompt."""
    with contextlib.closing(Terminal(home, server.url)) as terminal:
        server.say(b"edge1>")
        terminal.wait_for(b"edge1>")
        yield terminal


def transcript(home: Path, suffix: str = "log") -> str:
    (path,) = (home / "transcripts").glob(f"*.{suffix}")
    return path.read_text()


def test_path_and_transcript_come_first_and_then_both_sides_hear_each_other(home: Path, server: ConsoleServer) -> None:
    with contextlib.closing(Terminal(home, server.url)) as terminal:
        opening = terminal.wait_for(b"~. leaves")
        assert b"transcripts/console-" in opening
        assert server.url.encode() in opening
        server.say(b"edge1>")
        terminal.wait_for(b"edge1>")
        terminal.type(b"show clock\r\x03\xff")
        server.wait_for(b"show clock\r\x03\xff")
        server.say(b"show clock\r\n\x1b[1m12:00\xfe\r\nedge1>")
        assert b"\r\n\x1b[1m12:00\xfe\r\n" in terminal.wait_for(b"edge1>")
        assert terminal.is_raw
        terminal.type(b"\r~.")
        terminal.wait_for(b"the device is still logged in, at 'edge1>'")
        assert terminal.end() == 0
    assert "> show clock" in transcript(home)
    assert "< " in transcript(home)


def test_nothing_is_typed_by_us(terminal: Terminal, server: ConsoleServer) -> None:
    terminal.type(b"~.")
    assert terminal.end() == 0
    assert server.client.recv(100) == b""


def test_the_keys_behind_a_tilde(terminal: Terminal, server: ConsoleServer, home: Path) -> None:
    terminal.type(b"~?")
    terminal.wait_for(b"A tilde counts only as the first key of a line.\r\n")
    terminal.type(b"~b")
    terminal.wait_for(b"this path cannot carry a BREAK\r\n")
    terminal.type(b"~~/x ~.\r")
    server.wait_for(b"~/x ~.\r")
    terminal.type(b"~.")
    assert terminal.end() == 0


def test_a_break_is_sent_over_a_path_that_has_one(home: Path, server: ConsoleServer) -> None:
    with contextlib.closing(Terminal(home, server.url.replace("tcp:", "telnet:"))) as terminal:
        server.say(b"edge1>")
        terminal.wait_for(b"edge1>")
        terminal.type(b"~b")
        terminal.wait_for(b"BREAK sent")
        got = b""
        while b"\xff\xf3" not in got:  # telnet's BREAK, RFC 854
            got += server.receive(100)
        terminal.type(b"~.")
        assert terminal.end() == 0
    assert "-- BREAK" in transcript(home)


def test_a_path_that_dies_is_opened_again_and_keys_meanwhile_are_not_sent(
    terminal: Terminal, server: ConsoleServer, home: Path
) -> None:
    with server.shut():
        server.hang_up()
        terminal.wait_for(b"trying to reopen it until it is back, ~. leaves")
        terminal.type(b"reload\r")
        terminal.wait_for(b"oob: WAIT")
    terminal.wait_for(b"OK reopened tcp://127.0.0.1")
    server.say(b"edge1#")
    terminal.wait_for(b"edge1#")
    terminal.type(b"show clock\r")
    server.wait_for(b"show clock\r")
    terminal.type(b"~.")
    terminal.wait_for(b"still logged in, at 'edge1#'")
    assert terminal.end() == 0
    assert "OK reopened tcp://127.0.0.1" in transcript(home)
    assert "reload" not in transcript(home)


def test_leaving_while_the_path_is_dead_ends_with_code_3(terminal: Terminal, server: ConsoleServer) -> None:
    with server.shut():
        server.hang_up()
        terminal.wait_for(b"~. leaves")
        terminal.type(b"\r~.")
        terminal.wait_for(b"oob: left tcp://127.0.0.1")
        assert terminal.end() == 3


def test_an_adapter_that_is_unplugged_is_waited_for(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    link = home / "adapter"
    far, near = os.openpty()
    link.symlink_to(os.ttyname(near))
    with contextlib.closing(Terminal(home, f"serial://{link}")) as terminal:
        terminal.wait_for(b"~. leaves")
        os.write(far, b"edge1>")
        terminal.wait_for(b"edge1>")
        link.unlink()
        os.close(near)
        os.close(far)
        terminal.wait_for(b"is the adapter plugged in?")
        far, near = os.openpty()
        tty.setraw(near)
        link.symlink_to(os.ttyname(near))
        terminal.wait_for(f"OK reopened serial://{link}".encode())
        os.write(far, b"\r\nUsername: ")
        terminal.wait_for(b"Username: ")
        terminal.type(b"~.")
        terminal.wait_for(b"the device is logged out, at 'Username:'")
        assert terminal.end() == 0
    os.close(near)
    os.close(far)


def test_a_url_without_a_platform_masks_what_is_secret_on_any_platform(home: Path, server: ConsoleServer) -> None:
    with contextlib.closing(Terminal(home, server.url)) as terminal:
        server.say(b"\r\nPassword: ")
        terminal.wait_for(b"Password: ")
        terminal.type(SECRET.encode() + b"\r")
        server.wait_for(SECRET.encode() + b"\r")
        server.say(b"\r\nadmin@edge1> show configuration | display set\r\n")
        server.say(b'set system root-authentication encrypted-password "$6$canary9$x"\r\n')
        server.say(b"set system login message " + SECRET.encode() + b"\r\n")
        server.say(b"snmp-server community canary8 RO\r\n\r\nadmin@edge1> ")
        terminal.wait_for(b"RO\r\n\r\nadmin@edge1> ")
        terminal.type(b"~.")
        terminal.wait_for(b"still logged in, at 'admin@edge1>'")
        assert terminal.end() == 0
    assert "canary" not in transcript(home) + transcript(home, "cast")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_and_the_terminal_is_as_it_was(terminal: Terminal, number: int) -> None:
    assert terminal.is_raw
    terminal.signal(number)
    assert terminal.end() == 130


def test_a_second_signal_does_not_keep_the_terminal_from_being_restored(terminal: Terminal) -> None:
    terminal.signal(signal.SIGTERM)
    terminal.signal(signal.SIGTERM)
    assert terminal.end() in (130, -signal.SIGTERM)  # it may come when everything has been tidied up already


def test_what_a_server_says_before_it_hangs_up_tells_that_the_line_is_in_use(home: Path, server: ConsoleServer) -> None:
    with contextlib.closing(Terminal(home, server.url)) as terminal:
        server.say(b"Port already in use\r\n")
        server.hang_up()
        assert terminal.end() == 4


def test_passwords_that_are_typed_are_on_the_line_and_in_no_file(
    terminal: Terminal, server: ConsoleServer, home: Path
) -> None:
    server.say(b"\r\nPassword: ")
    terminal.wait_for(b"Password: ")
    for key in SECRET.encode():
        terminal.type(bytes((key,)))
    terminal.type(b"\r")
    server.wait_for(SECRET.encode() + b"\r")
    server.say(b"\r\nedge1#")
    terminal.wait_for(b"edge1#")
    terminal.type(b"show users\r")
    server.wait_for(b"show users\r")
    server.say(b"show users\r\nedge1#")
    terminal.wait_for(b"edge1#")
    terminal.type(b"~.")
    assert terminal.end() == 0
    assert SECRET not in transcript(home) + transcript(home, "cast")
    assert "> show users" in transcript(home)


def test_a_new_size_of_the_window_disturbs_nothing(terminal: Terminal, server: ConsoleServer) -> None:
    terminal.signal(signal.SIGWINCH)
    terminal.type(b"x")
    server.wait_for(b"x")
    terminal.type(b"\r~.")
    assert terminal.end() == 0


def test_a_home_that_cannot_be_written_to_keeps_nobody_from_the_console(tmp_path: Path, server: ConsoleServer) -> None:
    (tmp_path / "file").write_text("no folder")
    with contextlib.closing(Terminal(tmp_path / "file", server.url)) as terminal:
        terminal.wait_for(b"there will be no transcript")
        server.say(b"edge1>")
        terminal.wait_for(b"edge1>")
        terminal.type(b"~.")
        assert terminal.end() == 0


def test_the_next_path_is_taken_when_the_first_is_shut(home: Path, server: ConsoleServer) -> None:
    (home / "inventory").mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as shut:
        first = f"tcp://127.0.0.1:{shut.getsockname()[1]}"
    paths = f"[{{url: '{first}'}}, {{url: '{server.url}'}}]"
    (home / "inventory" / "hosts.yaml").write_text(f"edge1: {{data: {{oob: {{paths: {paths}}}}}}}\n")
    with contextlib.closing(Terminal(home, "edge1")) as terminal:
        terminal.wait_for(first.encode())
        terminal.wait_for(f"edge1 over {server.url}".encode())
        server.say(b"edge1>")
        terminal.wait_for(b"edge1>")
        terminal.type(b"~.")
        assert terminal.end() == 0


def test_without_a_terminal_it_says_what_scripts_have_instead(oob: Oob) -> None:
    for words in (("tcp://127.0.0.1:9",), ("tcp://127.0.0.1:9", "--json")):
        said = oob("console", *words)
        assert said.code == 2
        assert "scripts have oob run and oob paste" in said.err
