"""`oob recover`: roll a device back over its console and prove it."""

from __future__ import annotations

import sys
from typing import Any

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import target_options


@click.command("recover")
@common
@target_options
@target_argument
@click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup to restore (else known-good).")
@click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with.")
@click.option("--tolerate", multiple=True, metavar="REGEX", help="Configuration lines that may differ.")
@click.option("--converge", default=60.0, show_default=True, metavar="SECONDS", help="Time for routes to come back.")
@click.option("--change", default="", metavar="ID", help="The change that broke it, for the record.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is rolled back, for the record.")
@click.option("--allow-reload", is_flag=True, help="Allow attempts that restart the device.")
@click.option("--leave-broken", is_flag=True, help="When nothing helps, do not put the state back that was found.")
@click.option("--break-lease", is_flag=True, help="Take over from an operator who is gone.")
@click.option("--dry-run", is_flag=True, help="Print the plan and touch nothing; the same as `oob plan`.")
def command(
    settings: Settings,
    target: str,
    change: str,
    reason: str,
    allow_reload: bool,
    leave_broken: bool,
    break_lease: bool,
    dry_run: bool,
    target_backup: str,
    baseline: str,
    tolerate: tuple[str, ...],
    converge: float,
    **options: Any,
) -> int:
    """Bring TARGET back to its known-good backup and prove it from the device.

    Reach, identify, keep the broken state, then attempt after attempt under the device's own timer, each one proven by
    what is read back; what is not proven is taken back. Ctrl-C leaves the timer to act; `oob resume` goes on.
    """
    from oob.cli.recovery import means, tell
    from oob.recovery.means import Choices
    from oob.recovery.recover import make_plan, recover
    from oob.report.live import watch

    chosen = Choices(
        target=target_backup,
        baseline=baseline,
        tolerate=tolerate,
        converge=converge,
        change=change,
        reason=reason,
        allow_reload=allow_reload,
        put_back=not leave_broken,
        break_lease=break_lease,
    )
    if dry_run:
        from oob.cli.plan import show

        entry, with_means = means(settings, target, **options)
        return show(settings, make_plan(entry, with_means, chosen))
    entry, with_means = means(settings, target, **options)
    with watch(with_means.events, sys.stderr, plain=settings.plain):
        outcome = recover(entry, with_means, chosen)
    return tell(settings, outcome)
