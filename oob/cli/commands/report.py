"""`oob report`: one run as a page for people, from its journal alone."""

from __future__ import annotations

from pathlib import Path

import click

from oob.cli.history import find_run, history, run_argument
from oob.cli.options import Settings, common
from oob.errors import UsageError

NAMES = ("report.html", "report.md")


@click.command("report")
@common
@run_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write it to (else the run's own).")
def command(settings: Settings, run: str, output: Path | None) -> None:
    """Write report.html and report.md of RUN: timeline, differences, proof, record texts; needs no device."""
    from oob import durable
    from oob.report.page import html, markdown
    from oob.report.story import tell

    run = find_run(settings, run)
    found = history(settings, run)
    story = tell(found.entries, gap=found.damage)
    folder = settings.home.runs / run
    where = output or folder
    names = sorted(path.name for path in folder.glob("console-*.log")) if where == folder else []
    try:
        durable.create_folder(where)
        for name, text in zip(NAMES, (html(story, names), markdown(story, names)), strict=True):
            durable.replace_file(where / name, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{where}: the report cannot be written: {error.strerror}") from error
    written = [str(where / name) for name in NAMES]
    settings.answer({"run": run, "written": written, "recovered": story.is_recovered}, "\n".join(written))
