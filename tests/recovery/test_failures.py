"""Whatever fails once, of the line or of the disk: a run ends in a known state, and its exit code says in which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

EVERY = bool(os.environ.get("OOB_EVERY_FAILURE"))
WORKERS = 8 if EVERY else 1  # most of it is waiting for a line
SAMPLE = {"edge1": 1, "core1": 2}  # so many points of each kind; `OOB_EVERY_FAILURE=1` tries all of them
KNOWN = {0, 3, 4, 7, 8}


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_failure_anywhere_ends_in_a_known_state_with_a_true_exit_code(name: str) -> None:
    found = list(_failed(name))

    assert len(found) > 5
    for one in found:
        assert one["exit_code"] in KNOWN, one
        assert one["is_right"], one
        assert not one["damage"], one
        assert one["then"] == 0, one
        assert one["is_proven"], one
        assert not one["is_armed"], one


def _failed(name: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.recovery.failing", name]
    rest = [str(WORKERS), str(0 if EVERY else SAMPLE[name])]
    workers = [subprocess.Popen([*command, str(number), *rest], stdout=subprocess.PIPE) for number in range(WORKERS)]
    for worker in workers:
        output, _ = worker.communicate()
        assert worker.returncode == 0
        yield from map(json.loads, output.splitlines())
