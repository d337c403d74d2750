"""The monthly review of recoveries, one page of Markdown made from journals alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oob.printable import one_line
from oob.report.metrics import Metrics
from oob.report.records import impact_minutes, status
from oob.report.story import Story


def review(month: str, stories: Sequence[Story], metrics: Metrics) -> str:
    """Return the page of the *month* (`2026-11`) whose runs are *stories*, with their *metrics*."""
    return "".join(f"{one_line(line)}\n" for line in _lines(month, stories, metrics))


def _lines(month: str, stories: Sequence[Story], metrics: Metrics) -> Iterator[str]:
    yield f"# Recoveries in {month}"
    yield ""
    yield from (f"    {line}" for line in metrics.summary())
    yield ""
    yield "| run | device | change | incident | status | minutes |"
    yield "|---|---|---|---|---|---|"
    for story in stories:
        ids = f"{_cell(story.change)} | {_cell(story.incident_id)}"
        yield f"| {story.run} | {_cell(story.device)} | {ids} | {status(story)} | {impact_minutes(story)} |"
    left = [f"{story.device}, run {story.run}: {task}" for story in stories for task in story.left]
    failed = [
        f"{story.device}: {one.title}: {one.reason}"
        for story in stories
        for one in story.tried
        if one.verdict == "failed"
    ]
    for title, points in (("Rollbacks that did not work", failed), ("Left to do", left)):
        yield ""
        yield f"## {title}"
        yield ""
        yield from [f"- {point}" for point in points] or ["- none"]
    yield ""
    yield "## To be decided"
    yield ""
    yield "- Which changes needed more than one attempt, and what would have shown that in a drill?"
    yield "- Which recoveries missed their target, and what did the time go to?"
    yield "- Which figure or check would have found each of them earlier?"
    yield "- Which actions of the last review are open, who owns them, until when?"


def _cell(text: str) -> str:
    return text.replace("|", "/") or "-"
