"""A stage of existing routers, reached through their own consoles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from oob.drill import harm
from oob.drill.part import RouterPart
from oob.drill.scenario import Scenario
from oob.drill.stage import DrillStage
from oob.errors import UsageError
from oob.events import Events
from oob.inventory.device import InventoryDevice
from oob.inventory.inventory import Inventory
from oob.secret.credentials import Credentials
from oob.transport.access import Access

Login = Callable[[InventoryDevice], Credentials]


def breakable(devices: Inventory) -> tuple[InventoryDevice, ...]:
    """Return those of *devices* of which oob knows how to break them."""
    return tuple(device for device in devices if device.platform in harm.PLATFORMS and device.paths)


def check(scenario: Scenario, devices: Inventory) -> None:
    """Raise UsageError where *scenario* cannot be played on *devices*."""
    if scenario.needs_own:
        raise UsageError(f"{scenario.name} needs a lab of oob's own; drill it without --lab")
    if not breakable(devices):
        raise UsageError(f"none of the routers can be drilled; those that can run {', '.join(harm.PLATFORMS)}")


class Borrowed(DrillStage):
    """The routers of *devices* that oob can break and recover; none is changed before its baseline is taken."""

    is_own: ClassVar[bool] = False
    is_scripted = False

    def __init__(self, folder: Path, devices: Inventory, login: Login, access: Access, events: Events) -> None:
        super().__init__(folder, events, access)
        self.inventory = devices
        self._login = login
        self._parts: dict[str, RouterPart] = {}

    def __enter__(self) -> Self:
        self.inventory.save(self.home)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave everything in place: a later recovery needs the home."""

    @property
    def players(self) -> tuple[str, ...]:
        """The routers of which oob knows how to break them."""
        return tuple(device.name for device in breakable(self.inventory))

    def part(self, name: str) -> RouterPart:
        """Return the commands for a router, made from its baseline."""
        if name not in self._parts:
            self._parts[name] = harm.part_of(self.inventory.device(name), self.home)
        return self._parts[name]

    def credentials(self, name: str) -> Credentials:
        """Return the login that was given for a router."""
        return self._login(self.inventory.device(name))

    def fault(self, name: str, fault: str, **arguments: Any) -> None:
        """Raise UsageError: only oob's own lab can inject a fault."""
        raise UsageError(f"{name}: only a lab of oob's own can let {fault} happen; drill this one without --lab")
