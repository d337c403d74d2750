"""The figures of a run, from its journal alone."""

from __future__ import annotations

from pathlib import Path

from oob.report.scorecard import score, scoreboard
from tests.report.journals import Writer


def test_a_recovered_run_has_its_times_and_what_worked(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started")
    writer.at(4, "reach.finished")
    writer.at(5, "attempt.skipped", strategy="archive")
    writer.at(6, "attempt.started", strategy="backup", number=3, phase="recover")
    writer.at(60, "attempt.ended", strategy="backup", number=3, phase="recover", verdict="proven")
    writer.at(70, "line.counted", lines=40, bytes_in=9000, bytes_out=3000)
    writer.at(71, "run.finished", exit_code=0)
    card = score(writer.entries())
    assert (card.to_console, card.to_proof, card.seconds) == (4.0, 60.0, 71.0)
    assert (card.attempts_tried, card.attempts_skipped, card.strategy) == (1, 1, "backup")
    assert (card.lines, card.bytes_in, card.bytes_out) == (40, 9000, 3000)
    assert card.is_within_target
    assert ("recovered and proven", "yes") in card.rows()


def test_a_resumed_run_counts_both_parts(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started")
    writer.at(1, "run.interrupted", exit_code=130)
    writer.at(2, "line.counted", lines=1, bytes_in=2, bytes_out=3)
    writer.at(600, "run.resumed")
    writer.at(601, "reopen.started")
    writer.at(602, "line.counted", lines=1, bytes_in=2, bytes_out=3)
    writer.at(610, "run.finished", exit_code=0)
    card = score(writer.entries())
    assert (card.resumed, card.interruptions, card.lines) == (1, 1, 2)
    assert card.to_proof == 610.0
    assert not card.is_within_target


def test_a_run_that_was_stopped_reached_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "backups.started")
    writer.at(1, "run.stopped", exit_code=7)
    card = score(writer.entries())
    assert (card.is_recovered, card.exit_code, card.to_console, card.to_proof) == (False, 7, None, None)
    assert ("time to console", "not reached") in card.rows()
    assert card.as_json()["is_within_target"] is False


def test_a_run_that_was_killed_has_no_end(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started")
    card = score(writer.entries())
    assert card.exit_code is None
    assert ("bytes", "not counted") in card.rows()


def test_bytes_of_a_killed_process_are_missing_and_the_figure_says_so(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started")
    writer.at(600, "run.resumed")
    writer.at(602, "line.counted", lines=1, bytes_in=2, bytes_out=3)
    assert ("bytes", "at least 2 received, 3 sent") in score(writer.entries()).rows()


def test_several_runs_are_one_table_of_eighty_columns(tmp_path: Path) -> None:
    cards = []
    for number, device in enumerate(("edge1", "core1", "leaf1", "spine1", "pe1")):
        writer = Writer(tmp_path, run=f"20260304-12000{number}Z-abcd", device=device)
        writer.at(0, "run.started")
        writer.at(4, "reach.finished")
        writer.at(6, "attempt.started", strategy="older-archive", number=2, phase="recover")
        writer.at(160, "attempt.ended", strategy="older-archive", number=2, phase="recover", verdict="proven")
        writer.at(170, "line.counted", lines=140, bytes_in=135_128, bytes_out=11_692)
        writer.at(171, "run.finished", exit_code=0)
        cards.append(score(writer.entries()))
    heading, *rows = scoreboard(cards)
    assert [row.split()[0] for row in rows[:5]] == ["edge1", "core1", "leaf1", "spine1", "pe1"]
    assert rows[0].split()[1:] == ["yes", "4.0", "s", "160.0", "s", "1", "older-archive", "0", "140", "135.1/11.7"]
    assert max(map(len, [heading, *rows])) <= 80
    assert len(scoreboard(cards[:1])) > 8
