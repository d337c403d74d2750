"""The cost of a recovery on a path with a byte budget, checked in advance."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from oob.backup.catalogue import Catalogue
from oob.backup.folder import CONFIGURATION, NEIGHBOURS_TEXT, ROUTES_TEXT, Backup
from oob.device.device import Device
from oob.errors import BackupError, UsageError
from oob.transport.access import Access

_WORDS: Final = {
    CONFIGURATION: "reading the configuration",
    ROUTES_TEXT: "reading the routing tables",
    NEIGHBOURS_TEXT: "reading the neighbours",
}


def afford(device: Device, backup: Backup | None, file: str) -> None:
    """Raise BudgetSpent where reading again what *file* of *backup* holds would break the budget of the path in use."""
    if device.budget and backup:
        device.budget.want(_size(backup, file), _WORDS[file])


def afford_command(device: Device, catalogue: Catalogue, name: str, command: str) -> None:
    """Do the same as `afford` for a *command* of an operator, whose size the last backup of *name* tells."""
    if device.budget is None:
        return
    configuration = device.profile.configuration
    reads = {
        CONFIGURATION: configuration.read.commands if configuration else (),
        ROUTES_TEXT: tuple(each for query in device.profile.routes for each in query.commands),
    }
    for file, commands in reads.items():
        if command in commands:
            with suppress(BackupError, UsageError):  # its size is unknown
                afford(device, catalogue.find(name, "latest"), file)


def expect(access: Access, size: int) -> None:
    """Refuse paths whose budget has less than *size* bytes left."""
    for budget in access.budgets.values():
        budget.expect(size)


def of_reading(backup: Backup) -> int:
    """Return the bytes of reading all that *backup* holds."""
    return sum(_size(backup, file) for file in _WORDS)


def of_recovery(target: Backup, baseline: Backup) -> int:
    """Return the bytes of a recovery: the broken state read, *target* sent and echoed, all of it read back."""
    return 2 * of_reading(baseline) + 2 * _size(target, CONFIGURATION)


def _size(backup: Backup, file: str) -> int:
    return backup.manifest.files[file].size if file in backup.manifest.files else 0
