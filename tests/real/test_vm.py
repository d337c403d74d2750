"""A router with U-Boot: caught while it boots, given a file there, booted, broken and recovered, reset by a BREAK."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import md5
from pathlib import Path
from typing import Any
from zlib import crc32

import pexpect
import pytest

from oob.console import attach as attaching
from oob.console.attach import attach
from oob.console.grammar import Grammar
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.device.connect import connect
from oob.device.loader import BootLoader
from oob.errors import ConsoleSilent, DeviceError, StateUnreachable
from oob.lab.control import Lab, lab_up
from oob.lab.real.packages import NEEDED_BY_VM, missing
from oob.lab.real.process import wait_until
from oob.lab.real.router import PASSWORDS
from oob.lab.vm.image import APPEND, HERE, RAMDISK, build, pack
from oob.profile.store import load
from oob.secret.credentials import Credentials
from oob.transport.opening import open_url
from tests.conftest import LISTENS

LACKING = missing(NEEDED_BY_VM)
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")
ROOT = Credentials(username="root", password=PASSWORDS["root"])
LOST = "198.51.100.0/24"
BREAK = f"-c 'no router ospf' -c 'no ip route {LOST} 10.9.0.1' -c 'interface dummy0' -c 'no ip address 10.9.0.2/24'"
UPLOADED = "203.0.113.0/24"  # a route that only the configuration from the boot loader has
FILLING = random.Random(4).randbytes(80_000)
LOGIN = b"q1 login: "
BOOT_SECONDS = 120.0
OOB = [sys.executable, "-c", "from oob.cli.main import main; main()"]


def oob(home: Path, *words: str, code: int = 0) -> Any:
    command = [*OOB, *words, "--home", str(home), "--json"]
    environment = {**os.environ, "OOB_USERNAME": "root", "OOB_PASSWORD": PASSWORDS["root"]}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=400, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def oob_while(home: Path, act: Callable[[], None], *words: str) -> Any:
    """Do something once oob has said what it waits for."""
    command = [*OOB, *words, "--home", str(home), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        assert "waiting for" in running.stderr.readline()
        act()
        answer, errors = running.communicate(timeout=100)
    assert running.returncode == 0, errors
    return json.loads(answer)


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listen as long as the product does: this machine counts its boot down."""
    monkeypatch.setattr(attaching, "UNKNOWN", LISTENS)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("vm")
    build(folder)
    with lab_up(folder, None, owned=True, real="vm") as lab:
        yield lab


@pytest.fixture
def url(lab: Lab) -> str:
    return lab.router("q1").console("telnet")


@pytest.fixture
def booted(lab: Lab) -> Lab:
    """Give the lab when its router can be logged in to."""
    if LOGIN not in said(lab):
        lab.fault("q1", "power", state="cycle")
        wait_up(lab)
    return lab


def machine(lab: Lab) -> int:
    """Return the process of the machine."""
    (pid,) = (int(pid) for pid in Path(f"/proc/{lab.pid}/task/{lab.pid}/children").read_text().split())
    return pid


def wait_gone(descriptor: int) -> None:
    """Wait for the end of a process."""
    assert select.select([descriptor], [], [], 10)[0]
    os.close(descriptor)


def said(lab: Lab) -> bytes:
    """Return what the serial line has said since the power was switched on last."""
    return (lab.state / "console.log").read_bytes().rpartition(b"U-Boot 20")[2]


def wait_up(lab: Lab) -> None:
    """Wait until the router has booted."""
    wait_until(lambda: LOGIN in said(lab), lambda: repr(said(lab)[-500:]), BOOT_SECONDS)


def type_into(console: pexpect.spawn[bytes], keys: bytes, answer: bytes) -> None:
    """Type something and wait for what comes of it."""
    console.send(keys)
    console.expect_exact(answer, timeout=30)


def overlay(folder: Path) -> Path:
    """Return an archive with the configuration that the router is to boot with."""
    root = folder / "root"
    (root / "etc/frr").mkdir(parents=True)
    text = (HERE / "frr.conf").read_text()
    (root / "etc/frr/frr.conf").write_text(text.replace("ip route", f"ip route {UPLOADED} blackhole\nip route", 1))
    (root / "filling").write_bytes(FILLING)
    archive = folder / "overlay.cpio"
    archive.write_bytes(pack(root))
    return archive


def test_a_router_is_caught_in_its_boot_loader_and_booted_with_a_file_from_there(
    lab: Lab, url: str, tmp_path: Path
) -> None:
    caught = oob_while(tmp_path, lambda: lab.fault("q1", "power", state="cycle"), "bootloader", url, "version")
    assert "U-Boot 20" in caught["commands"][0]["answer"]
    (path,) = oob(tmp_path, "probe", url, "--platform", "frr", code=8)["paths"]
    assert (path["verdict"], path["state"], path["usable"]) == ("boot loader", "boot", False)
    archive = overlay(tmp_path)
    size = (lab.state / "disk" / "initrd.gz").stat().st_size
    load = ["virtio scan", f"load virtio 0:1 {RAMDISK:x} /initrd.gz"]
    sent = oob(tmp_path, "bootloader", url, "--upload", str(archive), "--to", f"{RAMDISK + size:x}", *load)
    assert int(sent["crc32"], 16) == crc32(archive.read_bytes())
    boot = f"zboot ${{kernel_addr_r}} - {RAMDISK:x} {size + archive.stat().st_size:x}"
    load = [f"setenv bootargs {APPEND}", "load virtio 0:1 ${kernel_addr_r} /vmlinuz"]
    oob(tmp_path, "bootloader", url, "--boot", boot, *load)
    wait_up(lab)
    with connect(url, platform="frr", secrets=ROOT) as device:
        assert UPLOADED in device.run("vtysh -c 'show ip route'").text
        assert device.run("md5sum /filling").text.startswith(md5(FILLING).hexdigest())


def test_the_same_router_is_broken_and_recovered(booted: Lab, url: str, tmp_path: Path) -> None:
    oob_block = {"paths": [{"url": url, "name": "console"}], "critical_prefixes": [LOST], "expect": {"hostname": "q1"}}
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hosts.yaml").write_text(
        json.dumps({"q1": {"platform": "frr", "data": {"oob": oob_block}}})
    )
    oob(tmp_path, "backup", "take", "q1")
    oob(tmp_path, "backup", "mark-good", "q1")
    with connect(url, platform="frr", secrets=ROOT) as device:
        before = device.run("ip route").text
        device.run(f"vtysh -c 'configure terminal' {BREAK}")
        device.run("rm /etc/frr/frr.conf")
        assert LOST not in device.run("ip route").text
    done = oob(tmp_path, "recover", "q1", "--converge", "30", "--yes")
    assert done["is_recovered"]
    assert done["proof"]["proven"]
    assert [(tried["strategy"], tried["failure"]) for tried in done["attempts"] if not tried["skipped"]] == [
        ("backup", "")
    ]
    with connect(url, platform="frr", secrets=ROOT) as device:
        assert LOST in before
        assert sorted(device.run("ip route").text.split("\n")) == sorted(before.split("\n"))
        assert "router ospf" in device.run("cat /etc/frr/frr.conf").text


def test_a_break_from_oob_console_reaches_the_kernel_and_who_comes_next_runs_nothing_in_the_boot_loader(
    booted: Lab, url: str, tmp_path: Path
) -> None:
    console = pexpect.spawn(OOB[0], [*OOB[1:], "console", url, "--home", str(tmp_path)])
    try:
        console.expect_exact(b"leaves\r\n")
        type_into(console, b"\r", LOGIN)
        type_into(console, b"~b", b"BREAK sent")
        type_into(console, b"b", b"autoboot:")
        type_into(console, b" ", b"=> ")
        type_into(console, b"md.b 1000000 4\r", b"01000000: ")
        type_into(console, b"\r", b"01000004: ")
        type_into(console, b"half typed", b"half typed")
    finally:
        console.close(force=True)
    before = len(said(booted))
    (path,) = oob(tmp_path, "probe", url, "--platform", "frr", code=8)["paths"]
    assert (path["verdict"], path["state"], path["usable"]) == ("boot loader", "boot", False)
    assert b"01000008" not in said(booted)  # what an empty line would have shown
    assert b"Unknown command" not in said(booted)
    assert b"=> " in said(booted)[before:]


def test_who_comes_in_the_middle_of_the_countdown_does_not_stop_it(lab: Lab, url: str) -> None:
    with open_url(url, Deadline(10)) as transport:
        lab.fault("q1", "power", state="cycle")
        heard, deadline = b"", Deadline(30)
        while b"autoboot:" not in heard:
            assert not deadline.is_over, heard
            heard += transport.read(4096, deadline.remaining())
        with suppress(ConsoleSilent, StateUnreachable):
            attach(Stream(transport), Grammar(load("frr")), Deadline(5))
    wait_until(lambda: b"Starting kernel" in said(lab), lambda: repr(said(lab)[-500:]), 60)


def test_a_boot_loader_says_what_it_refuses_and_a_break_does_not_disturb_it(lab: Lab, url: str) -> None:
    with open_url(url, Deadline(10)) as transport:
        lab.fault("q1", "power", state="cycle")
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
