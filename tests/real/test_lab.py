"""`oob lab up --real`, as a person would use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from oob.deadline import Deadline
from oob.errors import UsageError
from oob.lab.control import lab_list, lab_up
from oob.lab.real import packages
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.namespace import sweep
from oob.lab.real.process import wait_until
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import open_url

PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]


def oob(home: Path, *words: str, **environment: str) -> Any:
    command = [sys.executable, "-c", "from oob.cli.main import main; main()", *words, "--home", str(home), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _namespaces() -> str:
    return subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout


def test_a_lab_is_up_with_one_command_and_gone_with_another(tmp_path: Path) -> None:
    routers = oob(tmp_path, "lab", "up", "--real")
    try:
        namespaces = f"oob-{lab_list(tmp_path / 'lab').pid}-"
        assert namespaces in _namespaces()
        assert [router["name"] for router in routers] == ["r1", "r2", "r3"]
        assert {url.partition("://")[0] for url in routers[0]["consoles"]} == {
            "serial", "tcp", "telnet", "rfc2217", "ssh", "console", "sol",
        }  # fmt: skip
        url = next(url for url in routers[1]["consoles"] if url.startswith("sol://"))
        oob(tmp_path, "lab", "fault", "r2", "power", "state=off")
        known = {"OOB_SERVER_PASSWORD": routers[1]["server_password"]}
        assert oob(tmp_path, "power", url, **known)["power"] == "off"
        with pytest.raises(UsageError, match="power state=off"):
            lab_list(tmp_path / "lab").fault("r2", "flood")
    finally:
        oob(tmp_path, "lab", "down")
    assert namespaces not in _namespaces()
    with pytest.raises(UsageError, match="no lab is running"):
        lab_list(tmp_path / "lab")


def test_what_was_saved_is_there_in_the_next_lab(tmp_path: Path) -> None:
    with lab_up(tmp_path, None, owned=True):
        (tmp_path / "r1.flash" / "kept").touch()
    with lab_up(tmp_path, None, owned=True):
        assert (tmp_path / "r1.flash" / "kept").exists()


def test_nothing_outlives_a_lab_that_was_killed(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    with lab_up(tmp_path, None, owned=True) as lab:
        url = next(url for url in lab.router("r1").consoles if url.startswith("console://"))
        access = Access(server_login=ServerLogin(user="ops", password=PASSWORD))
        with open_url(url, Deadline(10), access):  # which conserver begins a process of its own for
            os.kill(lab.pid, signal.SIGKILL)
    wait_until(lambda: not _commands_with(folder), lambda: f"there are still {_commands_with(folder)}")
    sweep()


def _commands_with(text: bytes) -> list[bytes]:
    commands = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            commands.append((process / "cmdline").read_bytes())
    return [command for command in commands if text in command]


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(packages.NEEDED, "ser2net", "no-such-program")
    with pytest.raises(UsageError, match=r"apt-get install ser2net$"):
        packages.check()
