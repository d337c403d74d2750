"""The bytes that a carrier may carry for all devices of one run together, as on one modem: counted and set aside."""

from __future__ import annotations

import threading
from collections.abc import Mapping


class SharedAllowance:
    """The allowance of *carrier*: *limit* bytes in one run, whichever devices use them.

    What one user of it expects is set aside, so that several that begin at once do not all count on the same bytes.
    """

    def __init__(self, carrier: str, limit: int) -> None:
        self.carrier = carrier
        self.limit = limit
        self.used = 0
        self._set_aside: dict[object, int] = {}
        self._lock = threading.Lock()

    def left(self, user: object) -> int:
        """Return the bytes that *user* may still use: those that are neither used nor set aside for another."""
        with self._lock:
            return self._left(user)

    def set_aside(self, user: object, size: int) -> bool:
        """Set *size* bytes aside for *user*, in the place of what it had; do nothing, return False where they lack."""
        with self._lock:
            if self._left(user) < size:
                return False
            self._set_aside[user] = size
            return True

    def charge(self, user: object, count: int) -> None:
        """Count *count* bytes of *user*, first of those that are set aside for it."""
        with self._lock:
            self.used += count
            if user in self._set_aside:
                self._set_aside[user] = max(0, self._set_aside[user] - count)

    def release(self, user: object) -> None:
        """Let others have what *user* has set aside and not used."""
        with self._lock:
            self._set_aside.pop(user, None)

    def _left(self, user: object) -> int:
        return self.limit - self.used - sum(size for one, size in self._set_aside.items() if one is not user)


def allowances(limits: Mapping[str, int]) -> dict[str, SharedAllowance]:
    """Return a new allowance for each carrier in *limits* (bytes), for one run."""
    return {name: SharedAllowance(name, limit) for name, limit in limits.items()}
