"""A router with U-Boot: caught while it boots, given a file there, booted, reset by a BREAK."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.device.connect import connect
from oob.device.loader import BootLoader
from oob.errors import DeviceError, StateUnreachable
from oob.lab.control import Lab, lab_up
from oob.lab.real.router import PASSWORDS
from oob.lab.vm.image import APPEND, HERE, RAMDISK, build, pack
from oob.secret.credentials import Credentials
from oob.transport.url import open_url

PROGRAMS = ["qemu-system-x86_64", "cpio", "vtysh", "openssl"]
ROOT = Credentials(username="root", password=PASSWORDS["root"])
UPLOADED = "203.0.113.0/24"  # a route that only the configuration from the boot loader has
BOOT_SECONDS = 120.0


def oob(home: Path, *words: str) -> Any:
    command = [sys.executable, "-c", "from oob.cli.main import main; main()", *words, "--home", str(home), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def oob_while(home: Path, act: Callable[[], None], *words: str) -> Any:
    """Do something once oob has said what it waits for."""
    command = [sys.executable, "-c", "from oob.cli.main import main; main()", *words, "--home", str(home), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        assert "waiting for" in running.stderr.readline()
        act()
        answer, errors = running.communicate(timeout=100)
    assert running.returncode == 0, errors
    return json.loads(answer)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("vm")
    build(folder)
    with lab_up(folder, None, owned=True, real="vm") as lab:
        yield lab


@pytest.fixture
def url(lab: Lab) -> str:
    return lab.router("q1").console("telnet")


def machine(lab: Lab) -> int:
    """Return the process of the machine."""
    (pid,) = (int(pid) for pid in Path(f"/proc/{lab.pid}/task/{lab.pid}/children").read_text().split())
    return pid


def wait_gone(descriptor: int) -> None:
    """Wait for the end of a process."""
    assert select.select([descriptor], [], [], 10)[0]
    os.close(descriptor)


def wait_for(url: str, text: bytes, seconds: float) -> None:
    """Wait until the console says something."""
    deadline = Deadline(seconds)
    heard = b""
    with open_url(url, Deadline(10)) as transport:
        while text not in heard:
            assert not deadline.is_over, heard[-500:]
            heard += transport.read(4096, deadline.remaining())


def break_and(url: str, key: bytes) -> None:
    """Send a BREAK and the key that Linux then takes for a command to its kernel."""
    with open_url(url, Deadline(10)) as transport:
        transport.send_break()
        transport.write(key, 5)
        heard = b""
        deadline = Deadline(10)
        while b"sysrq:" not in heard:
            assert not deadline.is_over, heard
            heard += transport.read(4096, deadline.remaining())


def overlay(folder: Path) -> Path:
    """Return an archive with the configuration that the router is to boot with."""
    root = folder / "root"
    (root / "etc/frr").mkdir(parents=True)
    text = (HERE / "frr.conf").read_text()
    (root / "etc/frr/frr.conf").write_text(text.replace("ip route", f"ip route {UPLOADED} blackhole\nip route", 1))
    archive = folder / "overlay.cpio"
    archive.write_bytes(pack(root))
    return archive


def test_a_router_is_caught_in_its_boot_loader_and_booted_with_a_file_from_there(
    lab: Lab, url: str, tmp_path: Path
) -> None:
    caught = oob_while(tmp_path, lambda: lab.fault("q1", "power", state="cycle"), "bootloader", url, "version")
    assert "U-Boot 20" in caught["commands"][0]["answer"]
    (path,) = oob(tmp_path, "probe", url, "--platform", "frr")["paths"]
    assert (path["verdict"], path["state"]) == ("reached", "boot")
    archive = overlay(tmp_path)
    size = (lab.state / "disk" / "initrd.gz").stat().st_size
    load = ["virtio scan", f"load virtio 0:1 {RAMDISK:x} /initrd.gz"]
    sent = oob(tmp_path, "bootloader", url, "--upload", str(archive), "--to", f"{RAMDISK + size:x}", *load)
    assert int(sent["crc32"], 16) == crc32(archive.read_bytes())
    boot = f"zboot ${{kernel_addr_r}} - {RAMDISK:x} {size + archive.stat().st_size:x}"
    load = [f"setenv bootargs {APPEND}", "load virtio 0:1 ${kernel_addr_r} /vmlinuz"]
    oob(tmp_path, "bootloader", url, "--boot", boot, *load)
    wait_for(url, b"login: ", BOOT_SECONDS)
    with connect(url, platform="frr", secrets=ROOT) as device:
        assert UPLOADED in device.run("vtysh -c 'show ip route'").text


def test_a_break_reaches_the_kernel_and_does_not_disturb_the_boot_loader(lab: Lab, url: str) -> None:
    lab.fault("q1", "power", state="cycle")
    wait_for(url, b"login: ", BOOT_SECONDS)
    break_and(url, b"b")
    with open_url(url, Deadline(10)) as transport:
        stream = Stream(transport)
        loader = BootLoader(stream)
        loader.catch(30)
        transport.send_break()
        assert loader.run("echo still here", 5) == "still here"
        with pytest.raises(DeviceError, match="Unknown command 'nonsense'"):
            loader.run("nonsense", 5)
        loader.boot("reset")
        loader.catch(30)


def test_a_console_without_a_boot_loader_is_waited_for_as_long_as_was_said(tmp_path: Path) -> None:
    with open_url("exec:///bin/cat", Deadline(5)) as transport, pytest.raises(StateUnreachable, match="within 1 s"):
        BootLoader(Stream(transport)).catch(1)


def test_nothing_outlives_a_lab_that_was_killed(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "disk").symlink_to(lab.state / "disk")
    with lab_up(tmp_path, None, owned=True, real="vm") as other:
        qemu = os.pidfd_open(machine(other))
        os.kill(other.pid, signal.SIGKILL)
        wait_gone(qemu)
