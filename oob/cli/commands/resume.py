"""`oob resume`: resume a recovery that was killed or interrupted."""

from __future__ import annotations

import sys
from typing import Any

import click

from oob.cli.history import find_run, history, run_argument
from oob.cli.options import Amount, Renamed, Settings, common
from oob.cli.target import target_options


@click.command("resume")
@common
@target_options
@run_argument
@click.option(
    "--target", default="", metavar="NAME", help="The device, where the run's journal names one made of a URL."
)
@click.option("--take-over", "--break-lease", cls=Renamed, is_flag=True, help="Take over from an operator who is gone.")
@click.option(
    "--wait", type=Amount(), default=0.0, metavar="SECONDS", help="Time for a console that is busy to be given back."
)
def command(settings: Settings, run: str, target: str, take_over: bool, wait: float, **options: Any) -> int:
    """Resume RUN, as any operator, over any path: the state is read from the device again.

    Nothing is repeated whose outcome can be read.
    """
    from oob.cli.recovery import means_of_run, tell, telling
    from oob.recovery.api import resume
    from oob.report.live import watch

    run = find_run(settings, run)
    entry, with_means = means_of_run(settings, history(settings, run).entries, target, **options)
    with telling(settings, with_means):
        with watch(with_means.events, sys.stderr, plain=settings.plain, runs=settings.home.runs):
            outcome = resume(run, entry, with_means, break_lease=take_over, wait=wait)
        return tell(settings, outcome)
