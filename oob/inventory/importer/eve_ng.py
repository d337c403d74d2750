"""EVE-NG labs (`*.unl`): nodes whose console is a telnet port of the server, counted from the number of the node.

The file says neither where the server is nor which user runs the lab: the ports are those of the first user (pod 0) of
the Community edition. The Professional edition hands ports out anew at each start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.importer.imported import Imported, Names, collected
from oob.inventory.platform import from_image, platform

SERVER = "eve-ng"
SERVERS = (SERVER,)
FIRST_PORT = 32768
MOST_NODES = 128  # of one user
NO_DEVICES = frozenset({"vpcs", "vmxvfp", "vqfxpfe"})  # some of them are the other half of a router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    line: int
    said: Mapping[str, str]


def read(path: Path) -> Imported:
    """Return the nodes of a lab that have a telnet console."""
    devices, other, names = [], [], Names()
    for node in _nodes(path):
        name = node.said.get("name", "")
        if fault := names.fault(name):
            raise InventoryError(f"{path.name}:{node.line}: {fault}")
        if node.said.get("template", node.said.get("type")) in NO_DEVICES:
            continue
        if (node.said.get("console") or "telnet") != "telnet":
            other.append(name)
            continue
        url = f"telnet://{SERVER}:{_port(node, path)}"
        paths = (ConsolePath(url=url, name="console", carrier="lab"),)
        devices.append(InventoryDevice(name=name, platform=_platform(node.said), paths=paths))
    notes = [f"{SERVER} stands for the server: --server says where it is", "the ports are those of its first user"]
    if other:
        notes.append(f"left out, since their console is not a telnet port: {', '.join(other)}")
    return collected(devices, notes)


def _port(node: _Node, path: Path) -> int:
    number = node.said.get("id", "")
    if not number.isdecimal() or not 0 < int(number) < MOST_NODES:
        raise InventoryError(f"{path.name}:{node.line}: {number!r} is not a number of a node")
    return FIRST_PORT + int(number)


def _platform(said: Mapping[str, str]) -> str:
    template, image = said.get("template", ""), said.get("image", "")
    return platform(template) or from_image(template) or from_image(image) or platform(said.get("type", ""))


def _nodes(path: Path) -> Iterator[_Node]:
    found: list[_Node] = []
    within: list[str] = []

    def begin(tag: str, attributes: dict[str, str]) -> None:
        within.append(tag)
        if within == ["lab", "topology", "nodes", "node"]:
            found.append(_Node(line=parser.CurrentLineNumber, said=attributes))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda tag: within.pop()
    try:
        parser.Parse(document.text(path), True)
    except expat.ExpatError as error:
        raise InventoryError(f"{path.name}:{error.lineno}: is not XML: {expat.ErrorString(error.code)}") from error
    if not found:
        raise InventoryError(f"{path.name}:1: there are no nodes: this is not an EVE-NG lab")
    yield from found
