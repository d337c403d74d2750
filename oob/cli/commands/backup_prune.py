"""`oob backup prune`: remove old backups, never a baseline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from oob.backup.catalogue import Catalogue
from oob.cli.ask import confirm
from oob.cli.naming import optional_device_argument
from oob.cli.options import Settings, common, is_attended
from oob.errors import GuardStopped, JournalError, UsageError
from oob.inventory.home import Home

PLANS = (".json", ".yaml", ".yml")


@click.command("prune")
@common
@optional_device_argument
@click.option(
    "--keep", type=click.IntRange(min=1), required=True, metavar="N", help="Keep the newest N of each device."
)
@click.option("--plan", "plans", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Remove them without asking.")
def prune(settings: Settings, device: str, keep: int, plans: tuple[Path, ...], yes: bool) -> None:
    """Remove old backups of DEVICE, or of all devices, after showing which.

    A baseline stays, also an earlier one; so does a damaged backup, and what a plan or a run that has not ended refers
    to: plans in the home, and those given with --plan. Snapshots of broken states are counted by themselves.
    """
    from oob.backup.retention import removable

    catalogue = Catalogue(settings.home.backups)
    found = tuple(removable(catalogue.list(device), keep, frozenset(_referred(settings.home, plans))))
    lines = [f"{entry.device}  {entry.id}" for entry in found]
    if found and not yes:
        settings.note("\n".join(("These would be removed:", *lines)))
        if not is_attended():
            raise UsageError("nothing was removed: there is no terminal to ask on; --yes removes them")
        if not confirm(f"Remove these {len(found)} backups?"):
            raise GuardStopped("nothing was removed")
    for entry in found:
        catalogue.remove(entry)
    rows = [{"device": entry.device, "id": entry.id} for entry in found]
    settings.answer(rows, "\n".join([*lines, f"{len(found)} backups removed"] if found else ["nothing is old enough"]))


def _referred(home: Home, plans: tuple[Path, ...]) -> Iterator[str]:
    """Yield the id of each backup that a plan, or the journal of a run that has not ended, mentions."""
    from oob.backup.retention import ids_in

    kept = [path for folder in (home.path, home.path / "plans") for path in folder.glob("*") if path.suffix in PLANS]
    journals = [path for path in home.runs.glob("*/journal.jsonl") if not _has_ended(path)]
    for path in (*plans, *kept, *journals):
        try:
            yield from ids_in(path.read_text("utf-8", "replace"))
        except OSError as error:
            raise UsageError(f"{path}: nothing was removed, it cannot be read: {error.strerror}") from error


def _has_ended(journal: Path) -> bool:
    """Tell whether a run has ended; one whose journal is damaged may not have."""
    from oob.recovery.record.journal import read
    from oob.recovery.record.run_state import RunState

    with suppress(JournalError):
        return bool(RunState.of(read(journal).entries).ended)
    return False
