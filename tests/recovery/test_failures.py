"""Whatever fails once, of the line or of the disk: a run ends in a known state, and its exit code says in which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

WORKERS = 8
SAMPLE = {"edge1": 1, "core1": 2}  # so many points of each kind; `OOB_EVERY_FAILURE=1` tries all of them
KNOWN = {0, 3, 4, 7, 8}


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_failure_anywhere_ends_in_a_known_state_with_a_true_exit_code(name: str) -> None:
    [counts] = _told(name, [[]])
    points = list(_points(counts, SAMPLE[name]))

    found = list(_told(name, [share for number in range(WORKERS) if (share := points[number::WORKERS])]))

    assert len(found) == len(points)
    for one in found:
        assert one["exit_code"] in KNOWN, one
        assert one["is_right"], one
        assert not one["damage"], one
        assert one["then"] == 0, one
        assert one["is_proven"], one
        assert not one["is_armed"], one


def _points(counts: dict[str, int], sample: int) -> Iterator[str]:
    for kind, count in counts.items():
        step = 1 if os.environ.get("OOB_EVERY_FAILURE") else max(1, count // sample)
        yield from (f"{kind}:{number}" for number in range(1 + step // 2, count + 1, step))


def _told(name: str, shares: list[list[str]]) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.recovery.failing", name]
    workers = [subprocess.Popen([*command, *share], stdout=subprocess.PIPE) for share in shares]
    for worker in workers:
        output, _ = worker.communicate()
        yield from map(json.loads, output.splitlines())
