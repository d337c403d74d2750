"""Oxidized's router.db, with the columns that its configuration file gives them.

The configuration beside the file (`config`), or given in its place, says which column is what; without one the two
forms of Oxidized's documentation are told apart: `name:model` and `name:ip:model:username:password:enable`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import Device
from oob.inventory.document import Document
from oob.inventory.importer.imported import Imported, collected, left_behind
from oob.inventory.importer.platform import platform

CONFIGURATION = "config"
SHORT = {"name": 0, "model": 1}
LONG = {"name": 0, "ip": 1, "model": 2, "username": 3, "password": 4, "enable": 5}
SECRET = ("password", "enable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column is what; none of *columns* where nobody says. *models* are names that a site has for models."""

    delimiter: re.Pattern[str] = re.compile(":")
    columns: Mapping[str, int] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    model: str = ""


def read(path: Path) -> Imported:
    """Return the devices of a router.db, or of the one that the configuration *path* names."""
    configuration = path if _is_configuration(path) else path.with_name(CONFIGURATION)
    columns = Columns()
    if configuration.is_file():
        said = Document.yaml(configuration)
        columns = _columns(said)
        path = _database(said) if path == configuration else path
    devices, secrets = [], []
    for number, fields in _lines(path, columns.delimiter):
        mapping = columns.columns or _guessed(fields, f"{path.name}:{number}")
        row = {name: fields[at] for name, at in mapping.items() if at < len(fields)}
        if not row.get("name"):
            raise InventoryError(f"{path.name}:{number}: there is no name in column {mapping['name'] + 1}")
        if any(row.get(name) for name in SECRET):
            secrets.append(row["name"])
        devices.append(_device(row, columns))
    return collected(path.name, devices, left_behind(secrets))


def _device(row: Mapping[str, str], columns: Columns) -> Device:
    model = row.get("model") or columns.model
    group = row.get("group", "")
    return Device(
        name=row["name"],
        platform=platform(columns.models.get(model, model)),
        hostname=row.get("ip") or row["name"],
        groups=(group,) if group else (),
    )


def _lines(path: Path, delimiter: re.Pattern[str]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(document.text(path).splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, [each.strip() for each in delimiter.split(line)]


def _guessed(fields: list[str], where: str) -> Mapping[str, int]:
    if len(fields) > len(LONG):
        raise InventoryError(
            f"{where}: has {len(fields)} columns: which are what stands in the {CONFIGURATION} beside it"
        )
    try:
        ipaddress.ip_address(fields[1] if len(fields) > 2 else "")
    except ValueError:
        return SHORT
    return LONG


def _is_configuration(path: Path) -> bool:
    return bool(re.search(r"^source:", document.text(path), re.MULTILINE))


def _columns(configuration: Document) -> Columns:
    source = configuration.text("source", "default")
    if source and source not in ("csv", "file"):
        raise configuration.error(f"{source} is no file: export the devices to a router.db", "source", "default")
    if configuration.get("source", "csv", "gpg") is True:
        raise configuration.error("the router.db is encrypted: decrypt it first", "source", "csv", "gpg")
    columns = dict(configuration.mapping("source", "csv", "map") or SHORT)
    columns |= configuration.mapping("source", "csv", "vars_map")
    for name, column in columns.items():
        if not isinstance(column, int) or column < 0:
            raise configuration.error("should be the number of a column", "source", "csv", "map", name)
    if "name" not in columns:
        raise configuration.error("there is no column for the name", "source", "csv", "map")
    return Columns(
        delimiter=_delimiter(configuration),
        columns=columns,
        models={str(name): configuration.text("model_map", name) for name in configuration.mapping("model_map")},
        model=configuration.text("model"),
    )


def _delimiter(configuration: Document) -> re.Pattern[str]:
    """Return the delimiter, which Oxidized writes as a Ruby expression between slashes, or as text."""
    said = configuration.text("source", "csv", "delimiter") or ":"
    pattern = said[1:-1] if len(said) > 2 and said[0] == said[-1] == "/" else re.escape(said)
    try:
        return re.compile(pattern)
    except re.error as error:
        raise configuration.error(f"is no regular expression: {error}", "source", "csv", "delimiter") from error


def _database(configuration: Document) -> Path:
    said = configuration.text("source", "csv", "file")
    if not said:
        raise configuration.error("there is no file", "source", "csv")
    return configuration.path.parent / Path(said).expanduser()
