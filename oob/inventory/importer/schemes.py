"""Which paths of another tool's file are imported: those over a network or a serial port, unless told otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.importer.imported import Imported
from oob.naming import name_fault

# What a path of these does on the machine that runs oob.
LOCAL: Final = {
    "exec": "starts a program",
    "record": "writes a file",
    "replay": "plays a file",
    "fault": "breaks the path on purpose",
}

REMOTE: Final = frozenset({"serial", "tcp", "telnet", "rfc2217", "ssh", "console", "sol", "unknown"})


def local_parts(url: str) -> tuple[str, ...]:
    """Return the scheme and wrappers of *url* that do something on this machine, outermost first."""
    scheme = url.partition("://")[0].lower()
    return tuple(part for part in scheme.split("+") if part in LOCAL)


def screened(imported: Imported, allowed: Collection[str] = (), *, families: Collection[str] = ()) -> Imported:
    """Return *imported* without devices that cannot be named so, and without paths that do something on this machine.

    Each is in a note; paths of *allowed* schemes stay. *families* are schemes of console servers, which are remote.
    """
    known = REMOTE | frozenset(families)
    notes = list(imported.notes)
    named = [device for device in imported.devices if not name_fault(device.name)]
    notes += [
        f"{device.name!r} was not imported: its name {name_fault(device.name)}"
        for device in imported.devices
        if name_fault(device.name)
    ]
    devices = tuple(_screened(device, known, allowed, notes) for device in named)
    return Imported(devices=devices, notes=tuple(notes))


def _screened(
    device: InventoryDevice, known: Collection[str], allowed: Collection[str], notes: list[str]
) -> InventoryDevice:
    refused = {path: parts for path in device.paths if (parts := tuple(_refused(path, known, allowed)))}
    for path, parts in refused.items():
        why = " and ".join(f"{part} {LOCAL.get(part, 'is not a network or serial scheme')}" for part in parts)
        options = " ".join(f"--allow-scheme {part}" for part in parts)
        notes.append(f"{device.name}: path {path.url} was not imported: {why} ({options} imports it)")
    return replace(device, paths=tuple(path for path in device.paths if path not in refused)) if refused else device


def _refused(path: ConsolePath, known: Collection[str], allowed: Collection[str]) -> Iterator[str]:
    """Yield the parts of a path's scheme that may not be imported; wrappers are all local."""
    *wrappers, scheme = path.url.partition("://")[0].lower().split("+")
    return (part for part in (*wrappers, *([] if scheme in known else [scheme])) if part not in allowed)
