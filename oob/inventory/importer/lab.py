"""A lab of any program: told apart by the file's name, else by its content."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from oob.errors import UsageError
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported

SUFFIXES = {".gns3": "gns3", ".unl": "eve_ng"}


def read(path: Path, server: str = "") -> Imported:
    """Return the routers of a lab of containerlab, vrnetlab, GNS3, EVE-NG or CML; *server* is where it runs."""
    tool = SUFFIXES.get(path.suffix) or ("cml" if _is_cml(path) else "containerlab")
    imported: Imported = import_module(f"oob.inventory.importer.{tool}").read(path)
    return placed(imported, tool, server) if server else imported


def placed(imported: Imported, tool: str, server: str) -> Imported:
    """Put the address *server* where *tool* only knows that there is one; raises UsageError where it knows more."""
    names = getattr(import_module(f"oob.inventory.importer.{tool}"), "SERVERS", ())
    if not names:
        raise UsageError(f"{tool} says itself where things are; --server is for labs of CML, EVE-NG and GNS3")
    hosts = {urlsplit(path.url).hostname for device in imported.devices for path in device.paths}
    name = next((each for each in names if each in hosts), names[0])
    devices = tuple(_placed(device, name, server) for device in imported.devices)
    notes = tuple(note for note in imported.notes if not note.startswith(f"{name} stands for"))
    return Imported(devices=devices, notes=notes)


def _placed(device: InventoryDevice, name: str, server: str) -> InventoryDevice:
    return replace(device, paths=tuple(replace(path, url=_at(path, name, server)) for path in device.paths))


def _at(path: ConsolePath, name: str, server: str) -> str:
    if urlsplit(path.url).hostname != name:
        return path.url
    return path.url.replace(f"://{name}", f"://[{server}]" if ":" in server else f"://{server}", 1)


def _is_cml(path: Path) -> bool:
    content = ToolDocument.yaml(path).content
    return isinstance(content, dict) and "lab" in content
