"""The clocks of a run: wall time for the record, elapsed time, and waiting that a test can shorten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

TOLERANCE = 60.0  # seconds by which a device's clock may differ before oob warns of it
UTC_NAMES = ("UTC", "GMT", "Z")
QUARTER = 900.0


def _now() -> datetime:
    return datetime.now(UTC)


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def _pause(until: threading.Event, seconds: float) -> bool:
    return until.wait(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Wall time in UTC, monotonic seconds, and a wait for a device that converges or reboots.

    *pause* waits so many seconds for something that another thread sets, and returns whether it is set.
    """

    utc: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = _wait
    pause: Callable[[threading.Event, float], bool] = _pause


def ahead(told: str, layout: str, zone: str, now: datetime) -> float:
    """Return how many seconds a device's clock, which *told* a time in *layout*, is ahead of *now*.

    In a zone other than UTC, whole quarters of an hour count as the offset of the zone; only the rest counts.
    """
    seconds = (datetime.strptime(told, layout).replace(tzinfo=UTC) - now).total_seconds()
    return seconds if zone in UTC_NAMES else seconds - QUARTER * round(seconds / QUARTER)
