"""`oob metrics`: how recoveries go over time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.options import Day, Settings, common
from oob.errors import UsageError
from oob.inventory.home import Home

if TYPE_CHECKING:
    from oob.report.run_figures import RunFigures
    from oob.report.story import Story


@click.command("metrics")
@common
@click.option(
    "--also",
    "others",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Count the runs of this home too (that of a kept drill, of another jump host); may be given again.",
)
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write them to this page, too.")
@click.option("--month", type=Day("2026-11"), default="", metavar="YYYY-MM", help="Count the runs of this month alone.")
@click.option(
    "--changes",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many changes were made: gives the share rolled back.",
)
@click.option(
    "--review", type=click.Path(dir_okay=False, path_type=Path), help="Write the review of --month to this file."
)
def command(
    settings: Settings,
    others: tuple[Path, ...],
    page: Path | None,
    month: str,
    changes: int | None,
    review: Path | None,
) -> None:
    """Print recovery times, success rates, completeness and frequency, made from the journals of all runs.

    A device of the inventory's tier `critical`, or without a tier, is to be proven in 5 minutes, any other in 15.
    """
    if review is not None and not month:
        raise UsageError("--review goes with --month")
    from oob.report.metrics import over_time
    from oob.report.run_listing import RunListing

    runs: list[RunFigures] = []
    stories: list[Story] = []
    for home in [settings.home, *map(Home, others)]:
        listing = RunListing(home)
        found = [run for run in listing.figures() if run.began.startswith(month)]
        runs += found
        stories += _stories(home, found) if review is not None else []
        for path in listing.unreadable:
            settings.note(f"oob: not counted, since it cannot be read: {path}")
    metrics = over_time(runs, changes=changes)
    if page is not None:
        from oob.report.page import metrics_page  # loads the templates

        _write(page, metrics_page(metrics))
    if review is not None:
        from oob.report.review import review as made

        _write(review, made(month, stories, metrics))
    settings.answer(metrics.as_json(), "\n".join(metrics.lines()) if metrics.runs else "no recovery has been run")


def _stories(home: Home, runs: Iterable[RunFigures]) -> list[Story]:
    """Return the stories of *runs*, the oldest first, from their journals."""
    from oob.recovery.record.anchor import Index
    from oob.report.story import tell

    index, stories = Index(home), []
    for run in sorted(run.run for run in runs):
        history = index.read(run)
        stories.append(tell(history.entries, gap=history.damage))
    return stories


def _write(file: Path, text: str) -> None:
    from oob import durable

    try:
        durable.replace_file(file, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
