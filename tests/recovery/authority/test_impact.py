"""Limits of impact and the circuit breaker, each alone."""

from __future__ import annotations

import pytest

from oob.recovery.authority.impact import Breaker, Impact, ImpactLimits

IMPACT = Impact(devices=2, prefixes=14, users=None)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (ImpactLimits(), []),
        (ImpactLimits(devices=2, prefixes=14), []),
        (ImpactLimits(devices=1), ["2 devices recovered within the last hour, the policy's limit is 1"]),
        (ImpactLimits(prefixes=13), ["14 prefixes whose routes change, the policy's limit is 13"]),
        (ImpactLimits(users=100), ["an unknown number of users affected, the policy's limit is 100"]),
    ],
)
def test_what_exceeds_a_limit_or_is_unknown_needs_a_persons_word(limits: ImpactLimits, why: list[str]) -> None:
    assert list(limits.exceeded(IMPACT)) == why


@pytest.mark.parametrize(
    ("baseline", "now", "trips"),
    [(2.0, 9.9, False), (2.0, 10.0, True), (0.0, 0.9, False), (0.0, 1.1, True), (None, 5.0, True), (2.0, None, True)],
)
def test_the_breaker_trips_at_five_times_the_baseline(baseline: float | None, now: float | None, trips: bool) -> None:
    assert bool(Breaker().tripped(baseline, now)) == trips
