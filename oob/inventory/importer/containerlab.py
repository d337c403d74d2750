"""Labs of containerlab and vrnetlab: `*.clab.yml`, `topology-data.json` of a running lab, a topology machine's file.

Routers that are virtual machines have their serial console on TCP port 5000 of the container, by telnet; container
routers have the command line that `docker exec` starts, or the console that `docker attach` shows.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from urllib.parse import quote

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported, collected
from oob.inventory.platform import from_image, platform

CONSOLE_PORT = 5000
DOCKER = "/usr/bin/docker"
# What starts the command line in a container that is not a virtual machine.
SHELLS = {
    "arista_ceos": "Cli",
    "ceos": "Cli",
    "cisco_c8000": "telnet 0 60000",
    "c8000": "telnet 0 60000",
    "cisco_xrd": "/pkg/bin/xr_cli.sh",
    "xrd": "/pkg/bin/xr_cli.sh",
    "cumulus_cvx": "bash",
    "cvx": "bash",
    "frr": "vtysh",
    "frrouting": "vtysh",
    "juniper_cjunosevolved": "cli",
    "juniper_crpd": "cli",
    "crpd": "cli",
    "linux": "sh",
    "nokia_srlinux": "sr_cli",
    "srl": "sr_cli",
    "sonic-vs": "bash",
    "vyosnetworks_vyos": "su - admin",
}
ATTACHED = frozenset({"cisco_iol", "iol"})  # the router is the container's first process
NO_DEVICES = frozenset({"bridge", "ovs-bridge", "host", "ext-container", "k8s-kind", "keysight_ixia-c-one"})
RUNNING = "topology-data.json of the running lab"


def read(path: Path) -> Imported:
    """Return the routers of a lab under the names of their containers."""
    topology = ToolDocument.json(path) if path.suffix == ".json" else _yaml(path)
    if "routers" in topology.mapping():
        return collected(_topology_machine(topology), _addresses_wanted())
    if "nodes" in topology.mapping():
        return collected(_running(topology))
    if not topology.mapping("topology", "nodes"):
        raise topology.error("there are no nodes: this is not a topology", "topology")
    devices = list(_described(topology))
    has_names = any(device.hostname == device.name for device in devices)
    return collected(devices, _addresses_wanted() if has_names else [])


def _yaml(path: Path) -> ToolDocument:
    """Read a topology that is written as it stands; containerlab takes Go templates as well."""
    for number, line in enumerate(document.text(path).splitlines(), 1):
        if re.match(r"\s*\{\{", line):
            raise InventoryError(f"{path.name}:{number}: is a template; import {RUNNING}")
    return ToolDocument.yaml(path)


def _described(topology: ToolDocument) -> Iterator[InventoryDevice]:
    """Give the nodes of a *.clab.yml, with what they inherit."""
    lab = _said(topology, "name")
    prefix = _said(topology, "prefix") if topology.get("prefix") is not None else "clab"
    for node in topology.mapping("topology", "nodes"):
        here = ("topology", "nodes", node)
        topology.mapping(*here)
        defaults = ("topology", "defaults")
        group = _group(topology, _said(topology, *here, "group") or _said(topology, *defaults, "group"))
        kind = next((kind for place in (here, group, defaults) if (kind := _said(topology, *place, "kind"))), "")
        if not kind:
            raise topology.error("there is no kind, neither here nor in groups or defaults", *here)
        places = (here, group, ("topology", "kinds", kind), defaults)
        image = next((image for place in places if (image := topology.text(*place, "image"))), "")
        if kind not in NO_DEVICES:
            keys = ("mgmt-ipv4", "mgmt_ipv4", "mgmt-ipv6", "mgmt_ipv6")
            address = next((address for key in keys if (address := _said(topology, *here, key))), "")
            yield _device(_container(prefix, lab, str(node)), kind, image, address)


def _group(topology: ToolDocument, name: str) -> tuple[Hashable, ...]:
    """Return the place of the group *name*, whose key may be a number."""
    groups = topology.mapping("topology", "groups")
    return ("topology", "groups", next((key for key in groups if str(key) == name), name))


def _running(topology: ToolDocument) -> Iterator[InventoryDevice]:
    """Give the nodes of a topology-data.json, with the addresses that they have been given."""
    for node in topology.mapping("nodes"):
        here = ("nodes", node)
        kind = topology.text(*here, "kind")
        if not kind:
            raise topology.error("there is no kind", *here)
        if kind not in NO_DEVICES:
            address = topology.text(*here, "mgmt-ipv4-address") or topology.text(*here, "mgmt-ipv6-address")
            name = topology.text(*here, "longname") or str(node)
            yield _device(name, kind, topology.text(*here, "image"), address)


def _topology_machine(topology: ToolDocument) -> Iterator[InventoryDevice]:
    for router in topology.mapping("routers"):
        kind = topology.text("routers", router, "type")
        if not kind:
            raise topology.error("there is no type", "routers", router)
        if kind not in ("dummy", "xcon", "bgp"):
            yield _device(str(router), f"vr-{kind}", "", "")


def _said(topology: ToolDocument, *keys: str) -> str:
    """Return the text there, which a variable of the environment must not stand for."""
    value = topology.text(*keys)
    if "${" in value or "{{" in value:
        raise topology.error(f"{value} is known to containerlab alone; import {RUNNING}", *keys)
    return value


def _device(name: str, kind: str, image: str, address: str) -> InventoryDevice:
    if kind == "linux" and from_image(image) == "frr":
        kind = "frr"  # how FRR was run before containerlab knew it
    host = address or name
    url = f"telnet://[{host}]:{CONSOLE_PORT}" if ":" in host else f"telnet://{host}:{CONSOLE_PORT}"
    if words := _docker(name, kind):
        url = f"exec://{DOCKER}?{'&'.join(f'arg={quote(word)}' for word in words)}"
    paths = (ConsolePath(url=url, name="console", carrier="lab"),)
    return InventoryDevice(name=name, platform=platform(kind), hostname=host, paths=paths)


def _docker(name: str, kind: str) -> tuple[str, ...]:
    """Return what docker is told to reach a container router; nothing for a virtual machine."""
    if kind in ATTACHED:
        return ("attach", "--sig-proxy=false", name)
    return ("exec", "-it", name, *SHELLS[kind].split()) if kind in SHELLS else ()


def _container(prefix: str, lab: str, node: str) -> str:
    """Return the name of a node's container: `clab-LAB-NODE`, or as the topology's prefix has it."""
    if not prefix:
        return node
    return f"{lab}-{node}" if prefix == "__lab-name" else f"{prefix}-{lab}-{node}"


def _addresses_wanted() -> list[str]:
    known = f"{RUNNING} has their addresses, oob inventory check --resolve asks for them"
    return [f"containers are known by name only: {known}"]
