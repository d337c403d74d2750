"""What a timeline lacks is named: time without a line, and what was not given."""

from __future__ import annotations

from pathlib import Path

from oob.report.lacking import ASKED
from oob.report.records import records
from oob.report.story import tell
from tests.report.journals import Writer

ALL = dict.fromkeys(ASKED, "given")


def test_time_in_which_the_run_wrote_nothing_or_was_not_carried_out_is_named(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started", "recover edge1", choices=ALL)
    writer.at(300, "run.heartbeat", "still recovering")
    writer.at(720, "path.open", "open again")
    writer.at(725, "run.interrupted", "Ctrl-C")
    writer.at(1325, "run.resumed", "resumed by bob")
    writer.at(1400, "run.finished", "over", exit_code=0)
    writer.at(9000, "after.started", "the check list")
    story = tell(writer.entries())

    assert story.lacks == (
        "No line from 12:05:00 to 12:12:00 UTC (7:00): the run wrote nothing.",
        "No line from 12:12:05 to 12:22:05 UTC (10:00): the run was interrupted, and resumed then.",
    )
    assert "12:12:05 to 12:22:05" in records(story)["Post-mortem, a draft"]


def test_what_a_review_asks_and_nobody_gave_is_named_with_its_option(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started", "recover edge1", choices={"change": "CHG1", "reason": "loss"})
    writer.at(60, "run.finished", "over", exit_code=0)
    (said,) = tell(writer.entries()).lacks

    assert said == "Not given: what triggered it (--trigger), whom it affected (--affects), the incident (--incident)."
