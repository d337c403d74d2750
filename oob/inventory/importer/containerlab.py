"""Labs of containerlab and vrnetlab: `*.clab.yml`, `topology-data.json` of a running lab, a topology machine's file.

Routers that are virtual machines have their serial console on TCP port 5000 of the container, by telnet; container
routers have the command line that `docker exec` starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from oob.inventory.device import ConsolePath, Device
from oob.inventory.document import Document
from oob.inventory.importer.imported import Imported, collected
from oob.inventory.importer.platform import platform

CONSOLE_PORT = 5000
DOCKER = "/usr/bin/docker"
# What starts the command line in a container that is no virtual machine.
SHELLS = {
    "arista_ceos": "Cli",
    "ceos": "Cli",
    "nokia_srlinux": "sr_cli",
    "srl": "sr_cli",
    "juniper_crpd": "cli",
    "crpd": "cli",
    "cisco_xrd": "/pkg/bin/xr_cli.sh",
    "xrd": "/pkg/bin/xr_cli.sh",
    "linux": "sh",
}
NO_DEVICES = frozenset({"bridge", "ovs-bridge", "host", "ext-container", "k8s-kind", "keysight_ixia-c-one"})


def read(path: Path) -> Imported:
    """Return the routers of a lab under the names of their containers."""
    topology = Document.json(path) if path.suffix == ".json" else Document.yaml(path)
    if "routers" in topology.mapping():
        return collected(path.name, _topology_machine(topology), _addresses_wanted())
    if "nodes" in topology.mapping():
        return collected(path.name, _running(topology))
    if not topology.mapping("topology", "nodes"):
        raise topology.error("there are no nodes: this is no topology", "topology")
    devices = list(_described(topology))
    has_names = any(device.hostname == device.name for device in devices)
    return collected(path.name, devices, _addresses_wanted() if has_names else [])


def _described(topology: Document) -> Iterator[Device]:
    """Give the nodes of a *.clab.yml, with the kinds that they inherit."""
    lab = topology.text("name")
    prefix = topology.text("prefix") if topology.get("prefix") is not None else "clab"
    for node in topology.mapping("topology", "nodes"):
        here = ("topology", "nodes", node)
        topology.mapping(*here)
        group = topology.text(*here, "group")
        kind = (
            topology.text(*here, "kind")
            or topology.text("topology", "groups", group, "kind")
            or topology.text("topology", "defaults", "kind")
        )
        if not kind:
            raise topology.error("there is no kind, neither here nor in groups or defaults", *here)
        if kind not in NO_DEVICES:
            name = _container(prefix, lab, str(node))
            address = topology.text(*here, "mgmt-ipv4") or topology.text(*here, "mgmt_ipv4")
            yield _device(name, kind, address)


def _running(topology: Document) -> Iterator[Device]:
    """Give the nodes of a topology-data.json, with the addresses that they have been given."""
    for node in topology.mapping("nodes"):
        kind = topology.text("nodes", node, "kind")
        if not kind:
            raise topology.error("there is no kind", "nodes", node)
        if kind not in NO_DEVICES:
            name = topology.text("nodes", node, "longname") or str(node)
            yield _device(name, kind, topology.text("nodes", node, "mgmt-ipv4-address"))


def _topology_machine(topology: Document) -> Iterator[Device]:
    for router in topology.mapping("routers"):
        kind = topology.text("routers", router, "type")
        if not kind:
            raise topology.error("there is no type", "routers", router)
        if kind not in ("dummy", "xcon", "bgp"):
            yield _device(str(router), f"vr-{kind}", "")


def _device(name: str, kind: str, address: str) -> Device:
    host = address or name
    url = f"telnet://[{host}]:{CONSOLE_PORT}" if ":" in host else f"telnet://{host}:{CONSOLE_PORT}"
    if shell := SHELLS.get(kind):
        words = ("exec", "-it", name, shell)
        url = f"exec://{DOCKER}?{'&'.join(f'arg={quote(word)}' for word in words)}"
    paths = (ConsolePath(url=url, name="console", carrier="lab"),)
    return Device(name=name, platform=platform(kind), hostname=host, paths=paths)


def _container(prefix: str, lab: str, node: str) -> str:
    """Return the name of a node's container: `clab-LAB-NODE`, or as the topology's prefix has it."""
    if not prefix:
        return node
    return f"{lab}-{node}" if prefix == "__lab-name" else f"{prefix}-{lab}-{node}"


def _addresses_wanted() -> list[str]:
    known = "topology-data.json of the running lab has their addresses, oob inventory check --resolve asks for them"
    return [f"containers are known by name only: {known}"]
