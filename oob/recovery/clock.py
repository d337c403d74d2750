"""The clocks of a run: what time it is for the record, how long something took, and waiting that a test can shorten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Wall time in UTC, monotonic seconds, and how to let time pass while a device converges or reboots."""

    utc: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = _wait
