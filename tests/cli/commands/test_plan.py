"""`oob plan`: what is printed of a recovery, with everything that would be typed."""

from __future__ import annotations

import os
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


def test_a_plan_takes_the_place_of_a_file_and_of_nothing_else(oob: Oob, home: Path, tmp_path: Path) -> None:
    steps, pipe, file, link = (tmp_path / name for name in ("steps.yaml", "pipe", "plan.yaml", "link.yaml"))
    steps.write_text("steps: [{about: look, run: 'true', expect: '^$', reads: true}]\n")
    os.mkfifo(pipe)
    link.symlink_to(file)
    words = ("plan", "tcp://127.0.0.1:1", "--platform", "linux", "--steps", steps, "-o")

    said = oob(*words, pipe)
    assert (said.code, "a plan cannot be written there" in said.err) == (2, True)
    assert pipe.is_fifo()
    assert oob(*words, link).code == 0
    assert link.is_symlink()
    assert "device: console" in file.read_text()


def test_a_plan_says_its_best_and_worst_time_and_needs_no_passphrase(
    oob: Oob, home: Path, hosts: Callable[[str], None]
) -> None:
    hosts(EDGE1)
    write(home / "backups", READING)
    (home / "secrets.age").write_bytes(b"age-encryption.org/v1\nsealed with a passphrase that nobody has typed\n")
    words = ("plan", "edge1", "--to", "latest", "--baseline", "latest")

    (told,) = [line for line in oob(*words).out.splitlines() if line.startswith("in all: ")]
    plan = oob(*words, "--json").document
    tried = [attempt for attempt in plan["attempts"] if not attempt["skipped"]]
    proven = [attempt["seconds"] + plan["proof_seconds"] for attempt in tried]
    assert plan["best_seconds"] == plan["preserve_seconds"] + proven[0]
    assert plan["worst_seconds"] == plan["preserve_seconds"] + sum(proven)
    assert f"where only the last of {len(tried)} does" in told
