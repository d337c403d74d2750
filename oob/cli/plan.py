"""`oob plan`: what a recovery would do, and why; touches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import target_options

if TYPE_CHECKING:
    from oob.recovery.plan import Attempt, Plan


@click.command("plan")
@common
@target_options
@target_argument
@click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup to restore (else known-good).")
@click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with.")
@click.option("--allow-reload", is_flag=True, help="Count on attempts that restart the device.")
def command(
    settings: Settings, target: str, target_backup: str, baseline: str, allow_reload: bool, **options: Any
) -> int:
    """Print the attempts on TARGET in their order, their commands, and how long each takes at this line's speed."""
    from oob.cli.recovery import means
    from oob.recovery.means import Choices
    from oob.recovery.recover import make_plan

    entry, with_means = means(settings, target, **options)
    choices = Choices(target=target_backup, baseline=baseline, allow_reload=allow_reload)
    return show(settings, make_plan(entry, with_means, choices))


def show(settings: Settings, plan: Plan) -> int:
    """Print *plan*."""
    lines = [
        f"{plan.device} ({plan.platform}): restore {plan.target}, routes as in {plan.baseline}",
        f"before any change: keep the state that is found, {_time(plan.preserve_seconds)}",
    ]
    for attempt in plan.attempts:
        lines += _attempt(attempt)
    lines.append(f"after each attempt: read back and compare, {_time(plan.proof_seconds)} or more")
    lines += [f"warning: {warning}" for warning in plan.warnings]
    settings.answer(plan.as_json(), "\n".join(lines))
    return 0


def _attempt(attempt: Attempt) -> list[str]:
    lines = ["", f"{attempt.number}. {attempt.title} ({attempt.strategy})", f"   why: {attempt.why}"]
    if attempt.skipped:
        return [*lines, f"   skipped: {attempt.skipped}"]
    timer = f", taken back by the device after {attempt.minutes} min unless confirmed" if attempt.armed else ""
    lines.append(f"   takes {_time(attempt.seconds)}{timer}")
    for step in attempt.steps:
        lines.append(f"   - {step.about} ({_time(step.seconds)})")
        lines += [f"       {command}" for command in step.commands]
    return lines


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
