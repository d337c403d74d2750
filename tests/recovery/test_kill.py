"""A run that is killed at any line of its journal ends proven all the same, and nothing decisive is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from oob.recovery.journal import Entry
from oob.recovery.recover import recover
from tests.recovery.conftest import Site
from tests.recovery.killing import QUICK, stage, typed

WORKERS = 6
SAMPLE = 24  # every so manieth point; `OOB_EVERY_KILL=1` tries all of them


@pytest.mark.parametrize("scene", ["edge1", "core1", "edge1-twice", "core1-twice"])
def test_a_run_killed_at_any_line_is_gone_on_with_by_another_person_on_another_path(own_site: Site, scene: str) -> None:
    name = stage(own_site, scene)
    run = recover(own_site.entry(name), own_site.means(), QUICK).run
    points = list(_points(list(own_site.journal(run).entries)))
    undisturbed = typed(own_site.home, name)
    if not os.environ.get("OOB_EVERY_KILL"):
        points = points[::SAMPLE]

    found = list(_killed_at(scene, points))

    assert len(found) == len(points)
    for one in found:
        assert one["exit_code"] == 0, one
        assert one["typed"] == undisturbed, one
        assert not one["armed"], one
        assert one["differing"] == 0, one


def _points(entries: list[Entry]) -> Iterator[str]:
    """Give the moments between two acts: each line that is not written yet, and each intent that is not acted on."""
    for entry in entries:
        yield f"before:{entry.sequence}"
        if entry.event.endswith(".started"):
            yield f"after:{entry.sequence}"


def _killed_at(scene: str, points: list[str]) -> Iterator[dict[str, Any]]:
    shares = [share for number in range(WORKERS) if (share := points[number::WORKERS])]
    command = [sys.executable, "-m", "tests.recovery.killing", scene]
    workers = [subprocess.Popen([*command, *share], stdout=subprocess.PIPE) for share in shares]
    for worker in workers:
        output, _ = worker.communicate()
        yield from map(json.loads, output.splitlines())
