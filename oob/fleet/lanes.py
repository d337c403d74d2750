"""Which device may begin now: those of a wave, under caps on what they share. Pure; linear in devices and resources.

Devices that take the same resources stand in one lane, in their order. A lane whose turn it is and that lacks a
resource waits at this resource, and is looked at again only when one unit of it is given back.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

Key = tuple[str, ...]


class Lanes:
    """The waiting devices. *caps* is how many may take a resource at once; one without a cap is not counted.

    *jobs* is how many devices are under way at once, whatever they take.
    """

    def __init__(self, caps: Mapping[str, int], jobs: int) -> None:
        self._free = {name: max(1, cap) for name, cap in caps.items()}
        self._room = max(1, jobs)
        self._lanes: dict[Key, deque[str]] = {}
        self._ready: deque[Key] = deque()
        self._parked: defaultdict[str, deque[Key]] = defaultdict(deque)
        self._held: dict[str, Key] = {}
        self._waiting: set[str] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def held(self) -> int:
        """The number of devices under way."""
        return len(self._held)

    def waiting(self) -> list[str]:
        """Return the devices that have not begun."""
        return sorted(self._waiting)

    def add(self, name: str, resources: Iterable[str]) -> None:
        """Let *name* wait for its turn, and for one unit of each of *resources*."""
        key = tuple(sorted({one for one in resources if one in self._free}))
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = deque()
            self._ready.append(key)
        lane.append(name)
        self._waiting.add(name)

    def drop(self, name: str) -> None:
        """Forget a waiting device."""
        self._waiting.discard(name)

    def next(self) -> str | None:
        """Return the device that `take` returns, which holds nothing yet."""
        while self._room and self._ready:
            key = self._ready[0]
            name = self._head(key)
            lacking = next((one for one in key if not self._free[one]), None)
            if name is not None and lacking is None:
                return name
            self._ready.popleft()
            if name is None:
                del self._lanes[key]
            elif lacking is not None:
                self._parked[lacking].append(key)
        return None

    def take(self) -> str | None:
        """Return the next device that may begin, whose resources it holds from now on; None where none may."""
        name = self.next()
        if name is None:
            return None
        key = self._ready.popleft()
        self._lanes[key].popleft()
        self._waiting.discard(name)
        self._hold(name, key)
        self._ready.append(key)
        return name

    def release(self, name: str) -> None:
        """Give back what *name* holds."""
        key = self._held.pop(name)
        self._room += 1
        for one in key:
            self._free[one] += 1
            self._wake(one)

    def _hold(self, name: str, key: Key) -> None:
        self._held[name] = key
        self._room -= 1
        for one in key:
            self._free[one] -= 1

    def _head(self, key: Key) -> str | None:
        lane = self._lanes[key]
        while lane and lane[0] not in self._waiting:  # dropped
            lane.popleft()
        return lane[0] if lane else None

    def _wake(self, resource: str) -> None:
        """Let the next lane that waits for *resource* be looked at; if it lacks another, it waits there."""
        parked = self._parked[resource]
        while parked:
            key = parked.popleft()
            lacking = next((one for one in key if not self._free[one]), None)
            if lacking is None or self._head(key) is None:
                self._ready.append(key)
                return
            self._parked[lacking].append(key)
            if lacking == resource:
                return
