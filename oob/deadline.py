"""Points in time that long operations carry, so that every wait below them is bounded."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]


def _now() -> float:
    return time.monotonic()


class Deadline:
    """A moment on a monotonic clock; `remaining()` shrinks to 0 and stays there."""

    __slots__ = ("_clock", "_end")

    def __init__(self, seconds: float, clock: Clock = _now) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Return the seconds left, never less than 0."""
        return max(0.0, self._end - self._clock())

    @property
    def is_over(self) -> bool:
        """Tell whether the moment has passed."""
        return self._clock() >= self._end
