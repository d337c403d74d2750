"""Runs `killing` and `failing`, which are programs of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

Found = dict[str, Any]


def findings(program: str, scene: str, workers: int, *rest: int) -> list[Found]:
    """Return what *program* finds, shared out to as many *workers*: each is told its number, and the *rest*."""
    command = [sys.executable, "-m", f"tests.recovery.{program}", scene]
    told = [[str(number) for number in (worker, *rest)] for worker in range(workers)]
    processes = [subprocess.Popen([*command, *numbers], stdout=subprocess.PIPE) for numbers in told]
    found: list[Found] = []
    for process in processes:
        output, _ = process.communicate()
        assert process.returncode == 0
        found.extend(map(json.loads, output.splitlines()))
    return found
