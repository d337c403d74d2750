"""`oob backup import` and `oob backup export`: configurations from other tools, and back to git."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.backup import importer
from oob.backup.catalogue import Catalogue
from oob.backup.importer import Owner, Version
from oob.backup.verify import verify
from oob.cli.naming import optional_device_argument
from oob.cli.options import Settings, common
from oob.errors import BackupError, ProfileError

if TYPE_CHECKING:
    from oob.inventory.device import InventoryDevice
    from oob.inventory.inventory import Inventory


@click.command("import")
@common
@click.option("--platform", default="", metavar="NAME", help="What devices run that are not in the inventory.")
@click.option(
    "--newest",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many of each device.",
)
@click.argument("tool", type=click.Choice(importer.TOOLS))
@click.argument("source", type=click.Path(path_type=Path))
def import_from(settings: Settings, platform: str, newest: int, tool: str, source: Path) -> int:
    """Take over what TOOL has kept of devices in SOURCE, with the dates: a git repository or a folder.

    None of it holds a routing table, so that none can become a baseline. A truncated configuration is not
    kept; one without its secrets is, and says so. Exit code 7 where something was not kept.
    """
    catalogue, inventory = Catalogue(settings.home.backups), settings.inventory()
    kept, refused, known = [], [], 0
    for version in importer.read(tool, source, newest=newest):
        try:
            backup = importer.keep(catalogue, version, _owner(version, inventory, platform), tool)
        except BackupError as error:
            refused.append({"name": version.name, "origin": version.origin, "reason": str(error)})
            continue
        if backup:
            kept.append({"device": backup.manifest.device, "id": backup.manifest.id, "redacted": version.is_redacted})
        known += backup is None
    for each in refused:
        settings.note(f"oob: {each['name']}, {each['origin']}: {each['reason']}")
    lines = [f"{each['device']}  {each['id']}{'  without its secrets' if each['redacted'] else ''}" for each in kept]
    lines.append(f"{len(kept)} configurations kept, {known} were there already, {len(refused)} refused")
    settings.answer({"kept": kept, "known": known, "refused": refused}, "\n".join(lines))
    return BackupError.exit_code if refused else 0


@click.command("export")
@common
@click.argument("repository", type=click.Path(path_type=Path))
@optional_device_argument
def export_to(settings: Settings, repository: Path, device: str) -> int:
    """Commit the backups of DEVICE, or all, to the bare git REPOSITORY: a file a device, a commit a backup.

    A missing one is made, readable by you alone, since configurations hold secrets. Damaged backups are left
    out and told, with exit code 7.
    """
    from oob.backup.exporter import export  # starts git

    entries = Catalogue(settings.home.backups).list(device)
    backups, damaged = [], []
    for entry in entries:
        try:
            backups.append(verify(entry.folder, device=entry.device))
        except BackupError as error:
            damaged.append(str(error))
            settings.note(f"oob: {entry.device}: {error}")
    done = export(repository, backups)
    document = {
        "repository": str(repository),
        "exported": [{"device": backup.manifest.device, "id": backup.manifest.id} for backup in done],
        "damaged": damaged,
    }
    settings.answer(document, f"{len(done)} of {len(entries)} backups committed to {repository}")
    return BackupError.exit_code if damaged else 0


def _owner(version: Version, inventory: Inventory, platform: str) -> Owner:
    """Return whose configuration it is; raises BackupError where the platform is unknown."""
    from oob.inventory.platform import platform as platform_called
    from oob.profile.store import load
    from oob.recovery.ladder.difference import is_set_form

    device = _device(version.name, inventory)
    runs = (device.platform if device else "") or platform_called(version.kind) or platform
    if not runs:
        raise BackupError("it is not known what the device runs; put it into the inventory or give --platform")
    name = device.name if device else version.name
    try:
        profile = load(runs)
    except ProfileError:
        return Owner(device=name, platform=runs)  # nothing is known of how its configurations end
    commands = is_set_form(profile, version.text)
    data = profile.configuration
    end = data.read.ends if data and not commands else None
    console = profile.console
    shown = (re.sub(r"\(\?P<\w+>", "(?:", prompt.pattern) for prompt in console.prompts.values())
    prompt = (*console.prompt_header, *shown)
    return Owner(device=name, platform=runs, complete_end=end or "", commands=commands, prompt=prompt)


def _device(name: str, inventory: Inventory) -> InventoryDevice | None:
    """Return the device that a tool calls *name*: by its name or address, else by its name without the domain."""
    exact = [device for device in inventory if name in (device.name, device.hostname)]
    short = name.partition(".")[0].lower()
    near = [device for device in inventory if device.name.partition(".")[0].lower() == short and not short.isdigit()]
    found = exact or near
    return found[0] if len(found) == 1 else None
