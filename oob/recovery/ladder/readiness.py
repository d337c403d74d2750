"""Check that a rollback over the console lacks nothing, before the change happens. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from oob.backup.catalogue import GOOD, Catalogue
from oob.backup.folder import Backup
from oob.errors import BackupError
from oob.inventory.device import InventoryDevice
from oob.profile.model import Profile
from oob.recovery.ladder import hazard
from oob.recovery.ladder.plan import undrilled


def missing(entry: InventoryDevice, profile: Profile, catalogue: Catalogue, *, change: str = "") -> tuple[str, ...]:
    """Return one sentence for each missing part; empty where a rollback is prepared."""
    return (*_of_inventory(entry), *_of_platform(profile), *_of_backup(entry, profile, catalogue, change))


def _of_inventory(entry: InventoryDevice) -> Iterator[str]:
    if not entry.paths:
        yield "no path to the console is known"
    elif len(entry.paths) == 1:
        yield f"there is only one path to the console, {entry.paths[0].name}: when it dies there is no other"
    if not entry.expect.serial:
        yield "the inventory does not name the serial number of the device"
    if not entry.critical_prefixes and not entry.critical_addresses:
        yield "no critical prefix or address is named: only the routing table would prove the recovery"
    if not entry.authorised:
        yield "no person is named who may authorise a recovery"
    if not entry.contacts:
        yield "no contact is named for the time of a recovery"


def _of_platform(profile: Profile) -> Iterator[str]:
    if not profile.strategies:
        yield f"no rollback of {profile.title} is known"
    elif profile.timer is None:
        yield f"{profile.title} has no revert timer for a failed attempt"
    if why := undrilled(profile):
        yield why


def _of_backup(entry: InventoryDevice, profile: Profile, catalogue: Catalogue, change: str) -> Iterator[str]:
    try:
        good: Backup = catalogue.find(entry.name, GOOD)
    except BackupError as error:
        yield f"no backup to roll back to: {error}"
        return
    if good.manifest.doubt:
        yield good.manifest.doubt
    hazards = hazard.find(profile, good)
    yield from (f"a console login that needs no server: {reason}" for reason in hazards.lockouts)
    yield from hazards.cautions
    newest = catalogue.list(entry.name)[0]
    if newest.id != good.manifest.id:
        yield f"the newest backup {newest.id} is not the known-good one, {good.manifest.id}"
    if change and good.manifest.change != change:
        yield f"the known-good backup was not taken for {change}"
