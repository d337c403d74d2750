"""`oob ports`: the serial adapters of this machine."""

from __future__ import annotations

from dataclasses import asdict

import click

from oob.cli.options import Settings, common


@click.command("ports")
@common
def command(settings: Settings) -> None:
    """List serial adapters: device, stable name, what it is, and who holds it."""
    from oob.transport.serial import list_ports

    ports = list_ports()
    lines = [f"{port.device}  {port.by_id or '-'}  {port.description}" for port in ports]
    settings.answer([asdict(port) for port in ports], "\n".join(lines) or "no serial adapter found")
