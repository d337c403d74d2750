"""A fleet followed through its journal: waves with a cell for each device. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from oob.errors import JournalError
from oob.fleet.member import Member
from oob.fleet.record import FleetState, MemberState
from oob.fleet.waves import Waves
from oob.recovery.record.journal import NAME, Follower


class FollowedFleet:
    """One fleet with its *waves*, as far as its journal in *folder* has been read.

    The *members* of its plan say who waits for whom and what they share, of which *caps* is how many may take it.
    """

    def __init__(
        self,
        folder: Path,
        waves: Waves,
        members: Mapping[str, Member] = MappingProxyType({}),
        caps: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._members = members
        self._caps = caps
        self._follower = Follower(folder / NAME)
        self._state = FleetState()
        self._waves = waves

    def look(self) -> None:
        """Read the new lines; a journal that cannot be read shows as it was."""
        with suppress(JournalError, LookupError, TypeError, ValueError):
            for entry in self._follower.more():
                self._state.apply(entry)

    def page(self) -> dict[str, Any]:
        """Return the verdict of the fleet, and its waves with the state of each device and its run."""
        known = self._state.members
        waves = [{name: list(_cell(known.get(name))) for name in wave} for wave in self._waves]
        return {
            "verdict": self.verdict,
            "wave": self._state.wave,
            "waves": waves,
            "why": self._state.halted,
            "needs": self._needs(),
            "shared": self._shared(),
        }

    def _needs(self) -> dict[str, list[str]]:
        """Return the devices of this fleet that each of its devices waits for."""
        found = {name: [one for one in member.needs if one in self._members] for name, member in self._members.items()}
        return {name: needed for name, needed in found.items() if needed}

    def _shared(self) -> dict[str, list[int]]:
        """Return of each console server and carrier with a cap how many devices under way take it, and the cap."""
        used = dict.fromkeys(self._caps, 0)
        for name, member in self._members.items():
            way = member.way(()) if _cell(self._state.members.get(name))[0] == "in progress" else None
            for resource in way.resources if way else ():
                if resource in used:
                    used[resource] += 1
        return {resource: [used[resource], cap] for resource, cap in self._caps.items()}

    @property
    def verdict(self) -> str:
        """The word of the fleet."""
        if self._state.halted:
            return "STOPPED"
        if self._state.is_finished:
            names = [name for wave in self._waves for name in wave]
            known = [self._state.members.get(name) for name in names]
            return "PROVEN" if all(member and member.is_recovered for member in known) else "NOT PROVEN"
        return "PAUSED" if self._state.is_paused else "RECOVERING"


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
