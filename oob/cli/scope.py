"""The options that decide what a recovery does: the same where it is started and where it is approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from oob.cli.options import Amount, Regex, TimeOfDay

if TYPE_CHECKING:
    from oob.recovery.context import RunOptions

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup to restore (else known-good)."),
    click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with."),
    click.option(
        "--tolerate", type=Regex(), multiple=True, metavar="REGEX", help="Configuration lines that may differ."
    ),
    click.option(
        "--converge",
        type=Amount(),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Time for routes to come back.",
    ),
    click.option("--change", default="", metavar="ID", help="The change that broke it, for the record."),
    click.option("--reason", default="", metavar="TEXT", help="Why it is rolled back, for the record."),
    click.option(
        "--authorised-by", default="", metavar="NAME", help="Who authorised it, where the policy requires that."
    ),
    click.option("--allow-reload", is_flag=True, help="Allow attempts that restart the device."),
    click.option(
        "--allow-lockout", is_flag=True, help="Allow a configuration that locks out the console while AAA is down."
    ),
    click.option(
        "--yes",
        is_flag=True,
        help="Begin attempts that have no revert timer, or were never drilled, without being asked.",
    ),
    click.option(
        "--no-attempt-after",
        type=TimeOfDay(),
        default="",
        metavar="TIME",
        help="Begin no further attempt after this time: 02:40 (UTC), or 2026-11-30T02:40Z.",
    ),
    click.option("--leave-broken", is_flag=True, help="When nothing helps, do not put the state back that was found."),
    click.option(
        "--plan", "plan_file", type=click.Path(exists=True, path_type=Path), help="The plan that is done, whole."
    ),
)
_NAMES = frozenset(
    {
        "target_backup",
        "baseline",
        "tolerate",
        "converge",
        "change",
        "reason",
        "authorised_by",
        "allow_reload",
        "allow_lockout",
        "yes",
        "no_attempt_after",
        "leave_broken",
        "plan_file",
    }
)


def scope_options(command: Command) -> Command:
    """Give *command* the options; `choices` understands them."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), command)


def split(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options that `scope_options` gave, and the others."""
    ours = {name: value for name, value in options.items() if name in _NAMES}
    return ours, {name: value for name, value in options.items() if name not in _NAMES}


def choices(options: Mapping[str, Any]) -> RunOptions:
    """Return the choices of the options, but for the plan."""
    from oob.recovery.context import RunOptions

    return RunOptions(
        target=options["target_backup"],
        baseline=options["baseline"],
        tolerate=options["tolerate"],
        converge=options["converge"],
        change=options["change"],
        reason=options["reason"],
        authorised_by=options["authorised_by"],
        allow_reload=options["allow_reload"],
        allow_lockout=options["allow_lockout"],
        allow_undrilled=options["yes"],
        allow_unarmed=options["yes"],
        no_attempt_after=options["no_attempt_after"],
        put_back=not options["leave_broken"],
    )
