"""Oxidized's devices: its router.db or router.json, read with what its configuration file says of them.

The configuration beside the file (`config`), or given in its place, says which column is what; without one the forms
of Oxidized's documentation are told apart: `name:model:username:password:enable`, of which the first two are enough,
and the same with the address behind the name or behind the model.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer import colon
from oob.inventory.importer.imported import Imported, Names, collected, left_behind
from oob.inventory.importer.oxidized_source import COLON, Source
from oob.inventory.platform import platform

CONFIGURATION = "config"
SHORT = {"name": 0, "model": 1, "username": 2, "password": 3, "enable": 4}
MIDDLE = {"name": 0, "model": 1, "ip": 2, "username": 3, "password": 4, "enable": 5}
BARE = {"name": 0, "ip": 1}
LONG = {"name": 0, "ip": 1, "model": 2, "username": 3, "password": 4, "enable": 5}
SECRET = ("password", "enable")
ENCRYPTED = "-----BEGIN PGP MESSAGE-----"
NOTHING = ("", "nil", "false")  # Oxidized takes the words for what they mean in Ruby
NO_PASSWORD = "true"  # `enable` may say that there is none

Row = tuple[Callable[[str], InventoryError], dict[str, str]]  # what makes an error of its fault, and its content


def read(path: Path) -> Imported:
    """Return the devices of a router.db or router.json, or of the file that the configuration *path* names."""
    source, path = _source(path)
    rows = _objects(ToolDocument.json(path), source) if source.is_json else _lines(path, source)
    devices, secrets, names = [], [], Names()
    for fault, said in rows:
        row = {name: value for name, value in said.items() if value not in NOTHING}
        if wrong := names.fault(row.get("name", "")):
            raise fault(wrong)
        if any(row.get(name, NO_PASSWORD) != NO_PASSWORD for name in SECRET):
            secrets.append(row["name"])
        devices.append(_device(row, source))
    return collected(devices, left_behind(secrets))


def _device(row: Mapping[str, str], source: Source) -> InventoryDevice:
    group = source.group(row.get("group", ""))
    return InventoryDevice(
        name=row["name"],
        platform=platform(source.model(row.get("model", ""), group)),
        hostname=row.get("ip") or row["name"],
        groups=(group,) if group else (),
    )


def _source(path: Path) -> tuple[Source, Path]:
    """Return what the configuration says, and the file that the devices are in."""
    is_configuration = path.suffix != ".json" and re.search(r"^source:", document.text(path), re.MULTILINE)
    configuration = path if is_configuration else path.with_name(CONFIGURATION)
    if not configuration.is_file():
        return Source(is_json=path.suffix == ".json"), path
    source = Source.said(ToolDocument.yaml(configuration))
    if is_configuration:
        return source, configuration.parent / source.file.expanduser()
    return replace(source, is_json=path.suffix == ".json"), path


def _lines(path: Path, source: Source) -> Iterator[Row]:
    """Give the lines of a router.db: what stands in which column."""
    for number, line in enumerate(document.text(path).splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            fault = partial(_fault, path, number)
            try:
                said = _row(line, source)
            except ValueError as error:
                raise fault(str(error)) from error
            yield fault, said


def _row(line: str, source: Source) -> dict[str, str]:
    """Return what stands in which column of a line; raises ValueError where that cannot be told."""
    if line.strip() == ENCRYPTED:
        raise ValueError("is encrypted: decrypt it first")
    fields = [each.strip() for each in source.delimiter.split(line)]
    columns = source.columns or _guessed(fields)
    if source.delimiter == COLON and "ip" in columns:
        fields = colon.together(fields, columns["ip"], partial(_rank, columns, source))
    if not source.columns and len(fields) > len(columns):
        raise ValueError(f"has {len(fields)} columns: which are what stands in the {CONFIGURATION} beside it")
    said = {name: fields[at] for name, at in columns.items() if at < len(fields)}
    if not source.columns and (lost := next((name for name in SECRET if _is_ipv4(said.get(name, ""))), "")):
        raise ValueError(f"{said[lost]} would be a password: the columns stand in the {CONFIGURATION} beside it")
    # An address may have the length of its network behind it.
    return said | {"ip": said["ip"].partition("/")[0]} if "ip" in said else said


def _guessed(fields: list[str]) -> Mapping[str, int]:
    if len(fields) == 1:
        raise ValueError(f"has no colon: what separates the columns stands in the {CONFIGURATION} beside it")
    if _is_address(fields, LONG["ip"]):
        is_bare = len(fields) <= LONG["model"] or not (_is_ipv4(fields[1]) or colon.begins(fields, LONG["ip"]))
        return BARE if is_bare else LONG
    return MIDDLE if _is_address(fields, MIDDLE["ip"]) else SHORT


def _is_address(fields: list[str], at: int) -> bool:
    """Return whether the address of a device stands in column *at*."""
    if _is_ipv4(fields[at] if at < len(fields) else ""):
        return True
    return colon.begins(fields, at) or colon.is_address(":".join(fields[at:]))


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Interface(text)
    except ValueError:
        return False
    return "." in text


def _rank(columns: Mapping[str, int], source: Source, fields: list[str]) -> tuple[bool, ...]:
    """Say how well an address in one piece fits: the columns that there should be, and a model that is one."""
    model = columns.get("model", 0)
    if len(fields) <= model:
        return ()
    width = max(columns.values()) + 1
    return (len(fields) <= width, bool(platform(source.model(fields[model], ""))), len(fields) == width)


def _objects(content: ToolDocument, source: Source) -> Iterator[Row]:
    """Give the objects of a router.json: what stands under which key."""
    keys = source.keys or {name: (name,) for name in LONG}
    for number, row in enumerate(content.entries(*source.location)):
        here = (*source.location, number)
        if row:
            said = {name: content.get(*here, *way) for name, way in keys.items()}
            yield (
                partial(_misplaced, content, here),
                {name: content.text(*here, *keys[name]) for name, value in said.items() if not isinstance(value, bool)},
            )


def _fault(path: Path, number: int, reason: str) -> InventoryError:
    return InventoryError(f"{path.name}:{number}: {reason}")


def _misplaced(content: ToolDocument, here: tuple[Hashable, ...], reason: str) -> InventoryError:
    return content.error(reason, *here)
