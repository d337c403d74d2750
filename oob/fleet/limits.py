"""The limits of what devices share, from the home's `fleet.yaml`: console servers have so many lines, carriers too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from oob.yaml_file import load

NAME = "fleet.yaml"
Count = Annotated[int, Field(gt=0)]


class CarrierLimit(BaseModel):
    """So many devices *at_once* over one carrier, and so many *bytes* in one recovery of a fleet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_once: Count | None = None
    bytes: Count | None = None


class FleetLimits(BaseModel):
    """Limits of devices at once: in all (*jobs*), on one console server (*server*), over one carrier (*carrier*).

    *servers*, by address, and *carriers*, by name, are limits of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    jobs: Count = 32
    server: Count = 16
    carrier: Count = 8
    servers: dict[str, Count] = {}
    carriers: dict[str, CarrierLimit] = {}

    @classmethod
    def load(cls, home: Path) -> FleetLimits:
        """Return the limits of *home*; without a file, the usual ones."""
        return load(home / NAME, cls, cls())

    def caps(self, resources: Iterable[str]) -> dict[str, int]:
        """Return how many devices may take each of *resources* at once."""
        return {name: self._cap(*name.split(":", 1)) for name in sorted(set(resources))}

    def budgets(self) -> dict[str, int]:
        """Return the bytes that each carrier may carry in all, for those that have a limit."""
        return {name: one.bytes for name, one in self.carriers.items() if one.bytes is not None}

    def _cap(self, kind: str, name: str) -> int:
        if kind == "server":
            return self.servers.get(name, self.server)
        own = self.carriers.get(name)
        return own.at_once if own and own.at_once else self.carrier
