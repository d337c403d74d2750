"""`oob inventory`: its devices, the paths to them, and missing entries."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from oob.cli.ask import confirm
from oob.cli.findings import findings, names
from oob.cli.naming import device_argument
from oob.cli.options import CommandGroup, Settings, common, is_attended, shared
from oob.cli.unlock import unlock
from oob.errors import InventoryError, NotProven, SecretError
from oob.fault import unreadable
from oob.inventory import names as tables
from oob.inventory.device import InventoryDevice, NameTable
from oob.inventory.inventory import Inventory
from oob.secret.credentials import Credentials
from oob.transport.programs import Programs

TOOLS = ("ansible", "cml", "consolepi", "containerlab", "eve-ng", "gns3", "netbox", "oob-lab", "oxidized", "rancid")


@click.group("inventory", cls=CommandGroup)
@shared
def command() -> None:
    """Show and check which devices there are and how they are reached.

    The inventory is Nornir's SimpleInventory, in the folder `inventory` of the home.
    """


@command.command("list")
@common
def list_devices(settings: Settings) -> int:
    """List the devices and their paths; exit code 2 where an entry cannot be understood."""
    inventory = Inventory.load(settings.home)
    devices = list(inventory)
    problems = inventory.problems()
    for problem in problems.values():
        settings.note(f"oob: left out: {problem}")
    width = max((len(device.name) for device in devices), default=0)
    text = [
        f"{device.name:<{width}}  {device.platform or '-':<15}  {'  '.join(path.url for path in device.paths) or '-'}"
        for device in devices
    ]
    settings.answer([_document(device) for device in devices], "\n".join(text) or _nothing(settings))
    return InventoryError.exit_code if problems else 0


@command.command("show")
@common
@device_argument
def show(settings: Settings, device: str) -> None:
    """Show all that is known of DEVICE, with what it inherits."""
    found = Inventory.load(settings.home).device(device)
    text = [f"{name.replace('_', ' '):<18}  {_said(value)}" for name, value in _document(found).items() if value]
    settings.answer(_document(found), "\n".join(text))


@command.command("check")
@common
@click.option("--resolve", is_flag=True, help="Look every name up now, and keep the addresses with today's date.")
def check(settings: Settings, resolve: bool) -> int:
    """Name what a recovery would miss: paths, carriers, platforms, addresses, credentials.

    What makes a path unusable comes first. Paths that depend on one console server, jump host or adapter are named:
    one address, or one host key in known_hosts.

    Exit code 1 where something keeps oob from recovering a device. Only --resolve asks DNS.
    """
    from oob.transport.hostkey import same_servers  # reads with Paramiko

    inventory = Inventory.load(settings.home)
    resolved = _resolve(settings, inventory) if resolve else {}
    if resolved:
        inventory = Inventory.load(settings.home)
    programs = Programs.load(settings.home.programs)
    same = same_servers(settings.home.known_hosts)
    found = findings(inventory, _credentials(settings), date.today(), programs, same)
    text = "\n".join(map(str, found)) or (f"{len(inventory)} devices, nothing is missing" if len(inventory) else "")
    settings.answer({"findings": [asdict(finding) for finding in found], "names": resolved}, text or _nothing(settings))
    return NotProven.exit_code if any(finding.level == "problem" for finding in found) else 0


@command.command("allow")
@common
@click.argument("command", metavar="COMMAND")
def allow(settings: Settings, command: str) -> None:
    """Let paths of the inventory start COMMAND, and write it into programs.yaml.

    COMMAND is the full path of a program, alone or with its first arguments: "/usr/bin/virsh console".
    """
    programs = Programs.load(settings.home.programs).add(command)
    entries = [shlex.join(each) for each in programs.listed]
    settings.answer({"path": str(programs.file), "programs": entries}, f"{programs.file}: {', '.join(entries)}")


@command.command("import")
@common
@click.argument("tool", type=click.Choice(TOOLS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--server", default="", metavar="ADDRESS", help="Where the lab runs, for cml, eve-ng and gns3.")
@click.option(
    "--allow-scheme",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="Import paths of this scheme or wrapper, too: exec (starts a program), record, fault, replay.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be added and changed, and write nothing.")
@click.option("--yes", is_flag=True, help="Change addresses and ports without being asked.")
def import_from(
    settings: Settings, tool: str, file: Path, server: str, allowed: tuple[str, ...], dry_run: bool, yes: bool
) -> None:
    """Add the devices in FILE of another TOOL, as they are there today, to the inventory.

    A second import shows the addresses and ports that the source has moved, and changes them once that is confirmed;
    entries edited in the inventory are only named. All other text of hosts.yaml stays.
    Passwords are not taken over, and no name is looked up. Paths that start a program or use a file are left behind
    unless --allow-scheme says otherwise.
    """
    from oob.inventory.importer.lab import placed
    from oob.inventory.importer.merge import merge, update
    from oob.inventory.importer.schemes import screened
    from oob.transport.family import families

    module = tool.replace("-", "_")
    imported = import_module(f"oob.inventory.importer.{module}").read(file)
    if server:
        imported = placed(imported, module, server)
    imported = screened(imported, allowed, families=families())
    merged = merge(settings.home, imported, tool=tool, source=file, today=date.today(), dry_run=dry_run)
    # What can be changed is shown below.
    differing = [text for text in merged.differing if not any(change.new in text for change in merged.changes)]
    for note in (*imported.notes, *differing):
        settings.note(f"oob: {note}")
    for change in merged.changes:
        settings.note(f"oob: {'would change' if dry_run else 'moved'}: {change}")
    is_updated = bool(merged.changes) and not dry_run and (yes or _may_update(len(merged.changes)))
    if is_updated:
        update(settings.home, merged.changes)
    document = {
        "path": str(merged.path),
        "added": list(merged.added),
        "changes": [asdict(change) for change in merged.changes],
        "updated": is_updated,
        "dry_run": dry_run,
        "kept": list(merged.kept),
        "differing": list(merged.differing),
        "notes": list(imported.notes),
    }
    added = f"{len(merged.added)} devices {'would be ' if dry_run else ''}added to {merged.path}"
    text = f"{added}, {len(merged.kept)} were there already"
    if merged.changes:
        text += (
            f"\n{len(merged.changes)} addresses or ports {'changed' if is_updated else 'differ (--yes changes them)'}"
        )
    settings.answer(document, f"{text}\nnow: oob inventory check")


def _may_update(count: int) -> bool:
    return is_attended() and confirm(f"Change {count} addresses or ports in the inventory?")


# --- names


def _resolve(settings: Settings, inventory: Inventory) -> dict[str, str]:
    """Look all names up, keep what they stand for, and return it; a name that has no address now keeps its old one."""
    old = {name: table for device in inventory if (table := device.hosts) for name in table.names}
    found, dates = {}, {date.today()}
    for name in names(inventory):
        try:
            found[name] = str(socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0][4][0])
        except (OSError, UnicodeError) as error:
            settings.note(f"oob: {name}: no address: {unreadable(error)}")
            if name in old:
                found[name] = old[name].names[name]
                dates.add(old[name].taken)
                settings.note(f"oob: {name}: still has the address of {old[name].taken}, {found[name]}")
    if found:
        _keep(settings, NameTable(taken=min(dates), names=found))
    return found


def _keep(settings: Settings, table: NameTable) -> None:
    path = tables.write(settings.home, table)
    if path:
        settings.note(f"oob: {len(table.names)} addresses kept in {path}")
    else:
        settings.note("oob: defaults.yaml holds other things too; put this into it:")
        settings.note(tables.render(table))


# --- credentials


def _credentials(settings: Settings) -> Callable[[InventoryDevice], Credentials] | None:
    """Return what tells a device's credentials; None, and a word about it, where the file does not open here."""
    try:
        secrets = unlock(settings).read()
    except SecretError as error:
        settings.note(f"oob: credentials were not checked: {error}")
        return None
    return lambda device: secrets.credentials(device.name, device.groups)


# --- how it is shown


def _document(device: InventoryDevice) -> dict[str, Any]:
    document = asdict(device)
    if device.hosts:
        document["hosts"] = {"taken": device.hosts.taken.isoformat(), "names": dict(device.hosts.names)}
    return document


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items() if each)
    if isinstance(value, list | tuple):
        return "; ".join(map(_said, value))
    return str(value)


def _nothing(settings: Settings) -> str:
    return f"there is no device in {settings.home.inventory}; oob inventory import takes one over"
