"""Labs of Cisco Modeling Labs (the YAML of its export): consoles through the controller.

A node that is tagged `serial:5041` has its console on that TCP port where the controller runs PATty (`serial:5041:1` is
its auxiliary line); the others are reached by SSH to the controller's console server, whose prompt takes
`open /LAB/NODE/0`. The file does not say where the controller is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from urllib.parse import quote

from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported, Names, collected
from oob.inventory.platform import platform

SERVER = "cml"
SERVERS = (SERVER,)
TAG = "serial:"
CONSOLE = "0"  # the number of the line
NO_DEVICES = frozenset({"external_connector", "unmanaged_switch", "wan_emulator"})


def read(path: Path) -> Imported:
    """Return the nodes of an exported lab."""
    lab = ToolDocument.yaml(path)
    top: tuple[str, ...] = ("nodes",) if "nodes" in lab.mapping() else ("lab", "nodes")
    if not lab.entries(*top):
        raise lab.error("there are no nodes: this is not a lab of CML", *top[:1])
    note = f"{SERVER} stands for the controller: --server says where it is"
    return collected(_devices(lab, top), [note])


def _devices(lab: ToolDocument, top: tuple[str, ...]) -> Iterator[InventoryDevice]:
    title = lab.text("lab", "title") or lab.text("lab", "lab_title")
    names = Names()
    for number, _ in enumerate(lab.entries(*top)):
        here = (*top, number)
        label = lab.text(*here, "label")
        kind = lab.text(*here, "node_definition")
        if not label or not kind:
            raise lab.error(f"has no {'node_definition' if label else 'label'}", *here)
        if fault := names.fault(label):
            raise lab.error(fault, *here)
        if kind in NO_DEVICES:
            continue
        url = _tagged(lab, here) or f"ssh://{SERVER}?menu={quote(f'open /{title}/{label}/0')}"
        paths = (ConsolePath(url=url, name="console", carrier="lab"),)
        yield InventoryDevice(name=label, platform=platform(kind), paths=paths)


def _tagged(lab: ToolDocument, here: tuple[Hashable, ...]) -> str:
    for number, _ in enumerate(lab.entries(*here, "tags")):
        tag = lab.text(*here, "tags", number)
        if tag.startswith(TAG):
            port, _, line = tag.removeprefix(TAG).partition(":")
            if not port.isdecimal() or not 1 <= int(port) <= 65535:
                raise lab.error(f"{tag!r} names no port", *here, "tags", number)
            if line in ("", CONSOLE):
                return f"telnet://{SERVER}:{port}"
    return ""
