"""What the tests of importers share: reading a file by the folder that it lies in, and the way through an inventory."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path

from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home
from oob.inventory.importer.imported import Imported
from oob.inventory.importer.merge import Merged, merge
from oob.inventory.inventory import Inventory

Summary = dict[str, tuple[str, str, list[str]]]


def read(path: Path, tool: str) -> Imported:
    """Return what the importer of *tool* makes of *path*."""
    imported: Imported = import_module(f"oob.inventory.importer.{tool}").read(path)
    return imported


def summary(imported: Imported) -> Summary:
    """Return platform, address and console URLs of each device."""
    return {
        device.name: (device.platform, device.hostname, [path.url for path in device.paths])
        for device in imported.devices
    }


def through_an_inventory(home: Home, imported: Imported, day: int = 4) -> tuple[Merged, tuple[InventoryDevice, ...]]:
    """Write what was imported into the files of *home*, and read them again."""
    merged = merge(home, imported, tool="a tool", source=Path("a file"), today=date(2026, 3, day))
    return merged, tuple(Inventory.load(home))
