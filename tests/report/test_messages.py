"""What a run tells people, with the time at which it happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.report.messages import Message, messages
from tests.report.journals import Writer
from tests.report.test_page import recovery


def told(folder: Path) -> list[Message]:
    return list(messages(recovery(folder).entries()))


def test_a_recovery_tells_of_its_start_its_milestones_and_its_end(tmp_path: Path) -> None:
    kinds = [message.kind for message in told(tmp_path)]
    assert kinds[0] == "started"
    assert kinds[-1] == "completed"
    assert "milestone" in kinds
    assert [message.text for message in told(tmp_path / "steps") if message.kind == "step"] == [
        "attempt 1: replace (about 10 s)"
    ]
    first, last = told(tmp_path / "again")[0], told(tmp_path / "third")[-1]
    assert first.text == "recover edge1 to b1 (CHG7; show version)"
    assert "is not undone by it" in last.text
    assert first.body.startswith("2026-03-04T12:00:00Z edge1, started: ")


def test_each_message_names_its_journal_line_and_that_lines_hash(tmp_path: Path) -> None:
    entries = recovery(tmp_path).entries()
    for message in messages(entries):
        assert message.head == entries[message.number - 1].hash
        assert f"journal line {message.number}, SHA-256 {message.head}" in message.body


def test_an_attempt_says_until_when_and_what_will_not_be_over_in_time_is_announced(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "plan.made", data={"plan": {"proof_seconds": 60}})
    writer.at(1, "attempt.started", "the archive", data={"expected": 60})
    writer.at(90, "window.extended", "the rollback window ends at 12:02; the next attempt needs it until 12:12 UTC")
    writer.at(91, "attempt.started", "the backup", data={"expected": 600})
    found = list(messages(writer.entries()))
    assert [(message.kind, message.text.rpartition("until ")[2]) for message in found] == [
        ("milestone", "about 12:02 UTC"),
        ("extension", "12:12 UTC"),
        ("milestone", "about 12:12 UTC"),
    ]


@pytest.mark.parametrize(("stable", "kind"), [(True, "resolved"), (False, "not stable")])
def test_the_time_after_it_ends_in_a_message(tmp_path: Path, stable: bool, kind: str) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "watch.finished", "so it is", stable=stable)
    assert [message.kind for message in messages(writer.entries())] == [kind]
