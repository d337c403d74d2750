"""`oob verify`: compare a device with its baseline."""

from __future__ import annotations

import sys
from typing import Any

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import target_options
from oob.errors import NotProven


@click.command("verify")
@common
@target_options
@target_argument
@click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup whose configuration it must have.")
@click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with.")
@click.option("--tolerate", multiple=True, metavar="REGEX", help="Configuration lines that may differ.")
@click.option("--converge", default=0.0, metavar="SECONDS", help="Time for routes to come back.")
def command(
    settings: Settings,
    target: str,
    target_backup: str,
    baseline: str,
    tolerate: tuple[str, ...],
    converge: float,
    **options: Any,
) -> int:
    """Read configuration, routes and neighbours of TARGET, ping what is critical, and compare; changes nothing."""
    from oob.cli.recovery import means
    from oob.recovery.means import Choices
    from oob.recovery.recover import verify
    from oob.report.live import watch

    entry, with_means = means(settings, target, **options)
    choices = Choices(target=target_backup, baseline=baseline, tolerate=tolerate, converge=converge)
    with watch(with_means.events, sys.stderr, plain=settings.plain):
        proof = verify(entry, with_means, choices)
    if proof.is_proven:
        text = f"{entry.name}: configuration as in {proof.target}, routes as in {proof.baseline}"
    else:
        text = "\n".join([f"{entry.name}: differs from its baseline", *(f"  {reason}" for reason in proof.reasons)])
    settings.answer(proof.as_json(), text)
    return 0 if proof.is_proven else NotProven.exit_code
