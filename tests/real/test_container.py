"""The console of an LXC container, through `lxc-console`: reached, busy, and free for the next person."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathBusy
from oob.transport.opening import open_url
from tests.real.process import rouse, says

PROGRAMS = ["lxc-start", "lxc-console", "busybox"]

INIT = """#!/bin/sh
exec </dev/console >/dev/console 2>&1
while read -r line; do echo "r1 heard <$line>"; done
"""
CONFIGURATION = """lxc.uts.name = r1
lxc.rootfs.path = dir:{folder}/root
lxc.init.cmd = /bin/init
lxc.net.0.type = empty
lxc.apparmor.profile = unconfined
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the way to the console of a container that says what it is told."""
    folder = tmp_path_factory.mktemp("lxc")
    _furnish(folder / "r1" / "root", folder / "r1" / "config")
    lxc = ["-P", str(folder), "-n", "r1"]
    started = subprocess.run(["lxc-start", *lxc], capture_output=True, text=True, timeout=30, check=False)
    if started.returncode:
        pytest.skip(f"no container can be started here: {started.stderr.strip()}")
    yield f"exec://{shutil.which('lxc-console')}?" + "&".join(f"arg={word}" for word in (*lxc, "-t", "0"))
    subprocess.run(["lxc-stop", *lxc, "-k"], check=True, timeout=30)


def _furnish(root: Path, configuration: Path) -> None:
    for name in ("bin", "dev", "proc", "sys"):
        (root / name).mkdir(parents=True)
    shutil.copy(str(shutil.which("busybox")), root / "bin" / "busybox")
    (root / "bin" / "sh").symlink_to("busybox")
    (root / "bin" / "init").write_text(INIT)
    (root / "bin" / "init").chmod(0o755)
    configuration.write_text(CONFIGURATION.format(folder=configuration.parent))


def test_a_containers_console_is_typed_at_and_left_free(url: str) -> None:
    for _ in range(2):
        with open_url(url, Deadline(5)) as console:
            rouse(console, b"\r", b"r1 heard <>")
            console.write(b"show ver\r", 5)
            says(console, b"r1 heard <show ver>")
            console.write(b"\x01q\r", 5)  # goes to the device, and does not leave
            says(console, b"r1 heard <\x01q>")


def test_a_containers_console_that_somebody_has_is_busy(url: str) -> None:
    with open_url(url, Deadline(5)) as holder:
        rouse(holder, b"\r", b"r1 heard <>")
        with open_url(url, Deadline(5)) as second, pytest.raises(PathBusy, match="Denied access to tty"):
            says(second, b"never")
