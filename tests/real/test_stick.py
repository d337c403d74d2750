"""oob on a stick: made with a package index, installed and used where there is no network at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import stick

pytestmark = pytest.mark.real
OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare is missing; .ci/install-servers installs util-linux")
def test_a_machine_without_a_network_installs_from_a_stick_and_drills(tmp_path: Path) -> None:
    folder, into = tmp_path / "stick", tmp_path / "venv"
    assert stick.main([str(folder), "--pythons", OURS, "--extras", "notify"]) == 0

    def alone(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["unshare", "--net", *map(str, words)], capture_output=True, text=True)

    made = alone("env", f"PYTHON={sys.executable}", "sh", folder / "install.sh", into)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("oob ")
    assert "# Paths" in alone(into / "bin" / "oob", "docs", "paths").stdout
    drilled = alone(into / "bin" / "oob", "--home", tmp_path / "home", "drill", "clean-rollback", "--fast")
    assert drilled.returncode == 0, drilled.stderr
