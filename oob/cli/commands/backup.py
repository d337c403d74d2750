"""`oob backup`: readings of devices, kept in folders."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

import oob.recovery.record.events as events
from oob.backup import verify as checks
from oob.backup.catalogue import GOOD, LATEST, Catalogue, CatalogueEntry
from oob.backup.folder import Backup
from oob.backup.listing import BackupListing, line_of, routes_of, row_of
from oob.cli import over_netmiko
from oob.cli.ask import confirm
from oob.cli.commands.backup_find import find
from oob.cli.commands.backup_prune import prune
from oob.cli.commands.backup_transfer import export_to, import_from
from oob.cli.naming import backups, device_argument, optional_device_argument
from oob.cli.operator import operator
from oob.cli.options import CommandGroup, Settings, common, is_attended, shared
from oob.cli.several import Shape, several
from oob.cli.target import reach, target_options
from oob.errors import BackupError, GuardStopped, NotProven, ProfileError, UsageError
from oob.events import Event

if TYPE_CHECKING:
    from oob.profile.model import Profile
    from oob.routing.diff import RouteDiff
    from oob.secret_rules import SecretRules

SHOWN = 40  # lines of a difference that a question shows


@click.group("backup", cls=CommandGroup)
@shared
def command() -> None:
    """Take, list, verify and compare backups of a device.

    WHICH is an id, the beginning of one, `latest` (the latest taken), `good` (the newest that is marked known-good) or
    `found` (the newest broken state that a recovery found).
    """


@command.command("take")
@common
@target_options
@click.option("--change", default="", metavar="ID", help="The change that it is taken for.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is taken.")
@click.option("--command", "command_text", default="", metavar="CMD", help="What prints it, for netmiko:TYPE.")
@several(Shape(kind="backup take"))
def take_backup(settings: Settings, target: str, change: str, reason: str, command_text: str, **options: Any) -> int:
    """Read configuration, routes, neighbours and facts of TARGET in one sitting into a new folder.

    Nothing is changed on the device. A truncated reading, or a reading of another device than the inventory
    names is not kept. Each part is read until the device's hash or a second reading confirms it; exit code 1 where that
    fails: the backup is kept, but cannot be a baseline and is never typed back. With --platform netmiko:TYPE Netmiko
    reads the configuration, and that alone.
    """
    from oob.recovery.api import READ_AGAIN
    from oob.recovery.proof.observe import Collection, take
    from oob.recovery.record.interruption import is_dead_path, steady

    catalogue = Catalogue(settings.home.backups)
    way = reach(settings, target, reopen=READ_AGAIN, **options)
    if over_netmiko.is_meant(way.entry.platform):
        name = "" if "://" in target else way.entry.name
        reading = over_netmiko.read(way, name=name, command=command_text, change=change, reason=reason)
        return _tell(settings, catalogue.write(reading))
    if command_text:
        raise UsageError(f"{way.entry.platform} has a profile, which says what to read; --command is for netmiko:TYPE")
    way.events.subscribe(functools.partial(_progress, settings))

    def read() -> Backup:
        facts = way.device.facts()
        name = facts.hostname if "://" in target else way.entry.name
        sitting = Collection(
            name=name,
            change=change,
            reason=reason,
            addresses=way.entry.critical_addresses,
            last=catalogue.best(name),
            facts=facts,
        )
        return take(way.device, catalogue, sitting, way.events.emit)

    with way:
        backup = steady(way, read, is_dead_path)
    return _tell(settings, backup)


@command.command("list")
@common
@optional_device_argument
def list_backups(settings: Settings, device: str) -> None:
    """List the backups of DEVICE, or all of them, newest first."""
    if device:
        entries = _entries(Catalogue(settings.home.backups), device)
        settings.answer([row_of(entry) for entry in entries], "\n".join(map(line_of, entries)))
        return
    listing = BackupListing(settings.home.path, settings.home.backups)
    if settings.as_json:
        settings.answer(listing.rows(), "")
    else:
        settings.answer(None, "\n".join(listing.lines()) or f"there is no backup below {settings.home.backups}")


@command.command("show")
@common
@device_argument
@click.argument("which", shell_complete=backups, default=LATEST)
def show(settings: Settings, device: str, which: str) -> None:
    """Show what backup WHICH (the latest) of DEVICE is: when, how and why it was read, and its files."""
    entry = _locate(Catalogue(settings.home.backups), device, which)
    row = row_of(entry)
    text = [
        f"{name.replace('_', ' '):<12}  {_words(value)}" for name, value in row.items() if value not in ("", None, [])
    ]
    text += [f"{file.stat().st_size:>12}  {file.name}" for file in sorted(entry.folder.iterdir()) if file.is_file()]
    settings.answer(row, "\n".join(text))


@command.command("verify")
@common
@optional_device_argument
@click.argument("which", shell_complete=backups, default="")
def verify(settings: Settings, device: str, which: str) -> int:
    """Check backups byte for byte: WHICH of DEVICE, all of DEVICE, or all there are.

    Exit code 7 where one is damaged or incomplete.
    """
    catalogue = Catalogue(settings.home.backups)
    entries = catalogue.list()
    if device:
        entries = (_locate(catalogue, device, which),) if which else _entries(catalogue, device)
    examined = [(entry, checks.problems(entry.folder, device=entry.device)) for entry in entries]
    rows = [
        {"device": entry.device, "id": entry.id, "problems": [{"kind": each.kind, "text": str(each)} for each in found]}
        for entry, found in examined
    ]
    lines = [f"{entry.device}  {entry.id}  {_sentences(found) or 'intact'}" for entry, found in examined]
    settings.answer(rows, "\n".join(lines) or f"there is no backup below {catalogue.root}")
    return BackupError.exit_code if any(found for _, found in examined) else 0


@command.command("mark-good")
@common
@device_argument
@click.argument("which", shell_complete=backups, default=LATEST)
@click.option("--unverified", is_flag=True, help="Mark it though its readings did not agree.")
@click.option("--yes", is_flag=True, help="Mark it without being asked, though it differs from the baseline.")
def mark_good(settings: Settings, device: str, which: str, unverified: bool, yes: bool) -> None:
    """Say that backup WHICH (the latest taken) of DEVICE is known to be good: recoveries are proven against it.

    Asks first, with the difference, where it differs from the present baseline or is a broken state that a run found.
    One that was not verified is refused; with --unverified it is compared with, but its configuration is never typed.
    """
    catalogue = Catalogue(settings.home.backups)
    entry = _locate(catalogue, device, which)
    new = catalogue.find(device, entry.id)
    for hazard in _hazards(new):
        settings.note(f"oob: WARN {hazard}")
    if (doubts := _doubts(catalogue, new)) and not yes:
        settings.note("\n".join(doubts))
        if not is_attended():
            raise GuardStopped(f"{device}: {doubts[0]}; --yes marks {entry.id} all the same")
        if not confirm(f"Mark {entry.id} as known-good?"):
            raise GuardStopped(f"{device}: {entry.id} was not marked")
    backup = catalogue.mark_good(device, entry.id, by=operator(), unverified=unverified)
    if doubt := backup.manifest.doubt:
        settings.note(f"oob: WARN {doubt}; take a new backup when the device is well")
    table = backup.table
    as_text = f"; {table.lines_as_text} lines of its routing table are compared as text" if table.opaque else ""
    document = {**_document(backup), "lines_as_text": table.lines_as_text}
    settings.answer(document, f"{device}: {backup.manifest.id} is the baseline now{as_text}")


@command.command("unmark")
@common
@device_argument
@click.argument("which", shell_complete=backups)
def unmark(settings: Settings, device: str, which: str) -> None:
    """Take back that backup WHICH of DEVICE is known to be good."""
    catalogue = Catalogue(settings.home.backups)
    entry = _locate(catalogue, device, which)
    backup = catalogue.unmark(device, entry.id, by=operator())
    settings.answer(_document(backup), f"{device}: {backup.manifest.id} is not marked known-good any more")


@command.command("diff")
@common
@device_argument
@click.argument("before", shell_complete=backups, default=GOOD)
@click.argument("after", shell_complete=backups, default=LATEST)
def diff(settings: Settings, device: str, before: str, after: str) -> int:
    """Compare two backups of DEVICE, configuration and routes: BEFORE (the good one) with AFTER (the latest).

    Secrets are masked; that one differs still shows. Exit code 1 where anything differs.
    """
    catalogue = Catalogue(settings.home.backups)
    old, new = (catalogue.find(device, _locate(catalogue, device, which).id) for which in (before, after))
    configuration = _configuration_diff(old, new)
    routes = _route_diff(old, new)
    text = [*configuration, *(routes.lines() if routes else ["the routes cannot be compared: not read into both"])]
    document = {
        "device": device,
        "before": old.manifest.id,
        "after": new.manifest.id,
        "configuration": configuration,
        "routes": routes.as_json() if routes else None,
    }
    equal = f"equal: {old.manifest.id} and {new.manifest.id}"
    settings.answer(document, "\n".join(text) or equal, is_copied=True)
    return NotProven.exit_code if configuration or (routes and not routes.is_equal) else 0


command.add_command(find)
command.add_command(prune)
command.add_command(import_from)
command.add_command(export_to)


# --- choosing backups


def _entries(catalogue: Catalogue, device: str) -> tuple[CatalogueEntry, ...]:
    """Return the backups of *device*; without one raises BackupError with the nearest names."""
    entries = catalogue.list(device)
    if not entries:
        from oob.inventory.simple import suggestion  # loads what checks an inventory

        known = {entry.device: None for entry in catalogue.list()}
        raise BackupError(f"{device}: there is no backup below {catalogue.root}{suggestion(device, known)}")
    return entries


def _locate(catalogue: Catalogue, device: str, which: str) -> CatalogueEntry:
    _entries(catalogue, device)
    return catalogue.locate(device, which)


def _doubts(catalogue: Catalogue, new: Backup) -> list[str]:
    """Return what makes *new* a doubtful baseline: what it is, and how it differs from the present one."""
    doubts = []
    if new.manifest.finder:
        doubts.append(f"{new.manifest.id} is the broken state that run {new.manifest.finder} found")
    with suppress(BackupError):
        old = catalogue.baseline(new.manifest.device)
        routes = _route_diff(old, new)
        lines = [*_configuration_diff(old, new), *(routes.lines() if routes and not routes.is_equal else ())]
        if lines:
            cut = [f"... and {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
            doubts += [f"it differs from the baseline {old.manifest.id}:", *lines[:SHOWN], *cut]
    return doubts


def _hazards(new: Backup) -> tuple[str, ...]:
    """Return the dangers of restoring *new* at 3 a.m.: logins and names that need a server."""
    from oob.recovery.ladder import hazard

    profile = _profile(new.manifest.platform)
    if profile is None:
        return ()
    found = hazard.find(profile, new)
    return (*(f"restoring it would lock you out of the console: {text}" for text in found.lockouts), *found.cautions)


# --- how it is shown


def _tell(settings: Settings, backup: Backup) -> int:
    manifest = backup.manifest
    doubt = f", NOT VERIFIED: {', '.join(manifest.unverified)}" if manifest.unverified else ""
    text = f"{manifest.device}: {manifest.id}, {routes_of(manifest)}{doubt}: {backup.folder}"
    settings.answer(_document(backup), text)
    return NotProven.exit_code if doubt else 0


def _words(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{part}: {how}" for part, how in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _document(backup: Backup) -> dict[str, Any]:
    manifest = backup.manifest
    return row_of(CatalogueEntry(id=manifest.id, device=manifest.device, folder=backup.folder, manifest=manifest))


def _progress(settings: Settings, event: Event) -> None:
    if event.name == events.READING_UNVERIFIED:
        settings.note(f"oob: WARN {event.text}")
    elif event.name.startswith("reading."):
        settings.note(f"oob: {event.text}")


def _sentences(found: Iterable[checks.Problem]) -> str:
    return "; ".join(map(str, found))


# --- how two differ


def _configuration_diff(old: Backup, new: Backup) -> list[str]:
    """Return the lines of a diff by the rules that a proof goes by, so that the two never disagree."""
    from oob.recovery.ladder.difference import kept_like, shown
    from oob.secret.masking import mask_configuration
    from oob.secret_rules import SecretRules

    profile = _profile(new.manifest.platform)
    after = kept_like(profile, old, new) if profile else new.configuration
    text = shown(profile, old.configuration, after, (old.manifest.id, new.manifest.id))
    secrets = profile.secrets if profile else SecretRules()
    masked = {**_masked_lines(after, secrets), **_masked_lines(old.configuration, secrets)}
    # The rules are for lines of a configuration, not those of a diff with its mark in front.
    hidden = (masked.get(line[1:]) or mask_configuration(line[1:], secrets) for line in text.splitlines())
    return [f"{line[:1]}{rest}" for line, rest in zip(text.splitlines(), hidden, strict=True)]


def _masked_lines(configuration: str, secrets: SecretRules) -> dict[str, str]:
    """Return how each line comes out of the masking; the section tells a secret from a name that looks like one.

    A line that holds a secret in one section and none in another is masked in both.
    """
    from oob.secret.masking import mask_configuration

    pairs = zip(configuration.split("\n"), mask_configuration(configuration, secrets).split("\n"), strict=True)
    found: dict[str, str] = {}
    for line, masked in pairs:
        if line not in found or masked != line:
            found[line] = masked
    return found


def _profile(platform: str) -> Profile | None:
    """Return the platform's profile, None where an imported backup has none."""
    from oob.profile.store import load

    try:
        return load(platform)
    except ProfileError:
        return None


def _route_diff(old: Backup, new: Backup) -> RouteDiff | None:
    if old.manifest.routes is None or new.manifest.routes is None:
        return None
    from oob.routing.diff import diff as diff_routes

    return diff_routes(old.table, new.table)
