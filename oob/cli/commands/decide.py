"""`oob decide`: the decision to roll back, with its reasons."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import reduce
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from oob.cli.options import Amount, Settings, common
from oob.errors import UsageError

if TYPE_CHECKING:
    from oob.recovery.authority.decision import Places

FIGURES_FILE = "figures.yaml"
_FIGURES = (
    click.option("--availability", type=Amount(100), metavar="PERCENT", help="Share of the service that works."),
    click.option("--availability-minutes", type=Amount(), metavar="MINUTES", help="How long it has been so."),
    click.option("--error-rate", type=Amount(100), metavar="PERCENT", help="Requests or packets that fail."),
    click.option("--error-rate-minutes", type=Amount(), metavar="MINUTES", help="How long it has been so."),
    click.option("--degradation", type=Amount(), metavar="PERCENT", help="How much slower responses are than normal."),
    click.option("--duration", type=Amount(), metavar="MINUTES", help="How long all of it has lasted."),
    click.option("--corruption", is_flag=True, help="Data are being corrupted."),
    click.option("--exposure", is_flag=True, help="A security exposure was found."),
    click.option("--lost", is_flag=True, help="A critical function is lost."),
    click.option("--partial", is_flag=True, help="Part of the function is degraded."),
    click.option("--few", is_flag=True, help="A few users are affected."),
    click.option("--rollback", type=Amount(), metavar="MINUTES", help="Time for the rollback; oob plan says it."),
    click.option("--forward", type=Amount(), metavar="MINUTES", help="Time for a known fix."),
    click.option("--confidence", type=Amount(100), metavar="PERCENT", help="How sure the time for the fix is."),
)


def _figures(command: Callable[..., Any]) -> Callable[..., Any]:
    return reduce(lambda made, option: option(made), reversed(_FIGURES), command)


@click.command("decide")
@common
@_figures
@click.option("--for", "device", default="", metavar="DEVICE", help="Take the time for the rollback from its plan.")
@click.option("--measured", type=click.File(), metavar="FILE|-", help="Take the figures from this JSON, by name.")
@click.option(
    "--map",
    "mapping",
    default="",
    metavar="NAME|FILE",
    help="Where each figure stands in the JSON: alertmanager, grafana, or a YAML file (availability: alerts.0.value).",
)
@click.option(
    "--prometheus",
    is_flag=False,
    flag_value=FIGURES_FILE,
    default=None,
    type=click.Path(path_type=Path),
    metavar="[FILE]",
    help="Query the figures, and since when, as FILE says (else figures.yaml in the home).",
)
def command(
    settings: Settings,
    device: str,
    measured: IO[str] | None,
    mapping: str,
    prometheus: Path | None,
    **typed: float | bool | None,
) -> None:
    """Answer roll back now, assess, fix forward or monitor, with the reasons; thresholds.yaml in the home says when.

    A figure without minutes counts as sustained. In JSON, availability_since and error_rate_since may be times.
    """
    from oob.recovery.authority.decision import Thresholds, decide
    from oob.recovery.authority.decision import measured as understood

    planned = {"rollback": _minutes(settings, device)} if device else {}
    queried = _queried(settings, prometheus) if prometheus else {}
    given = _read(measured, mapping) if measured else {}
    said = {name: value for name, value in typed.items() if value is not None and value is not False}
    figures = understood({**planned, **queried, **given, **said})
    decision = decide(figures, Thresholds.load(settings.home.path))
    lines = [decision.answer, *(f"  {reason}" for reason in decision.reasons)]
    if decision.is_emergency:
        lines.append("  an automatic trigger: the person on call may act alone")
    elif decision.automatic_in is not None:
        lines.append(f"  unchanged, it becomes an automatic trigger in {decision.automatic_in:g} minutes")
    settings.answer({**asdict(decision), "figures": asdict(figures)}, "\n".join(lines))


def _minutes(settings: Settings, device: str) -> float:
    """Return the minutes of rolling *device* back where only the last attempt of its plan works."""
    from oob.cli.operator import operator
    from oob.cli.target import entry
    from oob.recovery.api import make_plan
    from oob.recovery.context import Collaborators
    from oob.secret.credentials import Credentials

    with_means = Collaborators(home=settings.home, secrets=Credentials(), operator=operator())
    return make_plan(entry(settings, device, "", ()), with_means).window_minutes


def _queried(settings: Settings, file: Path) -> dict[str, object]:
    from oob.clock import Clock
    from oob.recovery.authority.decision import Thresholds
    from oob.recovery.authority.prometheus import Prometheus

    servers = Prometheus.load(settings.home.path / file if str(file) == FIGURES_FILE else file)
    return servers.figures(Thresholds.load(settings.home.path), Clock().utc().timestamp())


def _read(file: IO[str], mapping: str) -> dict[str, object]:
    from oob.recovery.authority.decision import mapped, measured, webhook

    try:
        found = json.load(file)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file.name}: not JSON: {error}") from error
    if not mapping and not isinstance(found, dict):
        raise UsageError(f"{file.name}: not a JSON object of figures")
    figures: dict[str, object] = mapped(found, webhook(mapping) or _paths(Path(mapping))) if mapping else found
    try:
        measured(figures)
    except UsageError as error:
        raise UsageError(f"{file.name}: {error}") from None
    return figures


def _paths(file: Path) -> dict[str, Places]:
    from oob.yaml_file import read

    found = read(file)
    listed: dict[str, Any] = found if isinstance(found, dict) else {"": None}
    ways = (way for places in listed.values() for way in (places if isinstance(places, list) else [places]))
    if not all(isinstance(each, str) for each in (*listed, *ways)):
        raise UsageError(f"{file}: not a list of figures with their places, such as availability: alerts.0.value")
    return listed
