"""Raw TCP paths against real sockets: dead, busy, stalled and closed ones told apart."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from oob.deadline import Deadline
from oob.errors import (
    BreakUnsupported,
    LineUnsupported,
    PathBusy,
    PathLost,
    PathRefused,
    PathUnreachable,
    WriteStalled,
)
from oob.transport import tcp
from oob.transport.base import LineSettings, Transport
from oob.transport.opening import open_url


class Server:
    """A listening socket and, once somebody has come, the far end of the connection."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.far: socket.socket | None = None

    def connect(self) -> tuple[Transport, socket.socket]:
        transport = open_url(f"tcp://127.0.0.1:{self.port}", Deadline(5))
        self.far, _ = self.listener.accept()
        self.far.settimeout(5)
        return transport, self.far

    def close(self) -> None:
        self.listener.close()
        if self.far:
            self.far.close()


def write_until_it_fails(transport: Transport) -> None:
    while True:
        transport.write(b"\r", 5)


def read_to_the_end(transport: Transport) -> None:
    while transport.read(4096, 5):
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_bytes_go_both_ways(server: Server) -> None:
    transport, far = server.connect()
    with transport:
        transport.write(b"show version\r", 5)
        assert far.recv(100) == b"show version\r"
        far.sendall(b"\x00\xffIOS\r\n")
        assert transport.read(100, 5) == b"\x00\xffIOS\r\n"


def test_a_read_returns_at_most_what_was_asked_for(server: Server) -> None:
    transport, far = server.connect()
    with transport:
        far.sendall(b"abcdef")
        assert [transport.read(2, 5), transport.read(3, 5), transport.read(9, 5)] == [b"ab", b"cde", b"f"]


def test_a_read_without_time_asks_only_for_what_is_there(server: Server) -> None:
    transport, _ = server.connect()
    with transport:
        assert transport.read(100, 0) == b""
        assert transport.read(100, 0.01) == b""


def test_the_end_of_the_stream_is_a_lost_path_with_its_counts(server: Server) -> None:
    transport, far = server.connect()
    with transport:
        transport.write(b"12", 5)
        far.sendall(b"123")
        assert transport.read(100, 5) == b"123"
        assert far.recv(2) == b"12"
        far.close()
        with pytest.raises(PathLost, match="the far end has closed the connection") as caught:
            transport.read(100, 5)
        assert (caught.value.received, caught.value.sent) == (3, 2)


def test_a_reset_connection_is_a_lost_path(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "_LISTEN", 0.1)  # the server has nothing to say to who asks again
    transport, far = server.connect()
    with transport:
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        far.close()
        with pytest.raises(PathLost, match="the far end has cut the connection"):
            transport.read(100, 5)
        with pytest.raises(PathLost):
            transport.write(b"x", 5)


@pytest.mark.parametrize("greeting", [b"Port already in use\r\n", b"\xff\xfb\x03Line is busy\r\n"])
def test_a_server_that_says_it_is_busy_and_hangs_up_is_busy(server: Server, greeting: bytes) -> None:
    transport, far = server.connect()
    with transport:
        far.sendall(greeting)
        far.close()
        assert transport.read(100, 5) == greeting
        with pytest.raises(PathBusy, match=r"the console server says: (Port already in use|Line is busy)$"):
            transport.read(100, 5)


def test_a_busy_server_is_told_apart_even_when_we_write_before_we_read(server: Server) -> None:
    transport, far = server.connect()
    with transport:
        far.sendall(b"Port already in use\r\n")
        far.close()
        transport.write(b"\r", 5)  # the far end answers that with a reset
        with pytest.raises(PathBusy):
            write_until_it_fails(transport)


def test_the_same_words_late_in_a_conversation_are_no_busy_server(server: Server) -> None:
    transport, far = server.connect()
    with transport:
        far.sendall(b"x" * 500 + b"Port already in use\r\n")
        far.close()
        assert transport.read(4096, 5).startswith(b"xxx")
        with pytest.raises(PathLost):
            read_to_the_end(transport)


def test_a_shut_port_is_refused_at_once(server: Server) -> None:
    server.listener.close()
    with pytest.raises(PathRefused, match="the port is shut") as caught:
        open_url(f"tcp://127.0.0.1:{server.port}", Deadline(5))
    assert not isinstance(caught.value, PathUnreachable)
    assert caught.value.exit_code == 3


def test_an_address_that_does_not_answer_is_unreachable() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)  # a full backlog drops what comes next
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        with pytest.raises(PathUnreachable, match="no answer at all"):
            open_url(f"tcp://127.0.0.1:{listener.getsockname()[1]}", Deadline(0.3))
        for filler in fillers:
            filler.close()


def test_an_interface_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(PathUnreachable, match="no interface nowhere0"):
        open_url("tcp://[fe80::1%25nowhere0]:1", Deadline(1))


def test_a_far_end_that_takes_nothing_stalls_the_write_and_says_how_much_is_left(server: Server) -> None:
    transport, far = server.connect()
    with transport:
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        data = bytes(20_000_000)
        with pytest.raises(WriteStalled, match="and then no more") as caught:
            transport.write(data, 0.1)
        assert 0 < caught.value.unsent < len(data)
        assert isinstance(caught.value, TimeoutError)


def test_closing_wakes_a_reader_in_another_thread(server: Server) -> None:
    transport, _ = server.connect()
    errors: list[Exception] = []
    waiting = threading.Event()

    def read() -> None:
        waiting.set()
        try:
            transport.read(100, 60)
        except PathLost as error:
            errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    waiting.wait(5)
    transport.close()
    reader.join(5)
    assert not reader.is_alive()
    assert "closed on this side" in str(errors[0])


@pytest.mark.parametrize("scheme", ["tcp", "telnet"])
def test_what_was_written_last_arrives_though_something_was_left_unread(server: Server, scheme: str) -> None:
    server.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that most of it is still here
    transport = open_url(f"{scheme}://127.0.0.1:{server.port}", Deadline(5))
    server.far, _ = server.listener.accept()
    server.far.settimeout(5)
    heard = bytearray()

    def hear() -> None:
        while data := far.recv(4096):
            heard.extend(data)
        far.close()

    far = server.far
    hearer = threading.Thread(target=hear)
    far.sendall(b"%SYS-5-CONFIG_I\r\n")
    transport.read(1, 5)
    transport.write(b"x" * 100_000 + b"exit", 5)
    hearer.start()
    transport.close()
    hearer.join()
    assert (len(heard), heard[-4:]) == (100_004, b"exit")


def test_a_far_end_that_takes_nothing_more_does_not_hold_up_the_end(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "_DRAIN", 0.1)
    transport, far = server.connect()
    far.sendall(b"unread")
    begin = Deadline(5)
    transport.close()
    assert not begin.is_over


def test_a_closed_path_stays_closed_and_may_be_closed_again(server: Server) -> None:
    transport, far = server.connect()
    transport.close()
    transport.close()
    assert far.recv(1) == b""
    for use in (lambda: transport.read(1, 0), lambda: transport.write(b"x", 0)):
        with pytest.raises(PathLost, match="closed on this side"):
            use()


def test_a_dead_peer_is_looked_for_within_twenty_seconds(server: Server) -> None:
    transport, _ = server.connect()
    with transport:
        option = transport._connection.getsockopt  # type: ignore[attr-defined]  # what the kernel was told
        assert option(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        idle = option(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        every = option(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        count = option(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        assert idle + every * count <= 20
        assert option(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 20_000
        assert option(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_raw_port_has_neither_break_nor_line_settings(server: Server) -> None:
    transport, _ = server.connect()
    with transport:
        assert transport.line is None
        with pytest.raises(BreakUnsupported):
            transport.send_break()
        with pytest.raises(LineUnsupported):
            transport.set_line(LineSettings())
