"""`oob power`: the power switch of a device, through the BMC that one of its paths names."""

from __future__ import annotations

from typing import Any

import click

from oob.cli.ask import confirm
from oob.cli.naming import target_argument
from oob.cli.options import Settings, common, is_attended
from oob.cli.target import reach, target_options
from oob.device.session import DeviceSession
from oob.errors import GuardStopped, UsageError
from oob.transport.ipmi import POWER_ACTIONS, Bmc
from oob.transport.url import ConsoleURL, parse

PATIENCE = 30.0


@click.command("power")
@common
@target_options
@click.option("--yes", is_flag=True, help="Do not ask before the device loses its power.")
@target_argument
@click.argument("action", type=click.Choice(POWER_ACTIONS), default="status")
def command(settings: Settings, target: str, action: str, yes: bool, **options: Any) -> None:
    """Show or switch the power of TARGET through the BMC of its sol:// path.

    Everything but `status` and `on` ends what runs on the device, and is asked for once more or with --yes.
    """
    way = reach(settings, target, logs_in=False, **options)
    url = bmc_of(way)
    if action not in ("status", "on") and not yes:
        _ask(way.entry.name, action)
    said = Bmc(url, way.access).power(action, PATIENCE)
    answer = {"device": way.entry.name, "action": action, "path": str(url), "power": said}
    settings.answer(answer, f"{way.entry.name}: {said}")


def bmc_of(way: DeviceSession) -> ConsoleURL:
    """Return the first path of the device that is a BMC's; raises UsageError without one."""
    for path in way.entry.paths:
        url = parse(path.url, way.access.hosts)
        if url.scheme == "sol":
            return url
    raise UsageError(f"{way.entry.name} has no sol:// path, and only a BMC has its power switch")


def _ask(name: str, action: str) -> None:
    if not is_attended():
        raise GuardStopped(f"{name}: power {action} ends what runs on it; say so with --yes")
    if not confirm(f"Power {action} of {name}: everything that runs on it ends. Continue?"):
        raise GuardStopped(f"{name}: its power was left as it is")
