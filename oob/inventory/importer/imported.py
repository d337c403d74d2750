"""The devices that an importer found in another tool's file, and notes about what it left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oob.inventory.device import InventoryDevice


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Devices with what their source knows of them; *notes* are sentences about the parts left behind."""

    devices: tuple[InventoryDevice, ...]
    notes: tuple[str, ...] = ()


class Names:
    """The names that an importer has come across so far, each of which may be there once."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def fault(self, name: str) -> str:
        """Return the fault of one more device called *name*, empty without one."""
        if not name:
            return "has no name"
        if name in self._met:
            return f"{name} is there twice"
        self._met.add(name)
        return ""


def collected(devices: Iterable[InventoryDevice], notes: Iterable[str] = ()) -> Imported:
    """Return the result of an import, with a note about the devices whose platform is not known."""
    found = tuple(devices)
    unnamed = [device.name for device in found if not device.platform]
    said = list(notes)
    if unnamed:
        said.append(f"no platform is known for {_some(unnamed)}; give it in hosts.yaml")
    return Imported(devices=found, notes=tuple(said))


def left_behind(names: list[str]) -> list[str]:
    """Return the note about devices whose passwords stand in the source."""
    return [f"passwords of {_some(names)} were not taken over; oob secrets edit keeps them encrypted"] if names else []


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
