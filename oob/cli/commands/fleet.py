"""`oob fleet`: recover many devices in order, with one plan, one approval and one board."""

from __future__ import annotations

import click

from oob.cli.commands import fleet_drill, fleet_jump_hosts, fleet_plan, fleet_recover, fleet_show
from oob.cli.options import CommandGroup, shared


@click.group("fleet", cls=CommandGroup)
@shared
def command() -> None:
    """Recover many devices in waves: a device that another one's console runs through comes first.

    One plan, signed and approved once for all; each device is an ordinary run with a journal of its own.
    """


for each in (
    *(fleet_plan.plan, fleet_plan.approve, fleet_recover.recover, fleet_recover.resume),
    *(fleet_show.show, fleet_show.report, fleet_show.list_all, fleet_show.pause, fleet_show.go_on, fleet_show.skip),
    *(fleet_drill.drill, fleet_jump_hosts.scheduler, fleet_jump_hosts.worker),
):
    command.add_command(each)
