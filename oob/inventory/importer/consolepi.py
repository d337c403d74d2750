"""ConsolePi's manual hosts: the `HOSTS:` of its ConsolePi.yaml.

`edge1(Console)` and `edge1(ssh)` are one device. Telnet, and ssh on a port of its own, is a console; ssh on port 22 is
the device itself, in-band.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from oob.inventory.device import ConsolePath, Device
from oob.inventory.document import Document
from oob.inventory.importer.imported import Imported, collected

PORTS = {"telnet": 23, "ssh": 22}


def read(path: Path) -> Imported:
    """Return the devices among the hosts; ConsolePi does not know what they run."""
    configuration = Document.yaml(path)
    hosts = configuration.mapping("HOSTS")
    if not hosts:
        raise configuration.error("there are no HOSTS")
    devices: dict[str, Device] = {}
    for entry in hosts:
        name, label = _name(str(entry))
        devices[name] = _with(devices.get(name, Device(name=name)), label, configuration, entry)
    return collected(path.name, devices.values())


def _with(device: Device, label: str, configuration: Document, entry: Hashable) -> Device:
    """Return *device* with what one entry adds: a console, or its address in-band."""
    method = configuration.text("HOSTS", entry, "method").lower()
    if method not in PORTS:
        raise configuration.error("the method is neither telnet nor ssh", "HOSTS", entry, "method")
    host, port = _address(configuration, entry, PORTS[method])
    group = configuration.text("HOSTS", entry, "group")
    device = replace(device, groups=device.groups or ((group,) if group else ()))
    if (method, port) == ("ssh", PORTS["ssh"]):
        return replace(device, hostname=host)
    user = configuration.text("HOSTS", entry, "username")
    login = f"{user}@" if user and method == "ssh" else ""
    path = ConsolePath(url=f"{method}://{login}{host}:{port}", name=label or str(len(device.paths) + 1))
    return replace(device, paths=(*device.paths, path))


def _address(configuration: Document, entry: Hashable, port: int) -> tuple[str, int]:
    said = configuration.text("HOSTS", entry, "address")
    match = re.fullmatch(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\s@/]+)(?::(?P<port>\d{1,5}))?", said)
    if not match or int(match["port"] or port) > 65535:
        raise configuration.error("should be an address, and :port behind it", "HOSTS", entry, "address")
    return match["host"], int(match["port"] or port)


def _name(entry: str) -> tuple[str, str]:
    match = re.fullmatch(r"(?P<name>.+?)\s*\((?P<label>[^()]+)\)", entry)
    return (match["name"], match["label"]) if match else (entry, "")
