"""`oob backup find`: copies of a configuration in the catalogue, in the home's other places, and on the device."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from oob.cli.naming import device_argument
from oob.cli.options import Day, Regex, Settings, common
from oob.cli.target import target_options

if TYPE_CHECKING:
    from oob.backup.search import FoundCopy


@click.command("find")
@common
@target_options
@device_argument
@click.option("--text", type=Regex(), default="", metavar="REGEX", help="The configuration matches this.")
@click.option("--software", default="", metavar="VERSION", help="The software begins with this.")
@click.option("--since", type=Day(), default="", metavar="DATE", help="Taken on this day or later: 2026-11-30.")
@click.option("--on-device", is_flag=True, help="List what the device itself keeps too, over its console.")
def find(settings: Settings, device: str, text: str, software: str, since: str, on_device: bool, **options: Any) -> int:
    """Find copies of DEVICE's configuration, the best first; those of a broken state are labelled, and come late.

    Searched are the catalogue and the places in places.yaml of the home: folders, git repositories, mounted sticks.
    What the device keeps itself is listed and not read, so it may be the broken state. Damaged copies come last.
    """
    from oob.backup.catalogue import Catalogue
    from oob.backup.search import NAME, places, search

    others = places(settings.home.path / NAME)
    catalogue = Catalogue(settings.home.backups)
    kept = _on_device(settings, device, options) if on_device else ()
    found = search(
        catalogue, others, device, text=text or "", software=software, since=since, on_device=() if text else kept
    )
    for reason in found.unread:
        settings.note(f"oob: WARN not searched: {reason}")
    if text and kept:
        settings.note(f"oob: WARN {len(kept)} copies on the device were not read, so --text leaves them out")
    lines = [
        f"{copy.taken:<20}  {copy.place:<10}  {copy.software or '-':<12}  {copy.state or '-':<26}  {copy.where}"
        for copy in found.copies
    ]
    rows = [asdict(copy) for copy in found.copies]
    settings.answer(rows, "\n".join(lines) or f"{device}: no copy of its configuration was found")
    return 0 if rows else 1


def _on_device(settings: Settings, device: str, options: dict[str, Any]) -> tuple[FoundCopy, ...]:
    """Return the copies on the device itself; nothing of it is read, so it may well be the broken state."""
    from oob.backup.search import FoundCopy
    from oob.cli.target import reach

    with reach(settings, device, only_reads=True, **options).open() as opened:
        checkpoints, files = opened.checkpoints(), opened.kept_files()
    named = {file.name.rpartition("/")[2] for file in files}
    rest = [one.name for one in checkpoints if one.name.rpartition(":")[2].rpartition("/")[2] not in named]
    listed = [(name, "", "checkpoint, not read") for name in rest]
    listed += [(file.show, file.taken, "on its flash, not read") for file in files]
    return tuple(
        FoundCopy(device=device, taken=taken, place="device", where=where, state=state, is_read=False)
        for where, taken, state in listed
    )
