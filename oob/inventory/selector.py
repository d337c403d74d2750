"""Which devices of an inventory a command is for: by name, group, site, tag, a condition, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from oob.errors import InventoryError, UsageError
from oob.inventory.condition import Test, condition
from oob.inventory.device import InventoryDevice
from oob.inventory.inventory import Inventory
from oob.inventory.simple import suggestion


@dataclass(frozen=True)
class Selector:
    """Devices by *names*, else all; of these the ones that each given kind of filter allows.

    Several values of one kind allow a device that has any of them; *where* is a condition. With *is_list* the
    names were read from a list, which may hold just one.
    """

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    where: str = ""
    everything: bool = False
    is_list: bool = False

    @property
    def is_given(self) -> bool:
        """Tell whether anything chooses devices."""
        return bool(self.names or self.has_filter or self.everything)

    @property
    def is_one_name(self) -> bool:
        """Tell whether one name alone was given, as a command without selectors takes it."""
        return len(self.names) == 1 and not (self.is_list or self.has_filter or self.everything)

    @property
    def has_filter(self) -> bool:
        """Tell whether more than names decides."""
        return bool(self.groups or self.sites or self.tags or self.where)

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """The filters; raises UsageError where the condition cannot be understood."""
        kinds: tuple[tuple[Collection[str], Callable[[InventoryDevice], Iterable[str]]], ...] = (
            (self.groups, lambda device: device.groups),
            (self.sites, lambda device: (device.site,)),
            (self.tags, lambda device: device.tags),
        )
        tests = [_has(set(wanted), values) for wanted, values in kinds if wanted]
        return (*tests, *((condition(self.where),) if self.where else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The *devices* chosen, in the order of their names as given or of the inventory.

    *problems* are chosen entries that cannot be used, and those that no filter can be asked about, because they
    cannot be read.
    """

    devices: tuple[InventoryDevice, ...]
    problems: Mapping[str, InventoryError]

    def __iter__(self) -> Iterator[InventoryDevice]:
        return iter(self.devices)

    def __len__(self) -> int:
        return len(self.devices) + len(self.problems)


def select(selector: Selector, inventory: Inventory) -> Selection:
    """Return what *selector* chooses; raises UsageError where it chooses nothing or contradicts itself.

    An unknown name, and a group, site or tag that no device has, raises InventoryError with the nearest.
    """
    if not selector.is_given:
        raise UsageError("no device is named; give names, --group, --site, --tag, --where or --all")
    if selector.everything and selector.names:
        raise UsageError("--all and names contradict each other; leave one out")
    tests = selector.tests
    names = tuple(dict.fromkeys(selector.names)) or tuple(inventory.names())
    devices, problems = _read(inventory, names)
    if not selector.names:
        problems |= inventory.faults()
    _check_values(selector, inventory, devices)
    chosen = tuple(device for device in devices if all(test(device) for test in tests))
    if not chosen and not problems:
        raise UsageError("no device is chosen by all of that" if len(inventory) else "the inventory has no device")
    return Selection(devices=chosen, problems=problems)


def _read(inventory: Inventory, names: Iterable[str]) -> tuple[list[InventoryDevice], dict[str, InventoryError]]:
    devices: list[InventoryDevice] = []
    problems: dict[str, InventoryError] = {}
    for name in names:
        try:
            devices.append(inventory.device(name))
        except InventoryError as error:
            if name not in inventory:
                raise
            problems[name] = error
    return devices, problems


def _has(wanted: Collection[str], values: Callable[[InventoryDevice], Iterable[str]]) -> Test:
    return lambda device: any(value in wanted for value in values(device))


def _check_values(selector: Selector, inventory: Inventory, devices: Iterable[InventoryDevice]) -> None:
    """Raise InventoryError for a group, site or tag that nothing has: a slip must not choose an empty set."""
    kinds: tuple[tuple[str, Collection[str], Callable[[InventoryDevice], Iterable[str]]], ...] = (
        ("group", selector.groups, lambda device: device.groups),
        ("site", selector.sites, lambda device: (device.site,)),
        ("tag", selector.tags, lambda device: device.tags),
    )
    for kind, wanted, values in kinds:
        if not wanted:
            continue
        known = {value: None for device in devices for value in values(device) if value}
        if selector.names:  # what the named ones lack, another device may have
            known |= {value: None for device in inventory for value in values(device) if value}
        for value in wanted:
            if value not in known:
                raise InventoryError(f"--{kind} {value}: no device has it{suggestion(value, known)}")
