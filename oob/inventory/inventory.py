"""The devices of a home, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from oob import durable
from oob.errors import InventoryError
from oob.inventory import simple
from oob.inventory.device import ConsolePath, Critical, Expect, InventoryDevice, RouteRule
from oob.inventory.home import Home
from oob.inventory.host_files import HOSTS


class Inventory:
    """Devices by name, in the order of hosts.yaml."""

    def __init__(self, devices: Iterable[InventoryDevice], source: Path | None = None) -> None:
        self._devices: Mapping[str, InventoryDevice] = {device.name: device for device in devices}
        self._source = source
        for device in self._devices.values():
            self._check_names(device)

    @classmethod
    def load(cls, home: Home) -> Inventory:
        """Return the inventory of *home*, empty without one.

        An entry that is wrong raises InventoryError (`file:line: key: reason`) where that device is asked for, and is
        left out of the others (see `problems`). A file that cannot be read at all raises it here.
        """
        inventory = cls((), home.inventory / HOSTS)
        inventory._devices = simple.Hosts(home.inventory)
        return inventory

    def __iter__(self) -> Iterator[InventoryDevice]:
        for name in list(self._devices):
            with suppress(InventoryError):
                yield self._checked(name)

    def names(self) -> list[str]:
        """Return the names of all entries, none of which is read for it."""
        return list(self._devices)

    def problems(self) -> dict[str, InventoryError]:
        """Return the fault of each entry that is left out, and of each file of hosts.d that is."""
        found = {}
        for name in list(self._devices):
            try:
                self._checked(name)
            except InventoryError as error:
                found[name] = error
        return {**found, **self.faults()}

    def __contains__(self, name: object) -> bool:
        return name in self._devices

    def __len__(self) -> int:
        return len(self._devices)

    def device(self, name: str) -> InventoryDevice:
        """Return the device called *name*; raises InventoryError with the names that are nearest to it."""
        if name in self._devices:
            return self._checked(name)
        there = f"not in {self._source.name}" if self._source else "not in the inventory"
        hint = simple.suggestion(name, self._devices) or f": {there}, and not a console URL (oob inventory list)"
        if self._source and not self._devices:
            hint = f": there is no {self._source}; oob inventory import makes one"
        unread = "".join(f"; left out: {error}" for error in self.faults().values())
        raise InventoryError(f"{name}: unknown device{hint}{unread}")

    def save(self, home: Home) -> Path:
        """Write the devices as the hosts.yaml of *home*, each with all that it has, and return its path."""
        path = home.create(home.inventory) / HOSTS
        document = {device.name: entry(device) for device in self}
        try:
            durable.replace_file(path, yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode())
        except OSError as error:
            raise InventoryError(f"{path}: cannot be written: {error.strerror}") from error
        return path

    def _checked(self, name: str) -> InventoryDevice:
        device = self._devices[name]
        self._check_names(device)
        return device

    def faults(self) -> Mapping[str, InventoryError]:
        """Return the faults of files of hosts.d that could not be read at all, by their names."""
        return self._devices.faults if isinstance(self._devices, simple.Hosts) else {}

    def _check_names(self, device: InventoryDevice) -> None:
        names = [path.name for path in device.paths]
        for number, path in enumerate(device.paths):
            keys = f".data.oob.paths[{number}]"
            if names.index(path.name) != number:
                raise self._error(device.name, f"{keys}.name", f"there are two paths called {path.name!r}")
            if path.via != device.via:
                self._check_known(device, path.via, f"{keys}.via")
        self._check_known(device, device.via, ".data.oob.via")
        for number, name in enumerate(device.after):
            self._check_known(device, name, f".data.oob.after[{number}]")

    def _check_known(self, device: InventoryDevice, name: str, keys: str) -> None:
        if name and name not in self._devices:
            hint = simple.suggestion(name, self._devices)
            raise self._error(device.name, keys, f"there is no device {name!r}{hint}")

    def _error(self, name: str, keys: str, reason: str) -> InventoryError:
        if isinstance(self._devices, simple.Hosts):
            return self._devices.error(name, keys, reason)
        return InventoryError(f"{HOSTS}:{name}{keys}: {reason}")


def from_lab(routers: Iterable[Mapping[str, Any]]) -> Inventory:
    """Return what `oob lab list --json` says (`name`, `platform`, `consoles`) as an inventory, without credentials."""
    return Inventory(
        InventoryDevice(
            name=router["name"],
            platform=router["platform"],
            paths=tuple(ConsolePath(url=url, name=str(number)) for number, url in enumerate(router["consoles"], 1)),
        )
        for router in routers
    )


def entry(device: InventoryDevice) -> dict[str, Any]:
    """Return what hosts.yaml says of *device*, with all that it has but the names of its groups."""
    block: dict[str, Any] = {
        "paths": [_without_empty(path) for path in device.paths],
        "expect": _without_empty(device.expect),
        "critical_prefixes": [_renamed(critical, "prefix") for critical in device.critical_prefixes],
        "critical_addresses": [_renamed(critical, "address") for critical in device.critical_addresses],
        "ignore_routes": [_without_empty(rule) for rule in device.ignore_routes],
        "authorised": list(device.authorised),
        "contacts": list(device.contacts),
        "site": device.site,
        "tier": device.tier,
        "tags": list(device.tags),
        "after": list(device.after),
        "via": device.via,
        "hosts": {"taken": device.hosts.taken, "names": dict(device.hosts.names)} if device.hosts else {},
    }
    own: dict[str, Any] = {"hostname": device.hostname, "platform": device.platform}
    if device.in_band:
        own["connection_options"] = {"napalm": {"extras": {"optional_args": dict(device.in_band)}}}
    inside = {key: value for key, value in block.items() if value}
    return {key: value for key, value in own.items() if value} | ({"data": {"oob": inside}} if inside else {})


def _without_empty(part: ConsolePath | Expect | RouteRule) -> dict[str, Any]:
    return {key: value for key, value in asdict(part).items() if value}


def _renamed(critical: Critical, key: str) -> dict[str, str]:
    return {key: critical.target} | ({"vrf": critical.vrf} if critical.vrf else {})
