"""`oob plan`: what is printed of a recovery, with everything that would be typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from oob.backup.folder import write
from tests.backup.conftest import READING
from tests.cli.conftest import Oob

EDGE1 = "edge1: {platform: cisco_ios, data: {oob: {paths: ['tcp://192.0.2.1:4001']}}}\n"


def test_a_plan_prints_what_is_typed_at_the_questions(oob: Oob, home: Path, hosts: Callable[[str], None]) -> None:
    hosts(EDGE1)
    write(home / "backups", READING)
    made = oob("plan", "edge1", "--to", "latest", "--baseline", "latest", "--allow-reload").out

    _, _, restart = made.partition("(startup)")
    lines = [line.strip() for line in restart.splitlines()]
    asked = lines.index("asked 'Save? [yes/no]:': no and Return")
    assert lines[asked - 1] == "reload"
    assert lines[asked + 1] == "asked 'Proceed with reload? [confirm]': Return"
