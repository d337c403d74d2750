"""`oob watch`: the stability watch of a recovered device."""

from __future__ import annotations

from typing import Any

import click

from oob.cli.history import history, run_of, runs_argument
from oob.cli.options import Amount, Settings, common
from oob.cli.several import Shape, several
from oob.cli.target import target_options
from oob.cli.viewing import viewing
from oob.errors import NotProven


@click.command("watch")
@common
@target_options
@several(Shape(kind="watch", keeps=False), runs_argument)
@click.option(
    "--minutes",
    type=Amount(),
    default=15.0,
    show_default=True,
    help="How long it has to stay as it is.",
)
@click.option(
    "--every",
    type=Amount(is_positive=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
def command(settings: Settings, target: str, minutes: float, every: float, **options: Any) -> int:
    """Look at the device of RUN until it has been stable for a while, then tell that it is resolved."""
    from oob.cli.recovery import means_of_run, telling
    from oob.recovery.after.watch import watch

    run = run_of(settings, target)
    entry, with_means = means_of_run(settings, history(settings, run).entries, **options)
    with telling(settings, with_means), viewing(settings, with_means.events):
        is_stable = watch(run, entry, with_means, minutes=minutes, every=every)
    text = "resolved" if is_stable else "not stable; oob verify says what is different"
    settings.answer({"run": run, "device": entry.name, "stable": is_stable}, f"{entry.name}: {text}")
    return 0 if is_stable else NotProven.exit_code
