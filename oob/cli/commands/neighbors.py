"""`oob neighbors`: the links of a device, as LLDP and CDP tell them over its console."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from oob.cli.columns import table
from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import reach, target_options
from oob.errors import UsageError

HEADING = ("LOCAL", "NEIGHBOUR", "PORT", "ADDRESS", "PROTOCOL", "IN THE INVENTORY")


@click.command("neighbors")
@common
@target_options
@target_argument
def command(settings: Settings, target: str, **options: Any) -> None:
    """Show the LLDP and CDP neighbours of TARGET, and which of them the inventory has.

    Reading changes nothing. For neighbours that the inventory does not have, entries are proposed. The rows come from
    ntc-templates; templates in the home's folder `templates` come first.
    """
    import yaml

    from oob.adapters.neighbours import COMMANDS, known_as, link_neighbours, proposed
    from oob.adapters.tables import Unparsed, check_installed
    from oob.inventory.inventory import Inventory

    check_installed()
    way = reach(settings, target, only_reads=True, **options)
    if way.entry.platform not in COMMANDS:
        raise UsageError(f"no template reads the neighbours of {way.entry.platform}; known: {', '.join(COMMANDS)}")
    names = frozenset(device.name for device in Inventory.load(settings.home))
    found, notes = [], []
    with way.open() as device:
        for protocol, text in COMMANDS[device.platform].items():
            output = device.run(text)
            try:
                found += link_neighbours(device.platform, protocol, output.text, settings.home.templates)
            except Unparsed as error:
                said = next(filter(None, map(str.strip, output.text.splitlines())), "nothing")
                notes.append(f"{protocol}: no neighbour read ({error}); the device said {said!r}")
    for note in notes:
        settings.note(f"oob: {note}")
    links = [{**asdict(each), "device": known_as(each.name, names)} for each in found]
    shown = [
        (
            each["local"],
            each["name"],
            each["interface"],
            each["address"] or "-",
            each["protocol"],
            each["device"] or "no",
        )
        for each in links
    ]
    entries = proposed(found, names)
    document = {"device": way.entry.name, "neighbours": links, "notes": notes, "proposed": entries}
    text = table(HEADING, shown) if shown else "no neighbour"
    if entries:
        text += f"\n\nproposed for inventory/hosts.d:\n{yaml.safe_dump(entries, sort_keys=False)}"
    settings.answer(document, text)
