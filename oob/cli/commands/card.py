"""`oob card`: one page for the person at the rack, which works on paper when oob itself is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import click

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.cli import by_hand
from oob.cli.naming import device_argument
from oob.cli.options import Settings, common
from oob.errors import UsageError
from oob.inventory.device import InventoryDevice
from oob.inventory.inventory import Inventory
from oob.profile.model import Profile
from oob.profile.store import load
from oob.recovery.record.results import DeviceResult, Results, utc_now

CABLE = "RJ45 console ports take a rollover cable; 9600 bit/s, 8 bits, no parity, no flow control unless said otherwise"


@click.command("card")
@common
@device_argument
def command(settings: Settings, device: str) -> None:
    """Print one page for the person at the rack of DEVICE: paths, cable, and what to type if oob itself is gone.

    No password is on it.
    """
    entry = Inventory.load(settings.home).device(device)
    if not entry.platform:
        raise UsageError(f"{device}: the inventory does not say what it runs")
    profile = load(entry.platform)
    backup = Catalogue(settings.home.backups).best(device)
    rollbacks: list[Any] = [{"title": title, "lines": lines} for title, lines in by_hand.rollbacks(profile)]
    sections: dict[str, list[Any]] = {
        "device": list(_device(entry, profile)),
        "console": list(_console(entry)),
        "backup": list(_backup_lines(backup)),
        "with_oob": [f"oob console {device}", f"oob verify {device}", f"oob plan {device}", f"oob recover {device}"],
        "by_hand": [*by_hand.login(profile), *(rollbacks or ["no rollback is known: undo the change line by line"])],
        "check": list(_check(entry, profile)),
    }
    settings.answer(
        {"name": device, "date": date.today().isoformat(), **sections},
        "\n".join(_page(device, sections)),
        is_copied=True,
    )
    printed = DeviceResult(device=device, at=utc_now(), seconds=0.0, exit_code=0, text="printed")
    with suppress(UsageError):  # a home that takes nothing: then it is not known that it was printed
        Results(settings.home, "card").add(printed)  # for `oob ready`


def _page(device: str, sections: dict[str, list[Any]]) -> Iterator[str]:
    yield f"{device.upper()}    printed {date.today()}"
    titles = {
        "device": "THE DEVICE",
        "console": "THE WAYS TO ITS CONSOLE, in this order",
        "backup": "WHAT IT GOES BACK TO",
        "with_oob": "WITH OOB",
        "by_hand": "BY HAND, the first that works",
        "check": "THEN SEE THAT IT IS BACK",
    }
    for name, title in titles.items():
        yield from ("", title)
        for line in sections[name]:
            if isinstance(line, str):
                yield f"  {line}"
                continue
            yield f"  * {line['title']}"
            yield from (f"      {each}" for each in line["lines"])


def _device(entry: InventoryDevice, profile: Profile) -> Iterator[str]:
    yield f"{profile.title}; in-band {entry.hostname or 'not known'}"
    expected = [f"serial number {entry.expect.serial}"] if entry.expect.serial else []
    expected += [f"calls itself {entry.expect.hostname}"] if entry.expect.hostname else []
    yield f"make sure it is the right one: {', '.join(expected) or 'the inventory does not say how'}"
    if entry.authorised:
        yield f"recovery may be authorised by {', '.join(entry.authorised)}"


def _console(entry: InventoryDevice) -> Iterator[str]:
    yield CABLE
    hosts = entry.hosts.names if entry.hosts else {}
    for path in entry.paths:
        typed, about = by_hand.reach(path.url, hosts)
        carrier = f", carrier {path.carrier}" if path.carrier else ""
        yield f"{path.name}: {path.url}{carrier}"
        yield f"    {typed}{'    ' if typed and about else ''}{f'({about})' if about else ''}"
    if not entry.paths:
        yield "none is known"


def _backup_lines(backup: Backup | None) -> Iterator[str]:
    if backup is None:
        yield "there is no backup that is whole"
        return
    manifest = backup.manifest
    standing = "known-good" if manifest.known_good else "the latest, NOT marked known-good"
    yield f"{manifest.id}, {standing}, software {manifest.version or 'not known'}"
    if manifest.doubt:
        yield f"NOT VERIFIED: {manifest.doubt}"
    yield f"{backup.folder / 'config.txt'}"
    yield f"SHA-256 {manifest.files['config.txt'].sha256}"


def _check(entry: InventoryDevice, profile: Profile) -> Iterator[str]:
    queries = (*profile.routes, *profile.neighbours)
    yield from (command for query in queries for command in query.commands)
    if profile.ping:
        for critical in entry.critical_addresses:
            if typed := profile.ping.typed(critical.target, critical.vrf):
                yield typed
    yield from (f"there must be a route to {critical.target}" for critical in entry.critical_prefixes)
