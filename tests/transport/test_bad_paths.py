"""A path that is wrong in any way is that path's failure, named: whoever goes through several tries the next."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import paramiko
import pytest

from oob.deadline import Deadline
from oob.device.probe import probe
from oob.errors import PathInvalid, PathRefused, TransportError, UsageError
from oob.profile.store import load
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import check, open_url
from oob.transport.url import parse

INVALID = {
    "a name that hosts lack": "telnet://cs1.example:2001",
    "a scheme that is not installed": "carrier-pigeon://192.0.2.1",
    "an unknown scheme": "pigeon://192.0.2.1",
    "an unknown wrapper": "pigeon+tcp://192.0.2.1:4001",
    "an unknown option": "tcp://192.0.2.1:4001?speed=9600",
    "not a port": "tcp://192.0.2.1",
    "a port that is none": "tcp://192.0.2.1:99999",
    "a port in other digits": "tcp://192.0.2.1:\u00b2",
    "no URL at all": "edge1",
    "a password": "ssh://ops:hunter2@192.0.2.1",
    "a password with a slash and an at": "ssh://ops:hun/ter2@x@192.0.2.1",
    "no file to play": "replay:///nowhere/edge1.jsonl",
    "a folder to play": "replay:///etc",
    "a bracket missing": "telnet://[2001:db8::1",
    "a family without its line": "opengear://192.0.2.1",
    "a family's line in other digits": "opengear://192.0.2.1/\u00b2",
    "a jump host that is a name": "ssh://ops@192.0.2.1?jump=ops@bastion",
    "a console server that is a name": "console://ops@/r1?server=cs1",
    "a recording that exists": "record+replay:///nowhere?record.to=/etc/hostname",
    "no program": "exec://",
    "no device file": "serial://",
    "an odd baud rate": "serial:///dev/ttyS0?baud=fast",
}


@pytest.mark.parametrize("url", INVALID.values(), ids=INVALID)
def test_a_url_that_makes_no_sense_is_a_failed_path(url: str) -> None:
    with pytest.raises(PathInvalid) as caught:
        open_url(url, Deadline(2), Access(server_login=ServerLogin(user="ops")))
    assert isinstance(caught.value, UsageError)
    assert caught.value.exit_code == 2
    assert "hunter2" not in str(caught.value)
    assert "ter2" not in str(caught.value)
    assert url.partition("://")[0] in str(caught.value)  # the path is named
    finding = probe(url, load("linux"))
    assert (finding.verdict, finding.exit_code) == ("invalid", 2)


@pytest.mark.parametrize("content", ["", "{}", '{"recording": 1}\n{"read": 5}', '{"recording": 1}\n{"read": "\u2028"}'])
def test_a_recording_that_is_none_is_a_failed_path(tmp_path: Path, content: str) -> None:
    (tmp_path / "r.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(PathInvalid, match=r"r\.jsonl"):
        open_url(f"replay://{tmp_path}/r.jsonl", Deadline(2))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PathInvalid, match="plain file"):
        open_url(f"replay://{tmp_path}/pipe", Deadline(2))


def test_an_option_that_a_scheme_lacks_is_found_without_opening() -> None:
    for url in ("tcp://192.0.2.1:1?baud=1", "fault+tcp://192.0.2.1:1?fault.x=1", "opengear://192.0.2.1/7?speed=1"):
        with pytest.raises(UsageError, match="has no option"):
            check(parse(url))


# --- servers


Speak = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Speak], int]]:
    listeners: list[socket.socket] = []

    def start(speak: Speak) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    with client, suppress(OSError):
                        client.settimeout(5)
                        speak(client)

        threading.Thread(target=run, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("@cs2.example", "'cs2.example'"),
        ("@cs2.example:782", "'cs2.example'"),
        ("99999", "not a port"),
        ("0", "not a port"),
        ("\u00b2", "says"),
        ("@127.0.0.1:99999", "not a port"),
        ("@127.0.0.1:\u00b2", "not a port"),
        ("@", "passes us on"),
    ],
)
def test_a_console_server_that_passes_on_to_nowhere(serve: Callable[[Speak], int], answer: str, reason: str) -> None:
    def speak(client: socket.socket) -> None:
        lines = client.makefile("rwb", buffering=0)
        lines.write(b"ok\r\n")
        for reply in ("ok", answer):
            lines.readline()
            lines.write(f"{reply}\r\n".encode("latin-1"))
        lines.readline()

    url = f"console://ops@/r1?server=127.0.0.1&port={serve(speak)}&plain=yes"
    with pytest.raises(PathRefused, match=reason) as caught:
        open_url(url, Deadline(3))
    assert caught.value.path == str(parse(url))


def _packet(payload: bytes) -> bytes:
    padding = 8 - (len(payload) + 5) % 8 + 8
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + b"\0" * padding


ODD = {
    "a key exchange cut short": b"\x14" + b"\0" * 16,
    "a list that is too long": b"\x14" + b"\0" * 16 + b"\xff\xff\xff\xff",
    "names that are no text": b"\x14" + b"\0" * 16 + struct.pack(">I", 4) + b"\xff\xfe\xfd\xfc" * 1,
    "an empty packet": b"",
    "an answer that nobody asked for": b"\x34",
    "a disconnect in no text": b"\x01" + struct.pack(">II", 2, 4) + b"\xff\xfe\xff\xfe" + struct.pack(">I", 0),
    "a message of an unknown kind": b"\xc8" * 9,
}


@pytest.mark.parametrize("payload", ODD.values(), ids=ODD)
def test_an_odd_ssh_server_is_a_refused_path_without_a_traceback(
    serve: Callable[[Speak], int], payload: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    def speak(client: socket.socket) -> None:
        client.sendall(b"SSH-2.0-odd\r\n" + _packet(payload))
        while client.recv(4096):
            pass

    with pytest.raises(TransportError) as caught:
        open_url(f"ssh://ops@127.0.0.1:{serve(speak)}", Deadline(2), Access(server_login=ServerLogin(password="x")))
    assert "127.0.0.1" in str(caught.value)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("error", [IndexError("x"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), struct.error("x")])
def test_whatever_paramiko_raises_is_the_paths_failure(
    serve: Callable[[Speak], int], error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(paramiko.Transport, "start_client", fail)
    with pytest.raises(PathRefused, match=f"does not keep to SSH .{type(error).__name__}"):
        open_url(f"ssh://ops@127.0.0.1:{serve(lambda client: None)}", Deadline(2))


def test_what_nobody_has_foreseen_is_the_paths_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret text")

    monkeypatch.setattr("oob.transport.tcp.connect", fail)
    with pytest.raises(PathRefused, match="ZeroDivisionError") as caught:
        open_url("tcp://127.0.0.1:1", Deadline(1))
    assert "secret text" not in str(caught.value)
