"""`oob report`: one run as a page for people, from its journal alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.history import find_run, history, run_argument
from oob.cli.options import Settings, common
from oob.errors import UsageError

if TYPE_CHECKING:
    from oob.report.story import Story

NAMES = ("report.html", "report.md")


@click.command("report")
@common
@run_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write it to (else the run's own).")
@click.option("--webhook", is_flag=True, help="Send the records to the tools in records.yaml; spooled until they do.")
def command(settings: Settings, run: str, output: Path | None, webhook: bool) -> None:
    """Write report.html and report.md of RUN, and a file per record: incident, problem, change, post-mortem.

    Timeline, differences, proof and texts come from the journal alone; no device is needed.
    """
    from oob import durable
    from oob.printable import printable
    from oob.report.page import html, markdown
    from oob.report.records import TITLES, records
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
        for name, title in TITLES.items():
            durable.replace_file(where / f"{name}.txt", f"{printable(records(story)[title])}\n".encode())
    except OSError as error:
        raise UsageError(f"{where}: the report cannot be written: {error.strerror}") from error
    written = [str(where / name) for name in (*NAMES, *(f"{name}.txt" for name in TITLES))]
    if webhook:
        _send(settings, story)
    settings.answer({"run": run, "written": written, "recovered": story.is_recovered}, "\n".join(written))


def _send(settings: Settings, story: Story) -> None:
    """Spool the records for every tool, and send the spool; a record that stays is reported and sent with the next."""
    from oob.report.records import record_fields
    from oob.report.webhook import NAME, body, keepers, send, spool

    home = settings.home.path
    known = keepers(home)
    if not known:
        raise UsageError(f"{home / NAME}: names no tool to send records to")
    for name, keeper in known.items():
        spool(home, story.run, name, body(keeper.template, record_fields(story)))
    for problem in send(home):
        settings.note(f"oob: record not sent yet: {problem}")
