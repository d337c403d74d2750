"""`oob watch`: the stability watch of a recovered device."""

from __future__ import annotations

import sys
from typing import Any

import click

from oob.cli.history import find_run, history, run_argument
from oob.cli.options import Amount, Settings, common
from oob.cli.target import target_options
from oob.errors import NotProven


@click.command("watch")
@common
@target_options
@run_argument
@click.option("--minutes", type=Amount(), default=15.0, show_default=True, help="How long it has to stay as it is.")
@click.option("--every", type=Amount(), default=60.0, show_default=True, metavar="SECONDS", help="How often to look.")
def command(settings: Settings, run: str, minutes: float, every: float, **options: Any) -> int:
    """Look at the device of RUN until it has been stable for a while, then tell that it is resolved."""
    from oob.cli.recovery import means_of_run, telling
    from oob.recovery.after.watch import watch
    from oob.report import live

    run = find_run(settings, run)
    entry, with_means = means_of_run(settings, history(settings, run).entries, **options)
    with telling(settings, with_means), live.watch(with_means.events, sys.stderr, plain=settings.plain):
        is_stable = watch(run, entry, with_means, minutes=minutes, every=every)
    text = "resolved" if is_stable else "not stable; oob verify says what is different"
    settings.answer({"run": run, "device": entry.name, "stable": is_stable}, f"{entry.name}: {text}")
    return 0 if is_stable else NotProven.exit_code
