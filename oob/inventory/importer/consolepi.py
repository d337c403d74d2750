"""ConsolePi's manual hosts: the `HOSTS:` of its ConsolePi.yaml, or the hosts.json that older ones have.

`edge1(Console)` and `edge1(ssh)` are one device. Telnet, and ssh on a port of its own, is a console; ssh on port 22,
which is what an entry stands for that says nothing else, is the device itself, in-band.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported, collected

PORTS = {"telnet": 23, "ssh": 22}
PART = "HOSTS"


def read(path: Path) -> Imported:
    """Return the devices among the hosts; ConsolePi does not know what they run."""
    is_json = path.suffix == ".json"
    configuration = ToolDocument.json(path) if is_json else ToolDocument.yaml(path, PART)
    top = () if is_json else (PART,)
    if not configuration.mapping(*top):
        raise configuration.error(f"there are no {PART}")
    devices: dict[str, InventoryDevice] = {}
    for entry in configuration.mapping(*top):
        name, label = _name(str(entry))
        devices[name] = _with(devices.get(name, InventoryDevice(name=name)), label, configuration, (*top, entry))
    return collected(devices.values())


def _with(
    device: InventoryDevice, label: str, configuration: ToolDocument, here: tuple[Hashable, ...]
) -> InventoryDevice:
    """Return *device* with what one entry adds: a console, or its address in-band."""
    method = configuration.text(*here, "method").lower() or "ssh"
    if method not in PORTS:
        raise configuration.error("the method is neither telnet nor ssh", *here, "method")
    host, port = _address(configuration, here, PORTS[method])
    group = configuration.text(*here, "group")
    device = replace(device, groups=device.groups or ((group,) if group else ()))
    if (method, port) == ("ssh", PORTS["ssh"]):
        return replace(device, hostname=device.hostname or host.strip("[]"))
    user = configuration.text(*here, "username")
    login = f"{user}@" if user and method == "ssh" else ""
    path = ConsolePath(url=f"{method}://{login}{host}:{port}", name=label or str(len(device.paths) + 1))
    if path.name in [each.name for each in device.paths]:
        raise configuration.error(f"{device.name}({path.name}) is there twice", *here)
    return replace(device, paths=(*device.paths, path))


def _address(configuration: ToolDocument, here: tuple[Hashable, ...], port: int) -> tuple[str, int]:
    said = configuration.text(*here, "address")
    match = re.fullmatch(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\s@/]+)(?::(?P<port>\d{1,5}))?", said)
    if not match or int(match["port"] or port) > 65535:
        raise configuration.error("should be an address, and :port behind it", *here, "address")
    return match["host"], int(match["port"] or port)


def _name(entry: str) -> tuple[str, str]:
    """Return the device and the label of an entry; the part in front of a slash belongs to neither in ConsolePi."""
    entry = entry.rpartition("/")[2]
    match = re.fullmatch(r"(?P<name>.+?)\s*\((?P<label>[^()]+)\)", entry)
    return (match["name"], match["label"]) if match else (entry, "")
