"""The journal of a run: written before the act, chained, readable up to its damage, gone on with after a kill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oob.errors import JournalError
from oob.recovery.record.journal import NAME, Follower, Journal, read
from oob.secret.masking import Masker


def begin(folder: Path, *secrets: str) -> Journal:
    return Journal.create(folder, run="r1", operator="ada", device="edge1", masker=Masker(secrets))


def three_lines(folder: Path) -> Path:
    with begin(folder) as journal:
        for number in range(3):
            journal.write("step.started", {"number": number})
    return folder / NAME


def test_what_is_written_is_read_back_with_its_order_and_times(tmp_path: Path) -> None:
    history = read(three_lines(tmp_path))
    assert [entry.sequence for entry in history.entries] == [1, 2, 3]
    assert [entry.data["number"] for entry in history.entries] == [0, 1, 2]
    assert history.entries[0].utc.endswith("Z")
    assert history.entries[0].before == ""
    assert history.entries[2].before == history.entries[1].hash
    assert not history.damage
    assert not history.torn


def test_a_line_is_on_the_disk_when_write_returns(tmp_path: Path) -> None:
    with begin(tmp_path) as journal:
        journal.write("timer.arming")
        assert [entry.event for entry in read(tmp_path / NAME).entries] == ["timer.arming"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_line_is_found_and_those_before_it_stay_readable(tmp_path: Path, number: int) -> None:
    path = three_lines(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number - 1] = lines[number - 1].replace(b'"ada"', b'"eve"')
    path.write_bytes(b"".join(lines))
    history = read(path)
    assert len(history.entries) == number - 1
    with pytest.raises(JournalError, match=f"line {number} is damaged"):
        history.check()


@pytest.mark.parametrize("number", [1, 2])
def test_a_line_taken_out_is_found(tmp_path: Path, number: int) -> None:
    path = three_lines(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[number - 1]
    path.write_bytes(b"".join(lines))
    assert f"line {number} is damaged" in read(path).damage


def test_an_empty_line_or_one_that_is_no_json_is_damage(tmp_path: Path) -> None:
    path = three_lines(tmp_path)
    for rest in (b"\n", b"{}\n", b"\xff\xfe\n", b"[1,2]\n"):
        path.write_bytes(three_lines(tmp_path / rest.hex()).read_bytes() + rest)
        assert "line 4 is damaged" in read(path).damage


@pytest.mark.parametrize("kept", [0, 1, 40, -1])
def test_a_torn_last_line_is_no_damage_and_is_taken_off_on_resuming(tmp_path: Path, kept: int) -> None:
    path = three_lines(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:kept])
    assert len(read(path).entries) == 2
    journal, history = Journal.resume(tmp_path, operator="bob", masker=Masker())
    with journal:
        assert history.torn == len(lines[2][:kept])
        journal.write("run.resumed")
    entries = read(path).entries
    assert [entry.event for entry in entries] == ["step.started", "step.started", "run.resumed"]
    assert [entry.operator for entry in entries] == ["ada", "ada", "bob"]
    assert entries[2].run == "r1"
    assert entries[2].device == "edge1"


def test_a_damaged_journal_is_not_resumed(tmp_path: Path) -> None:
    path = three_lines(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"number":1', b'"number":9'))
    with pytest.raises(JournalError, match="line 2"):
        Journal.resume(tmp_path, operator="bob", masker=Masker())


def test_two_processes_cannot_write_one_run(tmp_path: Path) -> None:
    with begin(tmp_path) as journal:
        journal.write("run.started")
        with pytest.raises(JournalError, match="another process is writing"):
            Journal.resume(tmp_path, operator="bob", masker=Masker())


def test_a_journal_without_a_line_or_a_file_has_nothing_to_resume(tmp_path: Path) -> None:
    begin(tmp_path / "empty").close()
    with pytest.raises(JournalError, match="nothing to resume"):
        Journal.resume(tmp_path / "empty", operator="bob", masker=Masker())
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal.resume(tmp_path / "absent", operator="bob", masker=Masker())


def test_a_run_never_overwrites_another(tmp_path: Path) -> None:
    three_lines(tmp_path)
    with pytest.raises(JournalError, match="journal exists already"):
        begin(tmp_path)


def test_secrets_are_masked_wherever_they_stand_in_the_data(tmp_path: Path) -> None:
    with begin(tmp_path, "s3cr3t-word") as journal:
        journal.path = "ssh://u@192.0.2.1/s3cr3t-word"
        journal.write("x", {"a": "is s3cr3t-word", "b": [{"s3cr3t-word": ("s3cr3t-word",)}], "c": 1, "d": None})
    assert b"s3cr3t-word" not in (tmp_path / NAME).read_bytes()
    data = read(tmp_path / NAME).entries[0].data
    assert data == {"a": "is ****", "b": [{"****": ["****"]}], "c": 1, "d": None}


def test_after_a_write_that_failed_nothing_more_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with begin(tmp_path) as journal:
        journal.write("run.started")
        with monkeypatch.context() as patch:
            patch.setattr("oob.recovery.record.journal.os.fsync", full)
            with pytest.raises(JournalError, match="No space left"):
                journal.write("step.started")
        with pytest.raises(JournalError, match="No space left"):
            journal.write("step.started")
    assert JournalError.exit_code == 7


def test_each_line_is_one_json_document_that_other_tools_can_read(tmp_path: Path) -> None:
    documents = [json.loads(line) for line in three_lines(tmp_path).read_text().splitlines()]
    assert all(document["hash"] and document["event"] == "step.started" for document in documents)


def test_how_far_a_reading_is_waits_for_no_disk_and_is_taken_along_by_the_next_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    with begin(tmp_path) as journal:
        with monkeypatch.context() as patch:
            patch.setattr("oob.recovery.record.journal.os.fsync", synced.append)
            journal.write("proof.routes", sync=False)
            assert not synced
            journal.write("confirm.started")
            assert len(synced) == 1
        assert [entry.event for entry in read(tmp_path / NAME).entries] == ["proof.routes", "confirm.started"]


def test_a_journal_that_cannot_be_followed_is_said(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read: No such file"):
        Follower(tmp_path / NAME).more()
