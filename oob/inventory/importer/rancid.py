"""RANCID's router.db: `name;type;state;comment`, separated by colons before version 3."""

from __future__ import annotations

from pathlib import Path

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import Device
from oob.inventory.importer.imported import Imported, collected
from oob.inventory.importer.platform import platform


def read(path: Path) -> Imported:
    """Return the devices that are up; the name of the folder, RANCID's group, becomes their group."""
    devices, down = [], []
    for number, line in enumerate(document.text(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, kind, state = _fields(line, f"{path.name}:{number}")
        if state != "up":
            down.append(f"{name} is {state}")
            continue
        group = path.absolute().parent.name
        devices.append(Device(name=name, platform=platform(kind), hostname=name, groups=(group,) if group else ()))
    notes = [f"left out, since RANCID does not collect them: {'; '.join(down)}"] if down else []
    return collected(path.name, devices, notes)


def _fields(line: str, where: str) -> tuple[str, str, str]:
    fields = [field.strip() for field in line.split(";" if ";" in line else ":")]
    if len(fields) < 3:
        raise InventoryError(f"{where}: should be name;type;state")
    name, kind, state = fields[:3]
    if not name or not kind or not state:
        raise InventoryError(f"{where}: name, type or state is empty")
    return name, kind, state.lower()
