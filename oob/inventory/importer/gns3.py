"""GNS3 projects (`*.gns3`, version 2 and newer): nodes whose console is a telnet port of the server they run on.

A project has the addresses of servers that a user added; not of the GNS3 VM, nor of the machine it was made on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported, Names, collected
from oob.inventory.platform import from_image, platform

REVISION = 5  # GNS3 2.0; what came before has another shape
LOCAL = "127.0.0.1"  # where `local` is, unless told otherwise
VM = "gns3-vm"
SERVERS = (VM, LOCAL)
NO_DEVICES = frozenset(
    {"cloud", "nat", "ethernet_hub", "ethernet_switch", "frame_relay_switch", "atm_switch", "vpcs", "traceng"}
)


def read(path: Path) -> Imported:
    """Return the nodes of a project that have a telnet console."""
    project = ToolDocument.json(path)
    revision = project.get("revision")
    if not isinstance(revision, int) or project.get("type") != "topology":
        raise project.error("this is not a GNS3 project")
    if revision < REVISION:
        raise project.error("is of GNS3 1: open the project with GNS3 2 or newer and save it", "revision")
    computes = _computes(project)
    devices, other, names = [], [], Names()
    for number, node in enumerate(project.entries("topology", "nodes")):
        here = ("topology", "nodes", number)
        name = project.text(*here, "name")
        if fault := names.fault(name):
            raise project.error(fault, *here)
        if project.text(*here, "node_type") in NO_DEVICES:
            continue
        if node.get("console_type") != "telnet" or not node.get("console"):
            other.append(name)
            continue
        devices.append(
            InventoryDevice(name=name, platform=_platform(node), paths=tuple(_paths(project, here, computes)))
        )
    notes = [f"left out, since their console is not a telnet port: {', '.join(other)}"] if other else []
    if any(urlsplit(path.url).hostname == VM for device in devices for path in device.paths):
        notes.append(f"{VM} stands for the GNS3 VM: --server says where it is")
    return collected(devices, notes)


def _computes(project: ToolDocument) -> dict[str, str]:
    """Return the address of each server."""
    hosts = {"local": LOCAL, "vm": VM}
    for number, _ in enumerate(project.entries("topology", "computes")):
        here = ("topology", "computes", number)
        hosts[project.text(*here, "compute_id")] = project.text(*here, "host") or LOCAL
    return hosts


def _paths(project: ToolDocument, here: tuple[str | int, ...], computes: dict[str, str]) -> Iterator[ConsolePath]:
    port = project.get(*here, "console")
    compute = project.text(*here, "compute_id")
    if not isinstance(port, int) or not 1 <= port <= 65535:
        raise project.error("is not a port", *here, "console")
    if compute not in computes:
        raise project.error(f"there is no server {compute!r} among the computes", *here, "compute_id")
    host = computes[compute]
    yield ConsolePath(url=f"telnet://{f'[{host}]' if ':' in host else host}:{port}", name="console", carrier="lab")


def _platform(node: dict[str, object]) -> str:
    kind = platform(str(node.get("node_type")))
    properties = node.get("properties")
    image = ""
    if isinstance(properties, dict):
        image = str(properties.get("hda_disk_image") or properties.get("image") or properties.get("path") or "")
    return kind or from_image(image)
