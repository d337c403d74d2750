"""`oob guard`: watch a device over its console while a change is made in-band, and recover it on a trigger."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.incident import incident_options, taken
from oob.cli.naming import target_argument
from oob.cli.options import Duration, Settings, common
from oob.cli.run_options import approver_option, every_option, reopen_option, signed_by_option
from oob.cli.scope import choices, scope_options, split
from oob.cli.target import target_options
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from oob.recovery.after.guard import FigureSource
    from oob.recovery.authority.decision import Decision


@click.command("guard")
@common
@target_options
@target_argument
@scope_options
@incident_options
@click.option("--for", "seconds", type=Duration(), default="30m", show_default=True, help="How long: 90s, 30m, 2h.")
@every_option
@approver_option
@signed_by_option
@reopen_option
@click.option("--users", type=click.IntRange(min=0), default=None, metavar="N", help="How many users it affects.")
@click.option("--prometheus", is_flag=True, help="Query the figures of the home's figures.yaml, too.")
def command(
    settings: Settings,
    target: str,
    seconds: float,
    every: float,
    approver: str,
    signed_by: Path | None,
    users: int | None,
    reopen: float,
    prometheus: bool,
    **options: Any,
) -> int:
    """Watch TARGET while a change is made in-band; start the recovery on an automatic trigger, once a person agrees.

    Triggers are those of `oob decide`: a critical prefix or address missing in two looks, or a figure beyond its limit
    for its time. The question is open for the policy's reply_minutes; its `silence` says what happens after that. Exit
    code 0: no trigger, or recovered; 1: a trigger, and not recovered.
    """
    from oob.cli.commands.recover import agreed
    from oob.cli.recovery import means, tell, telling
    from oob.recovery.after.guard import guard, may_start
    from oob.recovery.api import recover
    from oob.report.live import watch

    recorded = taken(options)
    scope, reaching = split(options)
    chosen = replace(choices(scope), seconded_by=approver, users=users, reopen=reopen, **recorded)
    entry, with_means = means(settings, target, **reaching)
    if scope["plan_file"] is not None:
        chosen = agreed(settings, scope["plan_file"], signed_by, entry, chosen)
    elif signed_by is not None:
        raise UsageError("--signed-by needs --plan FILE: only a document can be signed")
    figures = _figures(settings) if prometheus else dict
    looking = replace(chosen, converge=0.0)
    with telling(settings, with_means):
        with watch(with_means.events, sys.stderr, plain=settings.plain, runs=settings.home.runs):
            found = guard(entry, with_means, looking, figures, minutes=seconds / 60, every=every)
            if found is None:
                return _answer(settings, entry.name, "no trigger", 0)
            if not may_start(entry, with_means, found):
                return _answer(settings, entry.name, "a trigger, and no person agreed to recover", 1, found)
            outcome = recover(entry, with_means, replace(chosen, trigger="; ".join(found.reasons)))
        return tell(settings, outcome)


def _answer(settings: Settings, device: str, text: str, code: int, decision: Decision | None = None) -> int:
    reasons = list(decision.reasons) if decision else []
    settings.answer(
        {"device": device, "triggered": bool(reasons), "reasons": reasons},
        "\n".join([f"{device}: {text}", *(f"  {reason}" for reason in reasons)]),
    )
    return NotProven.exit_code if code else 0


def _figures(settings: Settings) -> FigureSource:
    from oob.clock import Clock
    from oob.recovery.authority.decision import Thresholds
    from oob.recovery.authority.prometheus import NAME, Prometheus

    servers = Prometheus.load(settings.home.path / NAME)
    thresholds = Thresholds.load(settings.home.path)
    return lambda: servers.figures(thresholds, Clock().utc().timestamp())
