"""What the parts of one run share."""

from __future__ import annotations

from dataclasses import dataclass

from oob.inventory import device as inventory
from oob.profile.model import Profile
from oob.profile.store import load
from oob.recovery.hold import Hold
from oob.recovery.means import Choices, Means
from oob.recovery.past import Past
from oob.recovery.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A device that something is done to: with what and as whom, its console, its record, and what was done before."""

    entry: inventory.Device
    means: Means
    choices: Choices
    record: Record
    hold: Hold
    past: Past

    @property
    def profile(self) -> Profile:
        """What is known of the device's platform."""
        return load(self.entry.platform)
