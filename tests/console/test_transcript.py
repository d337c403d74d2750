"""What is written down of a session: everything, in order, playable, and no secret in any form."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from oob.console.screen import plain
from oob.console.transcript import Transcript
from oob.profile.store import load
from oob.secret.masking import Masker
from oob.secret_rules import SecretRules

SECRETS = ("s3cret-word", "en4ble-word")


NOTICE = b"*Nov 21 11:59:41.120: %SYS-5-CONFIG_I: Configured from console by ops on console"


def masker() -> Masker:
    profile = load("cisco_ios")
    assert profile.configuration is not None
    return Masker(SECRETS, profile.secrets, profile.console.notices)


def events(tape: Transcript) -> list[tuple[float, str, str]]:
    lines = tape.cast_path.read_text().splitlines()
    assert json.loads(lines[0])["version"] == 2
    return [(at, kind, text) for at, kind, text in map(json.loads, lines[1:])]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_cast_holds_all_that_was_shown_and_typed(size: int, tmp_path: Path) -> None:
    said = b"\r\nUsername: ops\r\nPassword: \r\nedge1#show clock\r\n03:00:00\r\nedge1#"
    with Transcript(tmp_path, "session", masker()) as tape:
        for start in range(0, len(said), size):
            tape.received(said[start : start + size])
        tape.sent(b"show version\r")
        tape.mark("identify")

    shown = "".join(text for _, kind, text in events(tape) if kind == "o")
    typed = "".join(text for _, kind, text in events(tape) if kind == "i")
    assert shown == said.decode()
    assert typed == "show version\r"
    assert [text for _, kind, text in events(tape) if kind == "m"] == ["identify"]
    times = [at for at, _, _ in events(tape)]
    assert times == sorted(times)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_no_secret_is_written_in_any_form(size: int, tmp_path: Path) -> None:
    said = (
        b"edge1#show running-config\r\nusername ops privilege 15 secret 9 $9$abcdefghij$klmno\r\n"
        b"snmp-server community public-word RO\r\nedge1(config)#enable secret 0 hidden-word\r\nedge1#s3cret-word\r\n"
    )
    with Transcript(tmp_path, "session", masker()) as tape:
        for start in range(0, len(said), size):
            tape.received(said[start : start + size])
        tape.sent(b"s3cret-word\r")
        tape.sent(b"enable secret 0 hidden-word\r")

    for path in (tape.cast_path, tape.log_path):
        written = path.read_text()
        for secret in ("s3cret-word", "$9$abcdefghij", "public-word", "hidden-word"):
            assert secret not in written
        assert "edge1#show running-config" in written
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "said", [b" \b \bsnmp-server community public-word RO", b"\redge1(config)#enable secret 0 public-word"]
)
@pytest.mark.parametrize("cut", [20, 36, 40])
def test_a_secret_behind_line_editing_is_hidden_as_on_the_screen(said: bytes, cut: int, tmp_path: Path) -> None:
    said = b"edge1(config)#" + said + b"\r\nedge1(config)#"
    with Transcript(tmp_path, "session", masker()) as tape:
        tape.received(said[:cut])
        tape.sent(b"end\r")
        tape.received(said[cut:])

    shown = "".join(text for _, kind, text in events(tape) if kind == "o")
    assert "publ" not in shown
    assert "word" not in shown
    assert "****" in plain(shown.encode()).decode().splitlines()[0]
    assert shown.endswith("\nedge1(config)#")


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("cut", range(3, 34))
@pytest.mark.parametrize("glue", [b"", b"\r\n"])
def test_no_half_of_a_secret_that_a_notice_tore_is_written(size: int, cut: int, glue: bytes, tmp_path: Path) -> None:
    line = b"snmp-server community public-word RO"
    said = b"hostname edge1\r\n" + line[:cut] + glue + NOTICE + b"\r\n" + NOTICE + b"\r\n" + line[cut:] + b"\r\nend\r\n"
    with Transcript(tmp_path, "session", masker()) as tape:
        for start in range(0, len(said), size):
            tape.received(said[start : start + size])

    shown = "".join(text for _, kind, text in events(tape) if kind == "o")
    for written in (shown, tape.log_path.read_text()):
        halves = (line[22:cut].decode(), line[max(cut, 22) : 33].decode())
        assert not any(half in written for half in halves if len(half) > 1), (halves, written)
        assert "hostname edge1" in written
        assert written.count("%SYS-5-CONFIG_I") == 2


def test_a_line_behind_a_notice_that_tore_nothing_is_written_as_it_is(tmp_path: Path) -> None:
    with Transcript(tmp_path, "session", masker()) as tape:
        tape.received(b"hostname edge1\r\n" + NOTICE + b"\r\nip routing\r\nedge1#")

    assert "< ip routing" in tape.log_path.read_text()


def test_each_line_of_the_log_has_a_utc_time(tmp_path: Path) -> None:
    with Transcript(tmp_path, "session", masker()) as tape:
        tape.received(b"one\r\ntwo\r\nedge1#")
        tape.sent(b"show x\r\x15")

    lines = tape.log_path.read_text().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["< one", "< two", "> show x^M^U", "< edge1#"]
    assert all(line[10] == "T" and "Z " in line for line in lines)


def test_closing_on_a_full_disk_closes_the_files_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open
    monkeypatch.setattr(os, "open", lambda path, flags, mode=0o777: opened("/dev/full", os.O_WRONLY))
    tape = Transcript(tmp_path, "session", masker())
    monkeypatch.undo()
    with pytest.raises(OSError, match="No space left"):
        tape.received(b"edge1#")

    with pytest.raises(OSError, match="No space left"):
        tape.close()

    tape.close()


def test_closing_twice_does_nothing(tmp_path: Path) -> None:
    tape = Transcript(tmp_path, "session", masker())
    tape.close()
    tape.close()

    assert events(tape) == []


def test_a_transcript_that_grows_goes_on_in_new_files_and_keeps_the_first_and_the_newest(tmp_path: Path) -> None:
    with Transcript(tmp_path, "edge1", Masker(), largest=2000) as transcript:
        for number in range(400):
            transcript.received(f"line {number} of an output without an end\r\n".encode())

    logs = sorted(path.name for path in tmp_path.glob("*.log"))
    assert len(logs) == 4
    assert "edge1.log" in logs
    assert "line 0 of" in (tmp_path / "edge1.log").read_text()
    assert any("line 399 of" in path.read_text() for path in tmp_path.glob("*.log"))
    assert all(path.read_text().startswith("{") for path in tmp_path.glob("*.cast"))


def test_a_line_without_an_end_is_written_in_pieces_and_its_secrets_stay_hidden(tmp_path: Path) -> None:
    masker = Masker(["s3cret-word"], SecretRules(lines=(r"\bpassword (\S+)",)))
    with Transcript(tmp_path, "edge1", masker) as transcript:
        for _ in range(3000):
            transcript.received(b"abcdefg password hunter22 s3cret-word ")
        assert len(transcript._line) <= 20_000

    for path in tmp_path.iterdir():
        assert "hunter22" not in path.read_text()
        assert "s3cret" not in path.read_text()
