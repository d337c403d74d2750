"""One device of a fleet, with what decides when its recovery may begin. Pure data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from oob.errors import GuardStopped


class FleetRefused(GuardStopped):
    """A fleet cannot be planned or recovered as asked, so nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One path to a console: the device that it runs through, "" where it is direct, and the *resources* it takes.

    A resource is what several devices share: `server:192.0.2.9` or `carrier:lte-a`. *size* is in bytes, *budget* the
    bytes that the path may still carry, None without a limit.
    """

    name: str
    via: str = ""
    resources: tuple[str, ...] = ()
    budget: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A device of a fleet. *after* are the devices that must be back before it; *seconds* and *size* (bytes) are what
    its recovery is expected to take."""

    name: str
    platform: str = ""
    site: str = ""
    tier: str = ""
    after: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    seconds: float = 0.0
    size: int = 0

    @property
    def needs(self) -> tuple[str, ...]:
        """The devices that come first: those it depends on, and those that a path to its console runs through."""
        return tuple(dict.fromkeys((*self.after, *(way.via for way in self.ways if way.via))))

    def way(self, lost: Collection[str]) -> Way | None:
        """Return the first path that runs through none of the *lost* devices, None without one left."""
        if not self.ways:
            return Way(name="")
        return next((way for way in self.ways if way.via not in lost), None)

    def blocked(self, lost: Collection[str]) -> str:
        """Return why the device cannot be recovered while the *lost* devices are down; "" where it can."""
        if missing := [name for name in self.after if name in lost]:
            return f"depends on {', '.join(missing)}, not recovered"
        if self.way(lost) is None:
            through = ", ".join(dict.fromkeys(way.via for way in self.ways))
            return f"every path runs through {through}, not recovered"
        return ""
