"""`oob decide`: whether to roll back, and why."""

from __future__ import annotations

from dataclasses import asdict

import click

from oob.cli.options import Settings, common


@click.command("decide")
@common
@click.option("--availability", type=float, metavar="PERCENT", help="What of it still works.")
@click.option("--error-rate", type=float, metavar="PERCENT", help="Requests or packets that fail.")
@click.option("--degradation", type=float, metavar="PERCENT", help="How much slower it is than normal.")
@click.option("--duration", type=float, metavar="MINUTES", help="How long it has lasted.")
@click.option("--corruption", is_flag=True, help="Data are being corrupted.")
@click.option("--rollback", type=float, metavar="MINUTES", help="How long rolling back takes; oob plan says it.")
@click.option("--forward", type=float, metavar="MINUTES", help="How long a fix takes that is known.")
def command(
    settings: Settings,
    availability: float | None,
    error_rate: float | None,
    degradation: float | None,
    duration: float | None,
    corruption: bool,
    rollback: float | None,
    forward: float | None,
) -> None:
    """Answer roll back now, assess, fix forward or monitor, with the reasons; thresholds.yaml in the home says when."""
    from oob.recovery.decision import Figures, Thresholds, decide

    figures = Figures(
        availability=availability,
        error_rate=error_rate,
        degradation=degradation,
        duration=duration,
        corruption=corruption,
        rollback=rollback,
        forward=forward,
    )
    decision = decide(figures, Thresholds.load(settings.home.path))
    lines = [decision.answer, *(f"  {reason}" for reason in decision.reasons)]
    lines += ["  beyond the critical thresholds: whoever is on call may act alone"] if decision.is_emergency else []
    settings.answer({**asdict(decision), "figures": asdict(figures)}, "\n".join(lines))
