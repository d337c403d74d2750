"""Recorded conversations: what `record+` writes, `replay://` plays."""

from __future__ import annotations

import json
import os
import socket
import threading
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathLost, UsageError
from oob.transport.base import Transport
from oob.transport.opening import open_url
from oob.transport.replay import Broke, Ended, Replay, Said, Typed


def read_everything(transport: Transport) -> bytes:
    return b"".join(iter(lambda: transport.read(4096, 0.01), b""))


def record_a_login(file: Path) -> None:
    """A device asks for user and password; the line takes the break and dies."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"record+telnet://127.0.0.1:{listener.getsockname()[1]}?record.to={file}"
        with open_url(url, Deadline(5)) as transport:
            far, _ = listener.accept()
            with far:
                far.sendall(b"\xfelogin: ")
                assert transport.read(100, 5) == b"\xfelogin: "
                transport.write(b"ops\r", 5)
                far.sendall(b"ops\r\nPassword: ")
                assert transport.read(100, 5) == b"ops\r\nPassword: "
                for key in b"hunter2":
                    transport.write(bytes([key]), 5)
                transport.write(b"\rshow clock\r", 5)
                transport.send_break()
                far.sendall(b"edge1>")
                assert transport.read(100, 5) == b"edge1>"
            with pytest.raises(PathLost):
                read_everything(transport)


def test_what_was_recorded_plays_again(tmp_path: Path) -> None:
    record_a_login(tmp_path / "login.jsonl")
    with open_url(f"replay://{tmp_path}/login.jsonl", Deadline(5)) as transport:
        assert read_everything(transport) == b"\xfelogin: "
        transport.write(b"ops\r", 5)
        assert read_everything(transport) == b"ops\r\nPassword: "
        transport.write(b"another password\rshow clock\r", 5)
        transport.send_break()
        assert transport.read(100, 5) == b"edge1>"
        with pytest.raises(PathLost, match="the far end has c"):
            transport.read(100, 5)


def test_a_recording_holds_no_password_and_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "login.jsonl"
    record_a_login(file)
    text = file.read_text()
    written = "".join(json.loads(line).get("write", "") for line in text.splitlines())
    assert written == "ops\r\rshow clock\r"
    assert '"secret": true' in text
    assert os.stat(file).st_mode & 0o777 == 0o600


def test_a_recording_never_overwrites_another(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("mine")
    with pytest.raises(UsageError, match="a recording never overwrites another"):
        open_url(f"record+exec:///bin/cat?record.to={tmp_path}/a.jsonl", Deadline(5))
    assert (tmp_path / "a.jsonl").read_text() == "mine"


@pytest.mark.parametrize("chunk", [1, 7, 0])
def test_a_play_gives_as_many_bytes_a_read_as_asked_for(chunk: int) -> None:
    play = Replay([Said(data=b"show version\r\nCisco IOS"), Said(data=b"XE\r\n")], chunk=chunk)
    pieces = list(iter(lambda: play.read(4096, 0) if play.left else b"", b""))
    assert b"".join(pieces) == b"show version\r\nCisco IOSXE\r\n"
    assert max(map(len, pieces)) == (chunk or 23)


def test_a_play_waits_for_its_input_however_it_is_cut() -> None:
    play = Replay([Typed(data=b"show "), Typed(data=b"clock\r"), Said(data=b"*12:00")])
    assert play.read(100, 0) == b""
    for piece in (b"sh", b"ow cl", b"ock\r"):
        assert play.read(100, 0) == b""
        play.write(piece, 5)
    assert play.read(100, 0) == b"*12:00"


def test_input_that_comes_early_counts_when_its_turn_comes() -> None:
    play = Replay([Said(data=b"edge1>"), Typed(data=b"en\r"), Said(data=b"edge1#")])
    play.write(b"en\r", 5)
    assert play.read(100, 0) == b"edge1>"
    assert play.read(100, 0) == b"edge1#"


def test_other_input_than_the_recorded_is_an_error_that_shows_both() -> None:
    play = Replay([Typed(data=b"show clock\r")])
    with pytest.raises(PathLost, match=r"has b'show clock\\r' here, and b'show ver' was written"):
        play.write(b"show ver", 5)


def test_a_play_wakes_a_reader_when_its_input_comes() -> None:
    play = Replay([Typed(data=b"\r"), Said(data=b"edge1>")])
    answers: list[bytes] = []
    reader = threading.Thread(target=lambda: answers.append(play.read(100, 10)))
    reader.start()
    play.write(b"\r", 5)
    reader.join(5)
    assert answers == [b"edge1>"]


def test_the_end_of_a_recording_is_the_end_of_the_path() -> None:
    with pytest.raises(PathLost, match="the recording ends here"):
        Replay([]).read(100, 0)
    with pytest.raises(PathLost, match="adapter unplugged"):
        Replay([Ended(message="adapter unplugged")]).read(100, 0)


def test_a_break_that_was_not_recorded_is_an_error() -> None:
    play = Replay([Broke(), Said(data=b"rommon 1 >")])
    play.send_break()
    with pytest.raises(PathLost, match="the recording has none"):
        play.send_break()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ":1: this is not a recording of version 1"),
        ('{"version": 2}', ":1: this is not a recording of version 1"),
        ('{"recording": 1}\nnonsense', ":2: this is not JSON"),
        ('{"recording": 1}\n[0.5, "o"]', ":2: this is not an event of a recording"),
    ],
)
def test_a_damaged_recording_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(UsageError) as caught:
        open_url(f"replay://{tmp_path}/x.jsonl", Deadline(5))
    assert reason in str(caught.value)
