"""`oob backup find`: copies of a configuration in the catalogue, in the home's other places, and on the device."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from oob.cli.naming import device_argument
from oob.cli.options import Day, Regex, Settings, common
from oob.cli.target import target_options


@click.command("find")
@common
@target_options
@device_argument
@click.option("--text", type=Regex(), default="", metavar="REGEX", help="The configuration matches this.")
@click.option("--software", default="", metavar="VERSION", help="The software begins with this.")
@click.option("--since", type=Day(), default="", metavar="DATE", help="Taken on this day or later: 2026-11-30.")
@click.option("--on-device", is_flag=True, help="List what the device itself keeps too, over its console.")
def find(settings: Settings, device: str, text: str, software: str, since: str, on_device: bool, **options: Any) -> int:
    """Find copies of DEVICE's configuration, the best first; those of a broken state are labelled, and come last.

    Searched are the catalogue and the places in places.yaml of the home: folders, git repositories, mounted sticks.
    """
    from oob.backup.catalogue import Catalogue
    from oob.backup.search import NAME, places, search

    others = places(settings.home.path / NAME)
    catalogue = Catalogue(settings.home.backups)
    found = search(catalogue, others, device, text=text or "", software=software, since=since)
    rows = [asdict(copy) for copy in found]
    lines = [
        f"{copy.taken:<20}  {copy.place:<10}  {copy.software or '-':<12}  {copy.state or '-':<26}  {copy.where}"
        for copy in found
    ]
    if on_device:
        kept = _on_device(settings, device, options)
        rows += [{"device": device, "place": "device", "where": name} for name in kept]
        lines += [f"{'-':<20}  {'device':<10}  {'-':<12}  {'-':<26}  {name}" for name in kept]
    settings.answer(rows, "\n".join(lines) or f"{device}: no copy of its configuration was found")
    return 0 if rows else 1


def _on_device(settings: Settings, device: str, options: dict[str, Any]) -> list[str]:
    from oob.cli.target import reach

    with reach(settings, device, only_reads=True, **options).open() as opened:
        return [checkpoint.name for checkpoint in opened.checkpoints()]
