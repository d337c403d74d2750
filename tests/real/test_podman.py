"""A container of podman's as a console: a shell in it, and the terminal of what it runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathLost
from oob.transport.base import Transport
from oob.transport.opening import open_url
from tests.real.process import ServerProcess, rouse, says

PROGRAMS = ["podman", "busybox", "nsenter"]

INIT = 'while read -r line; do echo "r1 heard <$line>"; done'
# Debian's crun wants the newer kind of control groups alone, which not every kernel is set up for.
HOST = "mount -t cgroup2 none /sys/fs/cgroup; touch {ready}; while :; do sleep 1; done"
PODMAN = """#!/bin/sh
export CONTAINERS_STORAGE_CONF={folder}/storage.conf CONTAINERS_CONF={folder}/containers.conf
exec nsenter --target {process} --mount --pid podman "$@"
"""
CONFIGURATION = """[engine]
tmp_dir = "{folder}/tmp"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
cgroups = "disabled"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
"""
STORAGE = '[storage]\ndriver = "vfs"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A machine with podman and a container `r1`."""

    podman: Path

    def run(self, *words: str) -> str:
        done = subprocess.run([self.podman, *words], capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    def open(self, *words: str) -> Transport:
        return open_url(f"exec://{self.podman}?" + "&".join(f"arg={word}" for word in words), Deadline(5))

    def processes(self) -> int:
        """Return how many processes the container has, `ps` not counted."""
        return len(self.run("exec", "r1", "ps", "-o", "pid").split()) - 2


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("pod")
    root = folder / "root"
    for name in ("bin", "dev", "etc", "proc", "run", "sys", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy(str(shutil.which("busybox")), root / "bin" / "busybox")
    for applet in ("sh", "ps"):
        (root / "bin" / applet).symlink_to("busybox")
    (folder / "containers.conf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "storage.conf").write_text(STORAGE.format(folder=folder))
    ready = folder / "ready"
    server = ServerProcess(["sh", "-c", HOST.format(ready=ready)], folder, ready.exists)
    try:
        process = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0]
        podman = folder / "podman"
        podman.write_text(PODMAN.format(folder=folder, process=process))
        podman.chmod(0o755)
        host = Host(podman=podman)
        host.run("run", "-dit", "--name", "r1", "--network", "none", "--rootfs", str(root), "/bin/sh", "-c", INIT)
        yield host
    finally:
        server.close()


def test_a_shell_in_a_container_is_typed_at_and_ended(host: Host) -> None:
    before = host.processes()
    for typed in (b"", b"half a li"):
        with host.open("exec", "-it", "r1", "sh") as console:
            says(console, b"# ")
            console.write(b"echo $((6 * 7))\r", 5)
            says(console, b"42")
            console.write(typed, 5)
        assert host.processes() == before


def test_what_a_container_runs_is_typed_at_and_goes_on(host: Host) -> None:
    for _ in range(2):
        with host.open("attach", "r1") as console:
            rouse(console, b"\r", b"r1 heard <>")
            console.write(b"show ver\r", 5)
            says(console, b"r1 heard <show ver>")
    assert host.run("inspect", "--format", "{{.State.Running}}", "r1") == "true\n"


def test_a_container_that_is_not_there_is_a_lost_path_that_says_so(host: Host) -> None:
    with host.open("exec", "-it", "r2", "sh") as console, pytest.raises(PathLost, match="no such container"):
        says(console, b"never")


def test_a_container_that_ends_is_a_lost_path(host: Host) -> None:
    with host.open("exec", "-it", "r1", "sh") as console:
        says(console, b"# ")
        host.run("stop", "--time", "0", "r1")
        with pytest.raises(PathLost, match="podman ended with exit status"):
            says(console, b"never")
    host.run("start", "r1")
