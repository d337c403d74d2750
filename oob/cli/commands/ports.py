"""`oob ports`: the serial adapters of this machine."""

from __future__ import annotations

from dataclasses import asdict

import click

from oob.cli.columns import table
from oob.cli.options import Settings, common

HEADING = ("DEVICE", "STABLE NAME", "DESCRIPTION", "USED BY")


@click.command("ports")
@common
def command(settings: Settings) -> None:
    """List serial adapters: device, stable name, what it is, and who holds it."""
    from oob.transport.serial import list_ports

    ports = list_ports()
    rows = [(port.device, port.by_id or "-", port.description or "-", port.used_by or "-") for port in ports]
    settings.answer([asdict(port) for port in ports], table(HEADING, rows) if rows else "no serial adapter found")
