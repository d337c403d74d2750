"""A run that is killed at any line of its journal ends proven all the same, and nothing decisive is done twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.recovery.apart import Found, findings

WORKERS = 3 if os.environ.get("OOB_EVERY_KILL") else 1
STEP = WORKERS if WORKERS > 1 else 36  # every so manieth moment; `OOB_EVERY_KILL=1` tries all of them
SCENES = ("edge1", "core1", "edge1-twice", "core1-twice")


@pytest.fixture(scope="module")
def kills() -> Iterator[dict[str, Future[list[Found]]]]:
    """All scenes, two at a time: most of each is waiting."""
    with ThreadPoolExecutor(2) as pool:
        yield {scene: pool.submit(findings, "killing", scene, WORKERS, STEP) for scene in SCENES}


@pytest.mark.parametrize("scene", SCENES)
def test_a_run_killed_at_any_line_is_resumed_by_another_operator_over_another_path(
    scene: str, kills: dict[str, Future[list[Found]]]
) -> None:
    found = kills[scene].result()

    assert len(found) > 1
    for one in found:
        assert one["exit_code"] == 0, one
        assert one["typed"] == one["undisturbed"], one
        assert not one["armed"], one
        assert one["differing"] == 0, one
