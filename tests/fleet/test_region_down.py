"""The drill of a region, with three routers: recovered in waves behind their gates, and halted by a failing canary."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from oob.events import Events
from oob.fleet.region import region
from oob.fleet.region_down import RegionResult, drill


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Future[RegionResult]]]:
    """Both scenarios at once, each on a lab of its own: most of each is waiting."""
    small = region(is_whole=False, baud=0)
    with ThreadPoolExecutor() as pool:
        yield {
            failing: pool.submit(drill, _folder(tmp_path_factory), small, Events(), failing=failing)
            for failing in (False, True)
        }


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("region")


def test_a_region_is_recovered_in_waves_and_no_console_before_the_gate_it_runs_through(
    drills: dict[bool, Future[RegionResult]],
) -> None:
    result = drills[False].result()

    assert result.unmet == ()
    assert list(result.state.members) == ["gate1", "core1-p1", "edge1-p1"]
    assert result.chain == 2


def test_a_failing_canary_halts_the_region_and_leaves_the_others_as_they_were(
    drills: dict[bool, Future[RegionResult]],
) -> None:
    result = drills[True].result()

    assert result.unmet == ()
    assert list(result.state.members) == ["gate1"]
    assert result.state.halted == "1 not recovered in this wave, the limit is 1"
