"""A second of what `python -m tests.routing.fuzz` does for ten minutes."""

from __future__ import annotations

from tests.routing.fuzz import run


def test_damaged_samples_end_in_routes_or_in_a_route_error() -> None:
    assert run(seconds=1.0, seed=7)
