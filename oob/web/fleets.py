"""The newest fleets of a home, each followed through its journal. Read only."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from oob.errors import OobError
from oob.fleet.api import fleets, plan_of
from oob.fleet.followed import FollowedFleet
from oob.inventory.home import Home

NEWEST = 5


class Fleets:
    """The newest fleets of *home*."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._fleets: dict[str, FollowedFleet] = {}

    def look(self) -> None:
        """Read the new lines of all their journals."""
        for name in fleets(self._home)[-NEWEST:]:
            if name not in self._fleets:
                with suppress(OobError, LookupError, TypeError, ValueError):
                    plan = plan_of(self._home, name)
                    self._fleets[name] = FollowedFleet(self._home.fleets / name, plan.waves, plan.members, plan.caps)
        for fleet in self._fleets.values():
            fleet.look()

    def page(self) -> dict[str, Any]:
        """Return the fleets by their names."""
        return {name: fleet.page() for name, fleet in self._fleets.items()}
