"""A journal that was rewritten whole, or whose end was cut off, is told from outside."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from oob import durable
from oob.cli.main import oob_command
from oob.errors import Interrupted, JournalError
from oob.events import Event
from oob.recovery.api import resume
from oob.recovery.record.anchor import Index, anchored
from oob.recovery.record.journal import NAME, Journal, read
from oob.secret.masking import Masker
from tests.recovery.ladder.test_document import keys
from tests.recovery.stand import Stand

RUN = "20260304-130000Z-abcd"
TEXTS = ("recover edge1", "reach the console", "replace the configuration", "recovered and proven")


def written(stand: Stand, *texts: str) -> Path:
    """Write a journal that is anchored once it is closed, and return its file."""
    means = stand.means
    journal = Journal.create(stand.home.runs / RUN, run=RUN, operator="ada", device="edge1", masker=Masker())
    with anchored(journal, means):
        for text in texts:
            journal.write("stage", {"text": text})
    return stand.home.runs / RUN / NAME


def rewritten(path: Path, *texts: str) -> None:
    """Write the journal anew, with hashes that fit."""
    path.unlink()
    with Journal.create(path.parent, run=RUN, operator="ada", device="edge1", masker=Masker()) as journal:
        for text in texts:
            journal.write("stage", {"text": text})


def test_a_journal_that_is_as_it_was_closed_is_whole(stand: Stand) -> None:
    path = written(stand, *TEXTS)
    assert Index(stand.home).read(RUN).damage == ""
    (anchor,) = Index(stand.home).anchors(RUN)
    assert (anchor.lines, anchor.head, anchor.key) == (4, read(path).entries[-1].hash, "")
    assert stand.home.index.stat().st_mode & 0o077 == 0


def test_lines_that_were_edited_with_all_hashes_made_anew_are_seen(stand: Stand) -> None:
    path = written(stand, *TEXTS)
    rewritten(path, *TEXTS[:2], "show version", TEXTS[3])
    assert read(path).damage == ""
    assert "line 4 is not the one in the index of runs" in Index(stand.home).read(RUN).damage


@pytest.mark.parametrize("kept", [1, 3])
def test_an_end_that_was_cut_off_is_seen(stand: Stand, kept: int) -> None:
    path = written(stand, *TEXTS)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:kept]))
    assert read(path).damage == ""
    assert "the index of runs has 4" in Index(stand.home).read(RUN).damage


def test_lines_that_a_killed_process_added_are_no_damage_and_a_damaged_index_ends_nothing(stand: Stand) -> None:
    path = written(stand, *TEXTS)
    journal, _ = Journal.resume(path.parent, operator="bob", masker=Masker())
    with journal:
        journal.write("stage", {"text": "killed after this"})
    stand.home.index.write_bytes(b"\xff{\n" + f'{{"run": "{RUN}"}}\n'.encode() + stand.home.index.read_bytes())
    assert Index(stand.home).read(RUN).damage == ""
    assert len(Index(stand.home).anchors(RUN)) == 1


def test_the_operators_key_signs_the_index(stand: Stand, tmp_path: Path) -> None:
    private, _ = keys(tmp_path)
    stand.home.operator_key.write_bytes(private.read_bytes())
    written(stand, *TEXTS)
    (anchor,) = Index(stand.home).anchors(RUN)
    assert anchor.is_signed
    assert not replace(anchor, lines=3).is_signed
    assert not replace(anchor, operator="eve").is_signed


def test_a_key_that_cannot_be_used_and_an_index_that_cannot_be_written_stop_nothing(stand: Stand) -> None:
    heard: list[Event] = []
    stand.home.operator_key.write_text("no key")
    stand.home.index.mkdir()
    means = stand.means
    means.events.subscribe(heard.append)
    journal = Journal.create(stand.home.runs / RUN, run=RUN, operator="ada", device="edge1", masker=Masker())
    with anchored(journal, means):
        journal.write("stage", {"text": "x"})
    said = [event.text for event in heard]
    assert any("the head of the journal is not signed" in text for text in said)
    assert any("was not written there: Is a directory" in text for text in said)
    assert said[-1].startswith(f"journal of run {RUN}: 1 lines, SHA-256 {journal.head}")


def test_every_end_of_a_run_says_the_head_of_its_journal(stand: Stand) -> None:
    heard: list[Event] = []
    means = stand.means
    means.events.subscribe(heard.append)
    run = stand.begun().parent.name
    with pytest.raises(Interrupted):
        resume(run, stand.entry, means)
    (anchor,) = Index(stand.home).anchors(run)
    assert heard[-1].name == "journal.anchored"
    assert read(stand.home.runs / run / NAME).entries[-1].hash == anchor.head
    assert anchor.head in heard[-1].text


def test_a_run_whose_journal_was_rewritten_is_not_resumed(stand: Stand) -> None:
    path = written(stand, *TEXTS)
    rewritten(path, *TEXTS, "more")
    lines = [json.loads(line) for line in stand.home.index.read_text().splitlines()]
    assert [line["run"] for line in lines] == [RUN]
    with pytest.raises(JournalError, match="was rewritten"):
        resume(RUN, stand.entry, stand.means)


@pytest.mark.parametrize("command", ["runs", "metrics"])
def test_the_index_is_read_once_for_all_runs(command: str, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        folder = stand.home.runs / f"{RUN}{number}"
        journal = Journal.create(folder, run=folder.name, operator="ada", device="edge1", masker=Masker())
        with anchored(journal, stand.means):
            journal.write("run.started", {"text": "recover edge1"}, marks={"choices": {}})
    read: list[Path] = []
    whole = durable.read_file
    monkeypatch.setattr(durable, "read_file", lambda path: (read.append(path), whole(path))[1])

    result = CliRunner().invoke(oob_command, [command, "--home", str(stand.home.path)], catch_exceptions=False)

    assert result.exit_code == 0
    assert len(read) == 4
    assert read.count(stand.home.index) == 1
