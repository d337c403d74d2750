"""The sample baselines in backups/: complete, known-good, and of use without a device."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.verify import verify

ROOT = Path(__file__).parents[2]
BACKUPS = ROOT / "backups"


def _oob(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from oob.cli.main import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize(("device", "platform", "routes"), [("edge1", "cisco_ios", 20), ("core1", "juniper_junos", 26)])
def test_a_sample_is_a_complete_baseline(device: str, platform: str, routes: int) -> None:
    found = Catalogue(BACKUPS).find(device, "good")
    backup = verify(found.folder, device=device)
    assert backup.manifest.known_good
    assert (backup.manifest.platform, backup.manifest.routes) == (platform, routes)


def test_the_checkout_is_a_home_with_two_baselines() -> None:
    listed = _oob("backup", "list", "--home", ".", "--json")
    assert listed.returncode == 0
    assert [(row["device"], row["known_good"]) for row in json.loads(listed.stdout)] == [
        ("core1", True),
        ("edge1", True),
    ]
    assert _oob("backup", "verify", "--home", ".").returncode == 0


def test_a_prefix_missing_from_a_sample_is_named(tmp_path: Path) -> None:
    folder = next((BACKUPS / "edge1").iterdir())
    now = tmp_path / "now.txt"
    lines = (folder / "routes.txt").read_text().splitlines(keepends=True)
    now.write_text("".join(line for line in lines if "198.51.100.0/24" not in line))
    words = (
        "routes",
        "diff",
        str(folder / "routes.json"),
        str(now),
        "--platform",
        "cisco_ios",
        "--platform",
        "cisco_ios",
    )
    compared = _oob(*words)
    assert compared.returncode == 1
    assert "198.51.100.0/24" in compared.stdout
