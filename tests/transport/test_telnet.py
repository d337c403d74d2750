"""Telnet paths against a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from oob.deadline import Deadline
from oob.errors import PathBusy, PathLost
from oob.transport import telnet
from oob.transport.base import Transport
from oob.transport.opening import open_url
from oob.wire.telnet import ASK_FOR_SIGN, BINARY, DO, DONT, ECHO, IAC, SGA, TIMING_MARK, WILL, WONT


@pytest.fixture
def ends() -> Iterator[tuple[Transport, socket.socket]]:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        open_url(f"telnet://127.0.0.1:{listener.getsockname()[1]}", Deadline(5)) as transport,
    ):
        far, _ = listener.accept()
        far.settimeout(5)
        with far:
            yield transport, far


def test_negotiation_is_answered_while_reading_and_not_handed_on(ends: tuple[Transport, socket.socket]) -> None:
    transport, far = ends
    far.sendall(bytes([IAC, WILL, ECHO, IAC, WILL, SGA]))
    assert transport.read(100, 0.05) == b""
    ask_for_binary = bytes([IAC, WILL, BINARY, IAC, DO, BINARY])
    assert far.recv(100) == bytes([IAC, DO, ECHO, IAC, DO, SGA]) + ask_for_binary + ASK_FOR_SIGN
    far.sendall(b"login: ")
    assert transport.read(100, 5) == b"login: "


def test_binary_is_asked_for_once_and_a_refusal_is_kept_to(ends: tuple[Transport, socket.socket]) -> None:
    transport, far = ends
    far.sendall(bytes([IAC, WILL, SGA]))
    assert transport.read(100, 0.05) == b""
    assert len(far.recv(100)) == 12
    transport.write(b"\r", 5)  # a peer that agrees to BINARY is in it already when this arrives
    assert far.recv(100) == b"\r"
    far.sendall(bytes([IAC, DONT, BINARY, IAC, WONT, BINARY]) + b"login: ")
    assert transport.read(100, 5) == b"login: "
    transport.write(b"\r", 5)
    assert far.recv(100) == b"\r\0"


def test_nothing_is_sent_to_a_server_that_does_not_negotiate(ends: tuple[Transport, socket.socket]) -> None:
    transport, far = ends
    far.sendall(b"raw port\r\n")
    assert transport.read(100, 5) == b"raw port\r\n"
    far.setblocking(False)
    with pytest.raises(BlockingIOError):
        far.recv(1)


def test_a_peer_that_stops_giving_signs_of_life_is_lost_though_the_connection_stands(
    ends: tuple[Transport, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telnet, "SILENCE", 0.1)
    monkeypatch.setattr(telnet, "SIGN", 0.3)
    transport, far = ends
    far.sendall(bytes([IAC, WILL, SGA, IAC, WONT, TIMING_MARK]))
    for _ in range(2):
        assert transport.read(100, 0.15) == b""
        while not far.recv(100).endswith(ASK_FOR_SIGN):
            pass
        far.sendall(bytes([IAC, WONT, TIMING_MARK]))
    with pytest.raises(PathLost, match="stopped answering"):
        transport.read(100, 5)


def test_a_peer_that_has_never_given_a_sign_of_life_may_be_silent(
    ends: tuple[Transport, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telnet, "SILENCE", 0.01)
    monkeypatch.setattr(telnet, "SIGN", 0.01)
    transport, far = ends
    far.sendall(bytes([IAC, WILL, SGA]))
    assert transport.read(100, 0.2) == b""
    far.sendall(b"slow")
    assert transport.read(100, 5) == b"slow"


def test_a_server_that_waits_for_its_line_may_be_silent(
    ends: tuple[Transport, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telnet, "SILENCE", 0.01)
    monkeypatch.setattr(telnet, "SIGN", 0.01)
    transport, far = ends
    far.sendall(bytes([IAC, WILL, SGA, IAC, WONT, TIMING_MARK]))
    transport.write(2000 * b"x", 5)  # before that is taken in, none of it can have been answered
    assert transport.read(100, 0) == b""
    transport.write(2000 * b"x", 5)
    assert transport.read(100, 0.2) == b""


def test_what_is_typed_is_encoded_and_break_is_a_command(ends: tuple[Transport, socket.socket]) -> None:
    transport, far = ends
    transport.write(b"\xff\r", 5)
    transport.send_break()
    assert far.recv(6, socket.MSG_WAITALL) == b"\xff\xff\r\0\xff\xf3"


def test_a_busy_port_is_told_apart_through_telnet(ends: tuple[Transport, socket.socket]) -> None:
    transport, far = ends
    far.sendall(bytes([IAC, WILL, ECHO]) + b"Port already in use\r\n")
    far.close()
    assert transport.read(100, 5) == b"Port already in use\r\n"
    with pytest.raises(PathBusy):
        transport.read(100, 5)
