"""Nornir's SimpleInventory read from its three files, with the order of inheritance that Nornir has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from oob.errors import InventoryError
from oob.inventory import block, document
from oob.inventory.device import Device

HOSTS, GROUPS, DEFAULTS = "hosts.yaml", "groups.yaml", "defaults.yaml"


def read(folder: Path) -> dict[str, Device]:
    """Return the devices in *folder* by name; none where there is no hosts.yaml. Raises InventoryError."""
    defaults = _element(DEFAULTS, "", _mapping(folder / DEFAULTS))
    groups = {name: _element(GROUPS, name, content) for name, content in _mapping(folder / GROUPS).items()}
    hosts = {name: _element(HOSTS, name, content) for name, content in _mapping(folder / HOSTS).items()}
    for element in (*groups.values(), *hosts.values()):
        for group in element.groups:
            if group not in groups:
                hint = suggestion(group, groups)
                raise InventoryError(f"{element.where}.groups: there is no group {group!r} in {GROUPS}{hint}")
    return {name: _device(name, host, groups, defaults) for name, host in hosts.items()}


def groups(folder: Path) -> tuple[str, ...]:
    """Return the names of the groups in *folder*."""
    return tuple(_mapping(folder / GROUPS))


def suggestion(name: str, known: Mapping[str, object]) -> str:
    """Return the names that *name* may be a slip of the pen for, as the end of a sentence."""
    near = get_close_matches(name, known, 3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    """A host, a group or the defaults: what it says itself, before anything is inherited."""

    where: str
    platform: str = ""
    hostname: str = ""
    groups: tuple[str, ...] = ()
    in_band: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


def _mapping(path: Path) -> dict[str, Any]:
    content = document.yaml_file(path) if path.exists() else None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise InventoryError(f"{path.name}: should be a mapping of names")
    for name in content:
        if not isinstance(name, str):
            raise InventoryError(f"{path.name}:{name}: YAML takes the name for {name!r}, put it into quotes")
    return content


def _element(file: str, name: str, content: object) -> _Element:
    where = f"{file}:{name}" if name else file
    content = content or {}
    if not isinstance(content, dict):
        raise InventoryError(f"{where}: should be a mapping")
    data = content.get("data") or {}
    if not isinstance(data, dict):
        raise InventoryError(f"{where}.data: should be a mapping")
    inside = f"{where}.data.oob" if name else f"{where}:data.oob"
    return _Element(
        where=where,
        platform=_text(content, "platform", where),
        hostname=_text(content, "hostname", where),
        groups=_groups(content.get("groups") or [], where),
        in_band=_in_band(content, where),
        values=block.read(data.get("oob") or {}, inside).values(),
    )


def _text(content: Mapping[str, object], key: str, where: str) -> str:
    value = content.get(key)
    if value is not None and not isinstance(value, str):
        raise InventoryError(f"{where}.{key}: should be text; YAML takes it for {value!r}, put it into quotes")
    return value or ""


def _groups(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InventoryError(f"{where}.groups: should be a list of names")
    return tuple(value)


def _in_band(content: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return what stands for NAPALM's driver where Nornir's own plug-in for NAPALM looks for it."""
    for key in ("connection_options", "napalm", "extras", "optional_args"):
        where = f"{where}.{key}"
        content = content.get(key) or {}
        if not isinstance(content, dict):
            raise InventoryError(f"{where}: should be a mapping")
    return dict(content)


def _ancestry(element: _Element, groups: Mapping[str, _Element], above: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the groups in Nornir's order: each of its own, followed by those that one belongs to."""
    for name in element.groups:
        if name in above:
            raise InventoryError(f"{GROUPS}:{name}.groups: {' is in '.join((*above, name))}")
        yield name
        yield from _ancestry(groups[name], groups, (*above, name))


def _device(name: str, host: _Element, groups: Mapping[str, _Element], defaults: _Element) -> Device:
    ancestry = tuple(dict.fromkeys(_ancestry(host, groups)))
    elements = (host, *(groups[group] for group in ancestry), defaults)
    values: dict[str, Any] = {}
    for element in elements:
        values = {**element.values, **values}
    return Device(
        name=name,
        platform=next((element.platform for element in elements if element.platform), ""),
        hostname=next((element.hostname for element in elements if element.hostname), ""),
        groups=ancestry,
        in_band=next((element.in_band for element in elements if element.in_band), {}),
        **values,
    )
