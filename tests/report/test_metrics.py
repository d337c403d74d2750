"""Figures over many runs, from their journals alone."""

from __future__ import annotations

from pathlib import Path

from oob.report.metrics import Metrics, Rate, measure
from oob.report.page import metrics_page
from oob.report.story import tell
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
