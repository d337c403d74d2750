"""Whatever fails once, of the line or of the disk: a run ends in a known state, and its exit code says in which."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.recovery.apart import Found, findings
from tests.recovery.failing import KINDS

EVERY = bool(os.environ.get("OOB_EVERY_FAILURE"))
WORKERS = 8 if EVERY else 2  # most of it is waiting for a line
SAMPLE = {"edge1": 1, "core1": 2}  # so many points of each kind; `OOB_EVERY_FAILURE=1` tries all of them
KNOWN = {0, 3, 4, 7, 8}


@pytest.fixture(scope="module")
def failures() -> Iterator[dict[str, Future[list[Found]]]]:
    """Both routers at once, or one after the other where every point is tried."""
    with ThreadPoolExecutor(1 if EVERY else 2) as pool:
        yield {
            name: pool.submit(findings, "failing", name, WORKERS, WORKERS, 0 if EVERY else sample)
            for name, sample in SAMPLE.items()
        }


@pytest.mark.parametrize("name", SAMPLE)
def test_a_failure_anywhere_ends_in_a_known_state_with_a_true_exit_code(
    name: str, failures: dict[str, Future[list[Found]]]
) -> None:
    found = failures[name].result()

    assert {one["point"].partition(":")[0] for one in found} == set(KINDS)
    for one in found:
        assert one["exit_code"] in KNOWN, one
        assert one["is_right"], one
        assert not one["damage"], one
        assert one["then"] == 0, one
        assert one["is_proven"], one
        assert not one["is_armed"], one
