"""The scripts in docs/adapters.md, as they stand there, on the virtual routers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from oob.lab.control import Lab

PAGE = Path(__file__).parents[2] / "docs" / "adapters.md"
SCRIPTS = re.findall(r"^## (\S+).*?^```python\n(.*?)^```\n+```text\n(.*?)^```", PAGE.read_text(), re.M | re.S)
HOSTS = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(), re.M | re.S)


def on_lab(text: str, lab: Lab) -> str:
    """Put the lab's consoles where the page has addresses of nowhere."""
    for address, name in (("192.0.2.10:2007", "edge1"), ("192.0.2.10:2008", "core1")):
        text = text.replace(f"telnet://{address}", lab.router(name).console("telnet"))
    return text


def test_the_page_has_a_short_script_for_each_library() -> None:
    assert [name for name, _, _ in SCRIPTS] == ["Netmiko", "NAPALM", "PyEZ", "pexpect", "scrapli", "Nornir"]
    assert all(len(script.splitlines()) < 20 for _, script, _ in SCRIPTS)


@pytest.mark.parametrize(("script", "printed"), [each[1:] for each in SCRIPTS], ids=[each[0] for each in SCRIPTS])
def test_a_script_prints_what_the_page_says(script: str, printed: str, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text(on_lab(HOSTS[0], lab))
    for name in ("defaults.yaml", "groups.yaml"):
        (tmp_path / name).write_text("{}")
    router = lab.router("edge1")
    secrets = {"OOB_PASSWORD": router.password, "OOB_ENABLE": router.secret, "OOB_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", on_lab(script, lab)],
        cwd=tmp_path,
        env={**os.environ, **secrets},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    missing = [line for line in printed.splitlines() if line not in ran.stdout.splitlines()]
    assert not missing, ran.stdout
