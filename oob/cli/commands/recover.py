"""`oob recover`: roll a device back over its console and prove it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.ask import confirm
from oob.cli.incident import incident_options, taken
from oob.cli.options import Renamed, Settings, common, is_attended
from oob.cli.run_options import approver_option, emergency_option, reopen_option, signed_by_option, wait_option
from oob.cli.scope import choices, scope_options, split
from oob.cli.several import Shape, several
from oob.cli.target import target_options
from oob.cli.viewing import viewing

if TYPE_CHECKING:
    from oob.inventory.device import InventoryDevice
    from oob.recovery.context import RunOptions


@click.command("recover")
@common
@target_options
@several(Shape(kind="recover", jobs=0))
@scope_options
@incident_options
@approver_option
@emergency_option
@click.option(
    "--users", type=click.IntRange(min=0), default=None, metavar="N", help="How many users the recovery affects."
)
@click.option("--take-over", "--break-lease", cls=Renamed, is_flag=True, help="Take over a stale lease.")
@wait_option
@reopen_option
@signed_by_option
@click.option("--dry-run", is_flag=True, help="Print the plan and touch nothing; the same as `oob plan`.")
def command(
    settings: Settings,
    target: str,
    approver: str,
    emergency: str,
    users: int | None,
    take_over: bool,
    wait: float,
    reopen: float,
    dry_run: bool,
    signed_by: Path | None,
    **options: Any,
) -> int:
    """Bring TARGET back to its known-good backup and prove it from the device.

    Reach, identify, keep the broken state, then attempt after attempt under the device's own timer, each one proven by
    reading back; an unproven one is reverted. Ctrl-C leaves the timer to act; `oob resume` continues.
    """
    from oob.cli.recovery import means, tell, telling
    from oob.recovery.api import make_plan, recover
    from oob.recovery.ladder import document
    from oob.recovery.ladder.steps import understood

    recorded = taken(options)
    given: dict[str, Any] = {
        "emergency": emergency,
        "users": users,
        "break_lease": take_over,
        "wait": wait,
        "reopen": reopen,
    }
    scope, reaching = split(options)
    chosen = replace(choices(scope), seconded_by=approver, **given, **recorded)
    plan_file = scope["plan_file"]
    name = document.read(plan_file, signed_by=signed_by).device if plan_file else ""
    entry, with_means = means(settings, target, name=name, opens=not dry_run, **reaching)
    if plan_file is not None:
        chosen = agreed(settings, plan_file, signed_by, entry, chosen)
    if dry_run:
        from oob.cli.commands.plan import show, show_steps

        if chosen.steps:
            return show_steps(settings, entry.name, understood(chosen.steps, str(plan_file)))
        return show(settings, make_plan(entry, with_means, chosen))
    chosen = replace(chosen, allow_undrilled=chosen.allow_undrilled or _is_wanted(entry))
    with telling(settings, with_means):
        with viewing(settings, with_means.events):
            outcome = recover(entry, with_means, chosen)
        return tell(settings, outcome)


def _is_wanted(entry: InventoryDevice) -> bool:
    """Ask whether to continue where the rollbacks were never drilled; without a terminal the answer is no."""
    from oob.profile.store import load
    from oob.recovery.ladder.plan import undrilled

    why = undrilled(load(entry.platform))
    return bool(why) and is_attended() and confirm(f"{why}. Continue?")


def agreed(
    settings: Settings, file: Path, signed_by: Path | None, entry: InventoryDevice, given: RunOptions
) -> RunOptions:
    """Return the choices of the plan in *file*; raises PlanRefused where it does not hold."""
    from oob.backup.catalogue import Catalogue
    from oob.profile.store import load
    from oob.recovery.ladder import document

    plan = document.read(file, signed_by=signed_by)
    document.check(plan, entry, profile=load(entry.platform), catalogue=Catalogue(settings.home.backups))
    return document.options(plan, given)
