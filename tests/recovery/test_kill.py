"""A run that is killed at any line of its journal ends proven all the same, and nothing decisive is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

WORKERS = 3 if os.environ.get("OOB_EVERY_KILL") else 1
STEP = WORKERS if WORKERS > 1 else 24  # every so manieth moment; `OOB_EVERY_KILL=1` tries all of them


@pytest.mark.parametrize("scene", ["edge1", "core1", "edge1-twice", "core1-twice"])
def test_a_run_killed_at_any_line_is_gone_on_with_by_another_person_on_another_path(scene: str) -> None:
    found = list(_killed(scene))

    assert len(found) > 1
    for one in found:
        assert one["exit_code"] == 0, one
        assert one["typed"] == one["undisturbed"], one
        assert not one["armed"], one
        assert one["differing"] == 0, one


def _killed(scene: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.recovery.killing", scene]
    workers = [subprocess.Popen([*command, str(first), str(STEP)], stdout=subprocess.PIPE) for first in range(WORKERS)]
    for worker in workers:
        output, _ = worker.communicate()
        assert worker.returncode == 0
        yield from map(json.loads, output.splitlines())
