"""`oob facts`: which device is on a console, as it says itself."""

from __future__ import annotations

from typing import Any

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import reach, target_options


@click.command("facts")
@common
@target_options
@target_argument
def command(settings: Settings, target: str, **options: Any) -> None:
    """Show hostname, serial number, version, model, uptime and clock of TARGET. Reading changes nothing."""
    way = reach(settings, target, only_reads=True, **options)
    with way.open() as device:
        facts = device.facts()
        document = {"platform": device.platform, "path": device.path, **facts.as_json()}
    told = ("platform", "hostname", "serial", "version", "model", "uptime", "clock", "zone", "path")
    settings.answer(document, "\n".join(f"{name:<8}  {document[name]}" for name in told if document[name]))
