"""Look at a fleet, and ask something of it from another terminal: show, report, list, pause, continue, skip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.fleet_arguments import fleet_argument
from oob.cli.naming import devices
from oob.cli.operator import operator
from oob.cli.options import Settings, common
from oob.errors import UsageError

if TYPE_CHECKING:
    pass


@click.command("show")
@common
@fleet_argument
def show(settings: Settings, fleet: str) -> int:
    """Say what FLEET has done so far, from its journal: each device, its wave, its run, and how it ended."""
    from oob.fleet import api
    from oob.fleet.summary import document, lines

    fleet = api.find(settings.home, fleet)
    found = api.plan_of(settings.home, fleet)
    state, history = api.state_of(settings.home, fleet)
    history.check()
    settings.answer(document(fleet, found, state, 0), "\n".join(lines(fleet, found, state)))
    return 0


@click.command("report")
@common
@fleet_argument
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File (else in the fleet's own).")
def report(settings: Settings, fleet: str, output: Path | None) -> None:
    """Write FLEET down as one HTML page with its waves, from its plan and journal; needs no device."""
    from oob import durable
    from oob.fleet import api
    from oob.fleet.report import html

    fleet = api.find(settings.home, fleet)
    state, history = api.state_of(settings.home, fleet)
    where = output or settings.home.fleets / fleet / "report.html"
    text = html(fleet, api.plan_of(settings.home, fleet), state, history.damage)
    try:
        durable.replace_file(where.resolve(), text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{where}: the report cannot be written: {error.strerror}") from error
    settings.answer({"fleet": fleet, "written": str(where)}, str(where))


@click.command("list")
@common
def list_all(settings: Settings) -> None:
    """List the recoveries of fleets, oldest first."""
    from oob.fleet import api
    from oob.fleet.summary import row

    rows = [row(name, api.state_of(settings.home, name)[0]) for name in api.fleets(settings.home)]
    settings.answer(rows, "\n".join(f"{one['fleet']}  {one['text']}" for one in rows) or "no fleet was recovered yet")


@click.command("pause")
@common
@fleet_argument
def pause(settings: Settings, fleet: str) -> None:
    """Let no further device of FLEET begin, from another terminal; runs under way end."""
    _ask(settings, fleet, "pause")


@click.command("continue")
@common
@fleet_argument
def go_on(settings: Settings, fleet: str) -> None:
    """Let devices of a paused FLEET begin again."""
    _ask(settings, fleet, "continue")


@click.command("skip")
@common
@fleet_argument
@click.argument("device", shell_complete=devices)
@click.option("--reason", default="", metavar="TEXT", help="Why, for the record.")
def skip(settings: Settings, fleet: str, device: str, reason: str) -> None:
    """Leave DEVICE out of FLEET if it has not begun; what needs it is skipped with it."""
    _ask(settings, fleet, "skip", device, reason)


def _ask(settings: Settings, fleet: str, do: Any, member: str = "", reason: str = "") -> None:
    from oob.fleet import api
    from oob.fleet.control import FleetRequest

    fleet = api.find(settings.home, fleet)
    if member and member not in api.plan_of(settings.home, fleet).members:
        raise UsageError(f"{member}: not a device of fleet {fleet}")
    if api.state_of(settings.home, fleet)[0].is_finished:
        raise UsageError(f"fleet {fleet} has ended")
    api.control(settings.home, fleet).write(FleetRequest(do=do, by=operator(), member=member, reason=reason))
    settings.answer({"fleet": fleet, "asked": do, "device": member}, f"fleet {fleet}: {do} {member}".rstrip())
