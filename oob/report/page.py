"""A run as one HTML page that needs nothing else, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from oob.report.account import causes, cost, figures, levels, sentences
from oob.report.metrics import Metrics
from oob.report.records import records
from oob.report.story import Story
from oob.report.templating import render


def html(story: Story, transcripts: Iterable[str] = ()) -> str:
    """Return the page; *transcripts* are the names of files beside it."""
    return _render("report.html", story, transcripts)


def markdown(story: Story, transcripts: Iterable[str] = ()) -> str:
    """Return the same as Markdown; text from a device stands in it as code."""
    return _render("report.md", story, transcripts)


def metrics_page(metrics: Metrics) -> str:
    """Return the figures of many runs as one HTML page that needs nothing else."""
    return render("metrics.html", metrics=metrics)


def _render(name: str, story: Story, transcripts: Iterable[str]) -> str:
    return render(
        name,
        story=story,
        records=records(story),
        transcripts=tuple(transcripts),
        differences={"before": story.found, "after": story.proof},
        sentences=sentences(story),
        figures=figures(story),
        levels=levels(story),
        causes=causes(story),
        cost=cost(story),
    )
