"""`oob decide`: whether to roll back, and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import IO

import click

from oob.cli.options import Amount, Settings, common
from oob.errors import UsageError


@click.command("decide")
@common
@click.option("--availability", type=Amount(), metavar="PERCENT", help="What of it still works.")
@click.option("--error-rate", type=Amount(), metavar="PERCENT", help="Requests or packets that fail.")
@click.option("--degradation", type=Amount(), metavar="PERCENT", help="How much slower it is than normal.")
@click.option("--duration", type=Amount(), metavar="MINUTES", help="How long it has lasted.")
@click.option("--corruption", is_flag=True, help="Data are being corrupted.")
@click.option("--rollback", type=Amount(), metavar="MINUTES", help="How long rolling back takes; oob plan says it.")
@click.option(
    "--for", "device", default="", metavar="DEVICE", help="Take the minutes of rolling it back from its plan."
)
@click.option(
    "--measured", type=click.File(), metavar="FILE|-", help="Take the figures from this JSON, by their names."
)
@click.option("--forward", type=Amount(), metavar="MINUTES", help="How long a fix takes that is known.")
def command(
    settings: Settings,
    availability: float | None,
    error_rate: float | None,
    degradation: float | None,
    duration: float | None,
    corruption: bool,
    rollback: float | None,
    forward: float | None,
    device: str,
    measured: IO[str] | None,
) -> None:
    """Answer roll back now, assess, fix forward or monitor, with the reasons; thresholds.yaml in the home says when."""
    from oob.recovery.authority.decision import Thresholds, decide
    from oob.recovery.authority.decision import measured as understood

    typed = {
        "availability": availability,
        "error_rate": error_rate,
        "degradation": degradation,
        "duration": duration,
        "corruption": corruption or None,
        "rollback": rollback,
        "forward": forward,
    }
    planned = {"rollback": _minutes(settings, device)} if device else {}
    given = _read(measured) if measured else {}
    figures = understood({**planned, **given, **{name: value for name, value in typed.items() if value is not None}})
    decision = decide(figures, Thresholds.load(settings.home.path))
    lines = [decision.answer, *(f"  {reason}" for reason in decision.reasons)]
    lines += ["  beyond the critical thresholds: whoever is on call may act alone"] if decision.is_emergency else []
    settings.answer({**asdict(decision), "figures": asdict(figures)}, "\n".join(lines))


def _minutes(settings: Settings, device: str) -> float:
    """Return how long rolling *device* back takes when only the last attempt of its plan works."""
    from oob.cli.operator import operator
    from oob.cli.target import entry
    from oob.recovery.api import make_plan
    from oob.recovery.context import Collaborators
    from oob.secret.credentials import Credentials

    with_means = Collaborators(home=settings.home, secrets=Credentials(), operator=operator())
    return make_plan(entry(settings, device, "", ()), with_means).window_minutes


def _read(file: IO[str]) -> dict[str, object]:
    try:
        found = json.load(file)
    except ValueError as error:
        raise UsageError(f"{file.name}: is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{file.name}: is no JSON object of figures")
    return found
