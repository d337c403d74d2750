"""The answer of `oob` alone: the state of this home, and the next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from oob.backup.catalogue import Catalogue
from oob.errors import OobError
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory

WIDTH = 38
NEWEST = 10


def first_steps(home: Home) -> tuple[dict[str, object], str]:
    """Return the state of *home* and the commands that help most from here on, as a document and as lines."""
    steps = tuple(_steps(home))
    said = [f"oob gets a network device back over its console. Home: {home.path}", ""]
    said += [f"  {command:<{WIDTH}}  {reason}" for command, reason in steps]
    document: dict[str, object] = {
        "home": str(home.path),
        "next": [{"command": command, "reason": reason} for command, reason in steps],
    }
    return document, "\n".join([*said, "", "All commands: oob --help"])


def _steps(home: Home) -> Iterator[tuple[str, str]]:
    try:
        devices = Inventory.load(home).names()
    except OobError as error:
        yield "oob inventory check", f"the inventory cannot be read: {error}"
        return
    if not devices:
        yield "oob drill", "see a recovery without any device"
        yield "oob ports", "see which serial adapters there are"
        yield "oob console serial:///dev/ttyUSB0", "look at a console"
        yield "oob inventory import TOOL FILE", "take the devices over that another tool knows"
        return
    for run, device in _unfinished(home):
        yield f"oob resume {run}", f"resume the recovery of {device}, which has not ended"
    if not home.secrets.exists():
        yield "oob secrets edit", "keep the logins in an encrypted file"
    entries = Catalogue(home.backups).list()
    kept, good = ({entry.device for entry in entries if entry.is_good or not only} for only in (False, True))
    lacking = [name for name in devices if name not in kept]
    unproven = [name for name in devices if name not in good]
    if lacking:
        yield f"oob backup take {lacking[0]}", f"{len(lacking)} of {len(devices)} devices have no backup"
    elif unproven:
        yield f"oob backup mark-good {unproven[0]}", f"{len(unproven)} of {len(devices)} devices have no baseline"
    yield "oob inventory check", "see what a recovery would miss"
    if known := [name for name in devices if name in good]:
        yield f"oob plan {known[0]}", "see what a recovery would do; nothing is touched"
        yield f"oob verify {known[0]}", "compare a device with its baseline"
        yield f"oob recover {known[0]}", "roll a device back and prove it"
    else:
        yield f"oob probe {devices[0]}", "try every path to a device"
    yield f"oob card {devices[0]}", "print a page for the person at the rack"


def _unfinished(home: Home) -> Iterator[tuple[str, str]]:
    """Give the newest recoveries that were interrupted, with their devices; damaged journals are for `oob runs`."""
    from oob.recovery.record.journal import MISSHAPEN, NAME, read  # only after a recovery
    from oob.recovery.record.run_state import RunState

    for path in sorted(home.runs.glob(f"*/{NAME}"), reverse=True)[:NEWEST]:
        with suppress(*MISSHAPEN):
            history = read(path)
            if history.entries and not history.damage and not RunState.of(history.entries).ended:
                yield path.parent.name, history.entries[0].device
