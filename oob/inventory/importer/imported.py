"""What an importer has found in another tool's file, and what it could not take over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oob.errors import InventoryError
from oob.inventory.device import Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Devices with what their source knows of them; *notes* are sentences about what was left behind."""

    devices: tuple[Device, ...]
    notes: tuple[str, ...] = ()


def collected(source: str, devices: Iterable[Device], notes: Iterable[str] = ()) -> Imported:
    """Return the result of an import; raises InventoryError where a device is there twice."""
    found: dict[str, Device] = {}
    for device in devices:
        if device.name in found:
            raise InventoryError(f"{source}: {device.name} is there twice")
        found[device.name] = device
    unnamed = [device.name for device in found.values() if not device.platform]
    said = list(notes)
    if unnamed:
        said.append(f"no platform is known for {_some(unnamed)}; give it in hosts.yaml")
    return Imported(devices=tuple(found.values()), notes=tuple(said))


def left_behind(names: list[str]) -> list[str]:
    """Return the note about devices whose passwords stand in the source."""
    return [f"passwords of {_some(names)} were not taken over; oob secrets edit keeps them encrypted"] if names else []


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
