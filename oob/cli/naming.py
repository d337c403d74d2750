"""The arguments that name a device, which a shell can complete from the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oob.cli.options import home_of
from oob.errors import OobError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def devices(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the devices of the inventory whose names begin with *incomplete*; none where it cannot be read."""
    from click.shell_completion import CompletionItem  # only a shell that completes needs these

    from oob.derived import DerivedFacts
    from oob.inventory.host_files import HostFiles  # the names alone: what checks entries takes longer to load

    home = home_of(ctx)
    try:
        names = HostFiles(home.inventory, DerivedFacts(home.path))
    except OobError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def backups(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the backups of the device named before that begin with *incomplete*, and the words that name one."""
    from click.shell_completion import CompletionItem  # as in devices

    from oob.backup.catalogue import FOUND, GOOD, LATEST, Catalogue

    entries = Catalogue(home_of(ctx).backups).list(str(ctx.params.get("device") or ""))
    items = {GOOD: "the newest that is marked known-good", LATEST: "the latest taken", FOUND: "the newest broken state"}
    items |= {entry.id: entry.manifest.reason if entry.manifest else entry.problem for entry in entries}
    return [CompletionItem(name, help=text) for name, text in items.items() if name.startswith(incomplete)]


target_argument = click.argument("target", shell_complete=devices)
device_argument = click.argument("device", shell_complete=devices)
optional_device_argument = click.argument("device", default="", shell_complete=devices)
