"""Ansible inventories: INI, YAML, or the JSON of `ansible-inventory --list`, with `group_vars` and `host_vars` beside.

Only what an inventory says as it stands is taken over: a template (`{{ ... }}`) is not worked out. A variable `oob` has
the form of the block of that name in hosts.yaml.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from oob.errors import InventoryError
from oob.inventory import block, document
from oob.inventory.device import InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer import ansible_ini
from oob.inventory.importer.ansible_groups import ALL, Groups
from oob.inventory.importer.imported import Imported, collected, left_behind
from oob.inventory.platform import platform

SUFFIXES = (".yml", ".yaml", ".json")
SECRET = ("ansible_password", "ansible_ssh_pass", "ansible_become_password", "ansible_become_pass")
VAULT = "$ANSIBLE_VAULT"
UNSAFE = "__ansible_unsafe"  # how Ansible before 2.19 lists text that it must not take for a template
LISTED = "import what `ansible-inventory --list` prints instead"
DEEPEST = 50


def read(path: Path) -> Imported:
    """Return the hosts of an inventory file."""
    if path.is_dir() or path.suffix == ".toml":
        raise InventoryError(f"{path.name}: is {'a folder' if path.is_dir() else 'TOML'}: {LISTED}")
    if path.suffix in SUFFIXES:
        content = ToolDocument.yaml(path)
        groups = _listed(content) if _is_listed(content) else _nested(content)
    else:
        groups = ansible_ini.read(path)
    notes: list[str] = []
    for name in groups.groups():
        groups.set_group_beside(name, _variables_beside(path.parent / "group_vars" / name, notes))
    devices, secrets = [], []
    for host in groups.hosts():
        groups.set_host(host, _variables_beside(path.parent / "host_vars" / host, notes))
        variables = groups.variables(host)
        if any(variables.get(name) for name in SECRET):
            secrets.append(host)
        devices.append(_device(host, variables, groups.groups_of(host), notes, path))
    return collected(devices, notes + left_behind(secrets))


def _device(
    host: str, variables: Mapping[str, Any], groups: tuple[str, ...], notes: list[str], path: Path
) -> InventoryDevice:
    address = _plain(variables, "ansible_host", host, notes) or _plain(variables, "ansible_ssh_host", host, notes)
    system = _plain(variables, "ansible_network_os", host, notes)
    device = InventoryDevice(name=host, platform=platform(system), hostname=address or host, groups=groups)
    if variables.get("oob"):
        values = block.read(variables["oob"], f"{path.name}:{host}.oob").values()
        device = replace(device, **values)
    return device


def _plain(variables: Mapping[str, Any], name: str, host: str, notes: list[str]) -> str:
    value = variables.get(name) or ""
    if isinstance(value, dict):
        value = value.get(UNSAFE, value)
    if not isinstance(value, str | int | float):
        notes.append(f"{host}: {name} is not text")
        return ""
    if str(value).startswith(VAULT):
        notes.append(f"{host}: {name} is encrypted")
        return ""
    if "{{" in str(value):
        notes.append(f"{host}: {name} is a template, which only Ansible works out")
        return ""
    return str(value)


def _variables_beside(place: Path, notes: list[str]) -> dict[str, Any]:
    """Return what the file or folder *place*, or the file with one of the suffixes, says: the first that there is."""
    variables: dict[str, Any] = {}
    beside = (place.with_name(place.name + suffix) for suffix in ("", *SUFFIXES))
    first = next((each for each in beside if each.exists()), None)
    for file in _files(first) if first else ():
        if document.text(file).startswith(VAULT):
            notes.append(f"{place.parent.name}/{file.name} is encrypted; what it says was not taken over")
            continue
        variables |= ToolDocument.yaml(file).mapping()
    return variables


def _files(place: Path) -> Iterator[Path]:
    """Give the files in a folder of variables, as Ansible reads them: no hidden ones, and none with another suffix."""
    if place.is_file():
        yield place
        return
    for each in sorted(place.iterdir()):
        suffixes = ("", *SUFFIXES) if each.is_file() else ("",)
        if each.suffix in suffixes and not each.name.startswith(".") and not each.name.endswith("~"):
            yield from _files(each)


def _is_listed(content: ToolDocument) -> bool:
    """Tell what a program prints from what a person writes: hosts and children of a group are lists in it."""
    if "_meta" in content.mapping():
        return True
    groups = content.mapping().values() if content.path.suffix == ".json" else ()
    parts = [part for group in groups for part in (group.values() if isinstance(group, dict) else (group,))]
    return any(isinstance(part, list) for part in parts)


def _listed(content: ToolDocument) -> Groups:
    """Read what `ansible-inventory --list`, or a program that Ansible asks, printed."""
    groups = Groups()
    for name in content.mapping():
        if name == "_meta":
            continue
        groups.add_group(name)
        members = (name,) if isinstance(content.get(name), list) else (name, "hosts")
        for number, _ in enumerate(content.entries(*members)):
            groups.add_host(content.text(*members, number), name)
        if members == (name,):
            continue
        groups.set_group(name, content.mapping(name, "vars"))
        for number, _ in enumerate(content.entries(name, "children")):
            groups.add_child(name, content.text(name, "children", number))
    for host in content.mapping("_meta", "hostvars"):
        groups.add_host(host, ALL)
        groups.set_host(host, content.mapping("_meta", "hostvars", host))
    return groups


def _nested(content: ToolDocument) -> Groups:
    """Read a YAML inventory: groups that hold hosts, children and vars."""
    if "plugin" in content.mapping():
        raise content.error(f"configures a plugin; {LISTED}", "plugin")
    groups = Groups()
    if not content.mapping():
        raise InventoryError(f"{content.path.name}:1: there is no group")
    for name in content.mapping():
        _group(content, groups, (name,))
    return groups


def _group(content: ToolDocument, groups: Groups, here: tuple[Hashable, ...]) -> None:
    name = str(here[-1])
    if len(here) > DEEPEST:
        raise content.error("groups are nested without end", *here[:DEEPEST])
    group = content.mapping(*here)
    for key, value in group.items():
        if key not in ("hosts", "children", "vars"):
            raise content.error("a group has hosts, children and vars", *here, key)
        if isinstance(value, str):
            group[key] = {value: None}  # one alone may do without the colon
    groups.add_group(name)
    groups.set_group(name, content.mapping(*here, "vars"))
    for pattern in content.mapping(*here, "hosts"):
        for host in _expanded(content, here, str(pattern)):
            groups.add_host(host, name)
            groups.set_host(host, content.mapping(*here, "hosts", pattern))
    for child in content.mapping(*here, "children"):
        groups.add_child(name, str(child))
        _group(content, groups, (*here, "children", child))


def _expanded(content: ToolDocument, here: tuple[Hashable, ...], pattern: str) -> Iterator[str]:
    try:
        yield from ansible_ini.hosts(pattern)
    except ValueError as error:
        raise content.error(str(error), *here, "hosts", pattern) from error
