"""The table of names of a home: what each stood for on the day it was looked up, kept in defaults.yaml."""

from __future__ import annotations

from pathlib import Path

import yaml

from oob import durable
from oob.errors import InventoryError
from oob.inventory.device import NameTable
from oob.inventory.home import Home
from oob.inventory.simple import DEFAULTS

HEAD = "# Addresses as they were on the day below; oob looks no name up anywhere else.\n"


def render(table: NameTable) -> str:
    """Return *table* as the text of a defaults.yaml."""
    hosts = {"taken": table.taken, "names": dict(sorted(table.names.items()))}
    return HEAD + yaml.safe_dump({"data": {"oob": {"hosts": hosts}}}, sort_keys=False, allow_unicode=True)


def write(home: Home, table: NameTable) -> Path | None:
    """Keep *table* in defaults.yaml and return its path; None, and nothing written, where more stands in that file."""
    path = home.create(home.inventory) / DEFAULTS
    try:
        if path.exists() and not _is_table_alone(path.read_text(encoding="utf-8")):
            return None
        durable.replace_file(path, render(table).encode())
    except OSError as error:
        raise InventoryError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _is_table_alone(text: str) -> bool:
    content = yaml.safe_load(text) or {}
    for key in ("data", "oob", "hosts"):
        if not isinstance(content, dict) or set(content) - {key}:
            return False
        content = content.get(key) or {}
    return True
