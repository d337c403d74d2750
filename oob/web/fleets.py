"""The fleets of a home, followed through their journals: waves with a cell for each device. Read only."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from oob.errors import JournalError, OobError
from oob.fleet.api import fleets, plan_of
from oob.fleet.record import FleetState, MemberState
from oob.fleet.waves import Waves
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, Follower

NEWEST = 5


class FollowedFleet:
    """One fleet with its *waves*, as far as its journal in *folder* has been read."""

    def __init__(self, folder: Path, waves: Waves) -> None:
        self._follower = Follower(folder / NAME)
        self._state = FleetState()
        self._waves = waves

    def look(self) -> None:
        """Read what is new; a journal that cannot be read shows as it was."""
        with suppress(JournalError, LookupError, TypeError, ValueError):
            for entry in self._follower.more():
                self._state.apply(entry)

    def page(self) -> dict[str, Any]:
        """Return the verdict of the fleet, and its waves with the state of each device and its run."""
        known = self._state.members
        waves = [{name: list(_cell(known.get(name))) for name in wave} for wave in self._waves]
        return {"verdict": self._verdict(), "wave": self._state.wave, "waves": waves, "why": self._state.halted}

    def _verdict(self) -> str:
        if self._state.halted:
            return "STOPPED"
        if self._state.is_finished:
            names = [name for wave in self._waves for name in wave]
            known = [self._state.members.get(name) for name in names]
            return "PROVEN" if all(member and member.is_recovered for member in known) else "NOT PROVEN"
        return "PAUSED" if self._state.is_paused else "RECOVERING"


class Fleets:
    """The newest fleets of *home*."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._fleets: dict[str, FollowedFleet] = {}

    def look(self) -> None:
        """Read what is new in all their journals."""
        for name in fleets(self._home)[-NEWEST:]:
            if name not in self._fleets:
                with suppress(OobError, LookupError, TypeError, ValueError):
                    self._fleets[name] = FollowedFleet(self._home.fleets / name, plan_of(self._home, name).waves)
        for fleet in self._fleets.values():
            fleet.look()

    def page(self) -> dict[str, Any]:
        """Return the fleets by their names."""
        return {name: fleet.page() for name, fleet in self._fleets.items()}


def _cell(member: MemberState | None) -> tuple[str, str]:
    if member is None:
        return "next", ""
    if member.skipped:
        return "skipped", ""
    if member.is_recovered:
        return "proven", member.run
    if member.is_kept:
        return "neighbour down", member.run
    return ("failed" if member.is_failed else "in progress" if member.run else "next"), member.run
