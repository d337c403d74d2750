"""`oob metrics`: how recoveries go over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.history import MISSHAPEN
from oob.cli.options import Settings, common
from oob.errors import UsageError
from oob.inventory.home import Home

if TYPE_CHECKING:
    from oob.report.metrics import Metrics


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
def command(settings: Settings, others: tuple[Path, ...], page: Path | None) -> None:
    """Print recovery times, success rates, completeness and frequency, made from the journals of all runs."""
    from oob.recovery.record.anchor import Index
    from oob.recovery.record.journal import NAME
    from oob.report.metrics import measure
    from oob.report.story import Story, tell

    homes = [settings.home, *map(Home, others)]
    stories: list[Story] = []
    for home in homes:
        index = Index(home)
        for path in sorted(home.runs.glob(f"*/{NAME}")):
            try:
                history = index.read(path.parent.name)
                stories += [tell(history.entries, gap=history.damage)] if history.entries else []
            except MISSHAPEN:
                settings.note(f"oob: not counted, since it cannot be read: {path}")
    metrics = measure(stories)
    if page is not None:
        _write(page, metrics)
    settings.answer(metrics.as_json(), "\n".join(metrics.lines()) if metrics.runs else "no recovery has been run")


def _write(page: Path, metrics: Metrics) -> None:
    from oob import durable
    from oob.report.page import metrics_page

    try:
        durable.replace_file(page, metrics_page(metrics).encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{page}: cannot be written: {error.strerror}") from error
