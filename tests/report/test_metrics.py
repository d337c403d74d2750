"""Figures over many runs, from their journals alone."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from oob.cli.main import oob_command
from oob.report.metrics import Metrics, Rate, measure
from oob.report.page import metrics_page
from oob.report.story import Story, tell
from tests.report.journals import Writer
from tests.report.test_page import recovery


def measured(folder: Path) -> Metrics:
    good = tell(recovery(folder / "1").entries())
    writer = Writer(folder / "2", run="20260304-110000Z-aaaa", device="core1")
    writer.at(-3600, "backups.started")
    writer.at(-3599, "run.stopped", "a guard said no", exit_code=7)
    stopped = tell(writer.entries())
    writer = Writer(folder / "3", run="20260304-130000Z-bbbb")
    writer.at(3600, "run.started", platform="cisco_ios", choices={})
    return measure([good, stopped, tell(writer.entries())])


def test_runs_are_counted_by_how_they_ended(tmp_path: Path) -> None:
    metrics = measured(tmp_path)
    assert (metrics.runs, metrics.recovered, metrics.unfinished, metrics.complete) == (3, 1, 1, 1)
    assert metrics.to_proof == (90.0,)
    assert (metrics.median, metrics.worst) == (90.0, 90.0)
    assert metrics.per_month == {"2026-03": 3}
    assert metrics.turned_away == 1
    assert "recovered, proven 1 of 2" in metrics.lines()


def test_a_strategy_is_rated_by_platform_and_one_left_out_was_not_tried(tmp_path: Path) -> None:
    assert measured(tmp_path).rates == (
        Rate(platform="cisco_ios", strategy="archive", tried=1, proven=0),
        Rate(platform="cisco_ios", strategy="backup", tried=1, proven=1),
    )


def test_scores_are_shown_in_the_order_of_time(tmp_path: Path) -> None:
    metrics = measured(tmp_path)
    assert [device for _, device, _ in metrics.scores] == ["core1", "edge1", "edge1"]
    assert "time to proof     median 90 s, longest 90 s" in metrics.lines()


def test_no_runs_give_no_figures() -> None:
    metrics = measure([])
    assert (metrics.runs, metrics.median, metrics.as_json()["worst"]) == (0, None, None)


def test_the_page_of_the_figures_says_them_and_needs_nothing_else(tmp_path: Path) -> None:
    story = tell(recovery(tmp_path).entries())
    page = metrics_page(measure([story]))
    assert "1 of 1" in page
    assert story.run in page
    assert "90 s" in page
    assert "<script" not in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")


def proven(folder: Path, run: str, tier: str, seconds: float, change: str) -> Story:
    """Return the story of a recovery of a device of *tier*, proven after so many seconds."""
    writer = Writer(folder, run=run)
    started = {"platform": "cisco_ios", "choices": {"change": change}, "tier": tier}
    writer.at(0, "run.started", "recover edge1", **started)
    writer.at(1, "preserve.finished", backup="b2")
    marks = {"phase": "recover", "number": 1, "strategy": "archive"}
    writer.at(2, "attempt.started", "the archive", **marks)
    proof = {"proven": True, "lines_differing": 0, "routes": None, "lost": [], "silent": []}
    writer.at(seconds, "proof.finished", "prove it", **marks, data=proof)
    writer.at(seconds, "attempt.ended", "the recovery is proven", **marks, verdict="proven")
    writer.at(seconds, "run.finished", "over", exit_code=0, ending="recovered", data={"left": []})
    return tell(writer.entries())


def test_critical_devices_have_five_minutes_and_others_fifteen(tmp_path: Path) -> None:
    stories = [
        proven(tmp_path, "20260304-120000Z-aaaa", "critical", 299, "CHG1"),
        proven(tmp_path, "20260304-120000Z-bbbb", "critical", 301, "CHG2"),
        proven(tmp_path, "20260304-120000Z-cccc", "access", 899, "CHG3"),
        proven(tmp_path, "20260304-120000Z-dddd", "access", 901, "CHG3"),
    ]
    metrics = measure(stories, changes=60)

    assert [str(rate) for rate in metrics.tiers] == [
        "access: 1 of 2 within 15 minutes",
        "critical: 1 of 2 within 5 minutes",
    ]
    assert (metrics.rolled_back, metrics.per_change) == (3, 5.0)
    assert "rolled back       3 of 60 changes, 5.0 %" in metrics.lines()


def test_the_review_of_a_month_lists_its_runs_and_asks_what_is_to_be_decided(tmp_path: Path) -> None:
    proven(tmp_path / "runs", "20260304-120000Z-aaaa", "critical", 90, "CHG1")
    page = tmp_path / "review.md"
    arguments = ["metrics", "--home", str(tmp_path), "--month", "2026-03", "--changes", "20", "--review", str(page)]

    done = CliRunner().invoke(oob_command, arguments)

    assert done.exit_code == 0, done.output
    text = page.read_text()
    assert "| 20260304-120000Z-aaaa | edge1 | CHG1 | - | Failed - rolled back | 2 |" in text
    assert "rolled back       1 of 20 changes, 5.0 %" in text
    assert "## To be decided" in text
    without = CliRunner().invoke(oob_command, [*arguments[:3], "--review", str(page)])
    assert str(without.exception) == "--review goes with --month"
