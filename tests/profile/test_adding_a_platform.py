"""The page about adding a platform: its example is a profile, and its samples are those of that profile."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from oob.console.console import Console
from oob.device.facts import find
from oob.profile.model import Profile
from tests.console.conftest import Secrets
from tests.profile.player import Player
from tests.profile.samples import exchanges, neighbours, rollback
from tests.profile.test_every_profile import carry_out, check_neighbours, drive

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-platform.md").read_text()


def blocks() -> tuple[Profile, dict[str, Any]]:
    profile, session = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
    return Profile.model_validate(profile), session


def test_the_session_on_the_page_is_read_with_the_profile_on_the_page() -> None:
    profile, sample = blocks()
    player = Player(exchanges(profile.platform, sample["session"]), chunk=1)
    console = Console(player, profile, Secrets(username="ops", password="s3cret-word"))

    console.open()
    outputs = drive(console, player)

    assert profile.facts
    facts = find(profile.facts, "\n".join(outputs[command] for command in profile.facts.commands))
    assert {name: getattr(facts, name) for name in sample["facts"]} == sample["facts"]


def test_the_neighbours_on_the_page_are_read_with_the_profile_on_the_page() -> None:
    profile, sample = blocks()

    check_neighbours(profile, neighbours(sample["neighbours"]))


def test_the_rollback_on_the_page_goes_as_the_page_prints_it() -> None:
    profile, sample = blocks()

    assert list(sample["rollbacks"]) == list(profile.strategies)
    for name, part in sample["rollbacks"].items():
        carry_out(profile, name, rollback(profile.platform, part))


def test_the_plan_is_read_with_the_commands_on_the_page(tmp_path: Path) -> None:
    _, _, recipe = PAGE.partition("No device is needed")
    lines = "".join(re.findall(r"^    (.*\n)", recipe, re.MULTILINE))
    lines = lines.replace("/tmp/acme", str(tmp_path)).replace("acme_nos", "cisco_asa")
    lines = lines.replace(".venv/bin/oob", str(Path(sys.executable).with_name("oob")))
    done = subprocess.run(["bash", "-e"], input=lines, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert "asked '[Y]es/[N]o:': n and Return" in done.stdout
    assert "BY HAND" in done.stdout


def test_the_files_that_the_page_names_are_those_of_every_platform() -> None:
    for path in re.findall(r"^    (\S+)/acme_nos", PAGE, re.MULTILINE):
        assert (ROOT / path).is_dir(), path
    assert "oob/profile/model.py" in PAGE
