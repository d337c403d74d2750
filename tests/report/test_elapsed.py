"""Durations of a run, by the monotonic clock where one process wrote the lines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from oob.report.elapsed import elapsed
from oob.report.metrics import measure
from oob.report.scorecard import score
from oob.report.story import tell
from tests.report.journals import Writer


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(days=-400)])
def test_a_clock_that_is_set_in_mid_run_changes_no_duration(jump: timedelta, tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started", choices={})
    writer.at(4, "reach.finished")
    writer.set_ahead = jump
    writer.at(60, "attempt.started", "replace", strategy="backup", number=1, phase="recover")
    writer.at(90, "attempt.ended", strategy="backup", number=1, phase="recover", verdict="proven")
    writer.at(91, "run.finished", exit_code=0)
    entries = writer.entries()
    card = score(entries)
    assert (card.to_console, card.to_proof, card.seconds) == (4.0, 90.0, 91.0)
    assert [moment.since for moment in tell(entries).timeline][-1] == 91.0
    assert measure([tell(entries)]).to_proof == (90.0,)


def test_between_two_processes_the_wall_clock_counts_and_time_never_runs_backwards(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started")
    writer.at(10, "run.interrupted")
    writer.set_ahead = timedelta(seconds=500)
    writer.at(20, "run.resumed")
    writer.set_ahead = timedelta(days=-1)
    writer.at(30, "watch.started")
    writer.at(35, "watch.finished")
    assert list(elapsed(writer.entries()).values()) == [0.0, 10.0, 520.0, 520.0, 525.0]


def test_a_journal_without_lines_has_no_durations() -> None:
    assert elapsed(()) == {}
