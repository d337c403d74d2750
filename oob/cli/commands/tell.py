"""`oob tell`: a word from another terminal to a run under way."""

from __future__ import annotations

import click

from oob.cli.history import find_run, history, run_argument
from oob.cli.options import Settings, common


@click.command("tell")
@common
@run_argument
@click.argument("word", type=click.Choice(["pause", "yes", "no"]))
def command(settings: Settings, run: str, word: str) -> None:
    """Tell RUN to pause before its next attempt, or reply yes or no to the question that it asks.

    The run decides by its policy what the word is worth, as it does at its own terminal. To pause is answered by the
    question whether to continue; without a reply in its window no further attempt is begun.
    """
    from oob.cli.operator import operator
    from oob.report.incident import incident
    from oob.web.tell import tell

    run = find_run(settings, run)
    found = incident(history(settings, run).entries)
    tell(found, settings.home.runs / run, word, by=operator())
    settings.answer({"run": run, "told": word}, f"{run}: {word}")
