"""The state of a lab of oob's own (`lab.json`), so that one can practise on its routers by name."""

from __future__ import annotations

from pathlib import Path

from oob.inventory.device import ConsolePath, Expect, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported, Names, collected


def read(path: Path) -> Imported:
    """Return the routers of a lab that is running."""
    state = ToolDocument.json(path)
    if "routers" not in state.mapping():
        raise state.error("this is not a lab of oob: oob lab up says where its file is")
    names = Names()
    return collected(_device(state, number, names) for number, _ in enumerate(state.entries("routers")))


def _device(state: ToolDocument, number: int, names: Names) -> InventoryDevice:
    here = ("routers", number)
    name = state.text(*here, "name")
    if fault := names.fault(name):
        raise state.error(fault, *here)
    urls = [state.text(*here, "consoles", each) for each, _ in enumerate(state.entries(*here, "consoles"))]
    return InventoryDevice(
        name=name,
        platform=state.text(*here, "platform"),
        paths=tuple(ConsolePath(url=url, name=str(each), carrier="lab") for each, url in enumerate(urls, 1)),
        expect=Expect(hostname=name, serial=state.text(*here, "serial")),
    )
