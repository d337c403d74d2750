"""The arguments and options that the commands of fleets share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.options import Settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _fleets(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # only a shell that completes needs these

    from oob.fleet.api import fleets
    from oob.inventory.home import Home

    names = [*reversed(fleets(Home.find(str(ctx.params.get("home") or "")))), "latest"]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


fleet_argument = click.argument("fleet", shell_complete=_fleets)
tls_option = click.option(
    "--tls", type=click.Path(path_type=Path), help="Folder of ca.pem, cert.pem, key.pem (else tls in the home)."
)


def tls_folder(settings: Settings, tls: Path | None) -> Path:
    """Return the folder of the TLS files: that given, else that of the home."""
    from oob.fleet.mutual_tls import FOLDER

    return tls or settings.home.path / FOLDER
