"""Permission to begin the next device of a fleet: the policy's limits of impact, and its circuit breaker."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from oob.clock import Clock
from oob.fleet.record import FleetState
from oob.recovery.authority.authority import Policy
from oob.recovery.authority.impact import Impact

FRESH = 15.0  # seconds for which a measured error rate counts
Kind = Literal["impact", "breaker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A person's word that is needed, and *why*."""

    kind: Kind
    why: str


class FleetPermission:
    """Tells before each device whether it may be begun without a person's word.

    *before* are the devices that other runs of the home have changed within the last hour, *users* is how many the
    fleet affects; *measure* returns the error rate, in percent, and writes it down, *lowest* the baseline of it.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        before: Collection[str] = (),
        users: int | None = None,
        measure: Callable[[], float | None] = lambda: None,
        lowest: Callable[[], float | None] = lambda: None,
        clock: Clock | None = None,
    ) -> None:
        self.seconds = 60 * policy.reply_minutes
        self._policy = policy
        self._before = frozenset(before)
        self._users = users
        self._measure = measure
        self._lowest = lowest
        self._clock = clock or Clock()
        self._measured_at: float | None = None
        self._rate: float | None = None
        self._agreed_rate: float | None = None  # that a person has agreed to
        self._is_unknown_agreed = False

    def needed(self, state: FleetState, following: str) -> Needed | None:
        """Return the word that is needed before the device *following* is begun, None where none is."""
        if "impact" not in state.agreed and (why := self._touched(state, following)):
            return Needed(kind="impact", why=why)
        if self._policy.breaker is not None and (why := self._grown()):
            return Needed(kind="breaker", why=why)
        return None

    def agree(self, needed: Needed) -> None:
        """Take in that a person agreed: to the whole impact, or to the error rate as it is and no higher."""
        if needed.kind == "breaker":
            self._agreed_rate, self._is_unknown_agreed = self._rate, self._rate is None

    def _touched(self, state: FleetState, following: str) -> str:
        limits = self._policy.impact
        begun = {name for name, known in state.members.items() if known.run} if limits.devices is not None else set()
        # How many prefixes change is known to the run of a device alone, which counts those of the others too.
        limits = limits.model_copy(update={"prefixes": None})
        devices = len({*self._before, *begun, following})
        return "; ".join(limits.exceeded(Impact(devices=devices, prefixes=None, users=self._users)))

    def _grown(self) -> str:
        now = self._clock.monotonic()
        if self._measured_at is None or now - self._measured_at >= FRESH:
            self._rate, self._measured_at = self._measure(), now
        assert self._policy.breaker is not None
        why = self._policy.breaker.tripped(self._lowest(), self._rate)
        if self._rate is None:
            return "" if self._is_unknown_agreed else why
        return "" if self._agreed_rate is not None and self._rate <= self._agreed_rate else why
