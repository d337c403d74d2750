"""Nornir's SimpleInventory read from its three files, with the order of inheritance that Nornir has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from oob.derived import DerivedFacts
from oob.errors import InventoryError
from oob.inventory import block, document
from oob.inventory.device import InventoryDevice
from oob.inventory.entries import Entries
from oob.inventory.host_files import HostFiles
from oob.inventory.platform import platform
from oob.naming import name_fault

GROUPS, DEFAULTS = "groups.yaml", "defaults.yaml"


class Hosts(Mapping[str, InventoryDevice]):
    """The devices in a folder by name, none without hosts.yaml; each is read when it is asked for.

    Asking for a damaged entry raises InventoryError as `file:line: key: reason`, and only for that entry.
    """

    def __init__(self, folder: Path) -> None:
        facts = DerivedFacts(folder.parent)
        self._hosts = HostFiles(folder, facts)
        self._group_entries = Entries(folder / GROUPS, facts)
        self._groups: dict[str, _Element] = {}
        self._folder = folder
        self._defaults = _element(DEFAULTS, "", _defaults(folder / DEFAULTS))
        self._known: dict[str, InventoryDevice] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._hosts)

    def __len__(self) -> int:
        return len(self._hosts)

    def __contains__(self, name: object) -> bool:
        return name in self._hosts

    def __getitem__(self, name: str) -> InventoryDevice:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    @property
    def faults(self) -> Mapping[str, InventoryError]:
        """The errors of the files of hosts.d that could not be read at all, by their names."""
        return self._hosts.faults

    def error(self, name: str, keys: str, reason: str) -> InventoryError:
        """Return the error that says where the *keys* of *name* are wrong: in its entry, or where they come from."""
        field = keys.removeprefix(".data.oob.").partition(".")[0].partition("[")[0]
        if keys.startswith(".data.oob.") and field not in self._element_of(name).values:
            return self._inherited_error(name, field, keys, reason)
        return _located(self._hosts.of(name), name, keys, reason)

    def _inherited_error(self, name: str, field: str, keys: str, reason: str) -> InventoryError:
        for group in self[name].groups:
            if field in self._groups[group].values:
                return _located(self._group_entries, group, keys, f"{reason} (inherited by {name})")
        text = document.regular_text(self._folder / DEFAULTS)
        line = document.line_of(text, tuple(document.key_parts(keys)))
        return InventoryError(f"{DEFAULTS}:{line}: {keys.removeprefix('.')}: {reason} (inherited by {name})")

    def _element_of(self, name: str) -> _Element:
        return _own(self._hosts.of(name), name, self._hosts[name])

    def _read(self, name: str) -> InventoryDevice:
        content = self._hosts[name]
        if fault := name_fault(name) or self._collision(name):
            raise self.error(name, "", f"this name {fault}")
        host = _own(self._hosts.of(name), name, content)
        ancestry = tuple(dict.fromkeys(self._ancestry(host)))
        return _device(name, host, ancestry, self._groups, self._defaults)

    def _collision(self, name: str) -> str:
        """Say which earlier name *name* is one with to a file system that ignores case, "" without one."""
        first = self._hosts.first_like(name)
        return "" if first == name else f"differs from {first} in case only, and both would be one folder"

    def _ancestry(self, element: _Element, above: tuple[str, ...] = ()) -> Iterator[str]:
        """Give the groups in Nornir's order: each of its own, followed by those that one belongs to."""
        for name in element.groups:
            if name in above:
                raise _located(self._group_entries, name, ".groups", f"{' is in '.join((*above, name))}")
            if name not in self._group_entries:
                hint = suggestion(name, self._group_entries)
                raise self._no_group(element, f"there is no group {name!r} in {GROUPS}{hint}")
            if name not in self._groups:
                self._groups[name] = _own(self._group_entries, name, self._group_entries[name])
            yield name
            yield from self._ancestry(self._groups[name], (*above, name))

    def _no_group(self, element: _Element, reason: str) -> InventoryError:
        file, _, name = element.where.partition(":")
        return _located(self._group_entries if file == GROUPS else self._hosts.of(name), name, ".groups", reason)


def _own(entries: Entries, name: str, content: object) -> _Element:
    """Return what an entry says itself; raises InventoryError with the line."""
    where = f"{entries.file}:{name}"
    try:
        return _element(entries.file, name, content)
    except InventoryError as error:
        keys, _, reason = str(error).removeprefix(where).partition(": ")
        raise _located(entries, name, keys, reason) from None  # what it was raised from quotes values


def _located(entries: Entries, name: str, keys: str, reason: str) -> InventoryError:
    line = entries.line(name, keys) if name in entries else 1
    shown = name if name.isprintable() else repr(name)
    return InventoryError(f"{entries.file}:{line}: {shown}{keys}: {reason}")


def groups(folder: Path) -> tuple[str, ...]:
    """Return the names of the groups in *folder*."""
    return tuple(Entries(folder / GROUPS, DerivedFacts(folder.parent)))


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


def _defaults(path: Path) -> object:
    return document.parsed(document.regular_text(path), path.name) if document.is_there(path) else {}


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


def _platform(name: str) -> str:
    """Return oob's name for a platform that NAPALM or another tool of Nornir's names; an unknown one as it is."""
    return platform(name) or name


def _device(
    name: str, host: _Element, ancestry: tuple[str, ...], groups: Mapping[str, _Element], defaults: _Element
) -> InventoryDevice:
    elements = (host, *(groups[group] for group in ancestry), defaults)
    values: dict[str, Any] = {}
    for element in elements:
        values = {**element.values, **values}
    return InventoryDevice(
        name=name,
        platform=_platform(next((element.platform for element in elements if element.platform), "")),
        hostname=next((element.hostname for element in elements if element.hostname), ""),
        groups=ancestry,
        in_band=next((element.in_band for element in elements if element.in_band), {}),
        **_less_itself(name, values, host.values),
    )


def _less_itself(name: str, values: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* where a site's way in and dependencies, inherited by the very device they name, leave it out.

    A path that names no device of its own to run through runs through that of the device.
    """
    if "via" not in own and values.get("via") == name:
        values["via"] = ""
    if "after" not in own and name in values.get("after", ()):
        values["after"] = tuple(other for other in values["after"] if other != name)
    if via := values.get("via"):
        values["paths"] = tuple(replace(path, via=path.via or via) for path in values.get("paths", ()))
    return values
