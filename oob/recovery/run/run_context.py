"""The context that the parts of one run share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from oob.device.session import DeviceSession
from oob.inventory import device as inventory
from oob.profile.model import Profile
from oob.profile.store import load
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.record.interruption import steady
from oob.recovery.record.record import Record
from oob.recovery.record.requests import Requests
from oob.recovery.record.run_state import RunState

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """The device of a run, the run's collaborators and options, its session and record, and the requests made of it."""

    entry: inventory.InventoryDevice
    collaborators: Collaborators
    options: RunOptions
    record: Record
    session: DeviceSession
    requests: Requests

    @property
    def state(self) -> RunState:
        """The state of the run, as its journal has it."""
        return self.record.state

    @property
    def profile(self) -> Profile:
        """The profile of the device's platform."""
        return load(self.entry.platform)

    def steady(self, part: Callable[[], _T]) -> _T:
        """Do a *part* that only reads; see interruption.steady."""
        return steady(self.session, part)
