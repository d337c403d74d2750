"""RANCID's router.db: `name;type;state;comment`, separated by colons before version 3."""

from __future__ import annotations

from pathlib import Path

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import InventoryDevice
from oob.inventory.importer import colon
from oob.inventory.importer.imported import Imported, Names, collected
from oob.inventory.platform import platform

UP = "up"


def read(path: Path) -> Imported:
    """Return the devices that are up; the name of the folder, RANCID's group, becomes their group.

    Names are in lower case, and of a device that is there twice the first line counts, as RANCID itself has it.
    """
    group = path.absolute().parent.name
    devices, down, again, names = [], [], [], Names()
    for number, line in enumerate(document.text(path).splitlines(), 1):
        if not line.strip() or line.strip()[0] in "#;":
            continue
        name, kind, state, comment = _fields(line, f"{path.name}:{number}")
        if names.fault(name):
            again.append(f"line {number} was passed over: {name} is there twice")
        elif state != UP:
            down.append(f"{name} is {state}{f' ({comment})' if comment else ''}")
        else:
            devices.append(
                InventoryDevice(name=name, platform=platform(kind), hostname=name, groups=(group,) if group else ())
            )
    notes = [f"left out, since RANCID does not collect them: {'; '.join(down)}"] if down else []
    return collected(devices, notes + again)


def _fields(line: str, where: str) -> tuple[str, str, str, str]:
    separator = ";" if _has_semicolons(line) else ":"
    fields = [field.strip() for field in line.split(separator)]
    if separator == ":":
        try:
            fields = colon.together(fields, 0, _rank)
        except ValueError as error:
            raise InventoryError(f"{where}: {error}") from error
    if len(fields) < 3:
        raise InventoryError(f"{where}: should be name;type;state")
    name, kind, state = fields[:3]
    if not name or not kind or not state:
        raise InventoryError(f"{where}: name, type or state is empty")
    return name.lower(), kind, state.lower(), separator.join(fields[3:])


def _has_semicolons(line: str) -> bool:
    """Tell which of the two separators a line has: a comment may hold either, and no name is an address with colons."""
    before, semicolon, _ = line.partition(";")
    return bool(semicolon) and (":" not in before or colon.is_address(before.strip()))


def _rank(fields: list[str]) -> tuple[bool, ...]:
    if len(fields) < 3 or not fields[1] or not fields[2]:
        return ()
    return (fields[2].lower() == UP, bool(platform(fields[1])))
