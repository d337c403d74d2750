from __future__ import annotations

import json
import os
import select
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from oob.errors import OobError, UsageError
from oob.lab.control import lab_down, lab_list, lab_up
from oob.lab.topology import RouterSpec, Topology, default_topology

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of a process cannot be waited for here")

SMALL = Topology(routers=(default_topology().routers[0],))


def ended(pid: int) -> bool:
    """Wait until a process is gone."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], 10)[0])
    finally:
        os.close(watch)


def test_a_lab_without_an_owner_stays_is_listed_and_is_taken_down(tmp_path: Path) -> None:
    lab = lab_up(tmp_path, SMALL, owned=False)
    try:
        lab.close()
        found = lab_list(tmp_path)
        assert found.pid == lab.pid
        assert [router.name for router in found.routers] == ["edge1"]
        assert found.router("edge1").console("serial").startswith("serial:///")
        assert found.router("edge1").console("telnet").startswith("telnet://127.0.0.1:")
        with pytest.raises(UsageError, match=r"running in .* already"):
            lab_up(tmp_path, SMALL, owned=False)
    finally:
        lab_down(tmp_path)
    assert ended(lab.pid)
    with pytest.raises(UsageError, match="no lab is running"):
        lab_list(tmp_path)


def test_an_owned_lab_ends_with_its_owner(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, os\n"
        "from oob.lab.control import lab_up\n"
        "from tests.lab.test_control import SMALL\n"
        "lab = lab_up(pathlib.Path(sys.argv[1]), SMALL, owned=True)\n"
        "print(lab.pid, flush=True)\n"
        "os._exit(1)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert ended(int(done.stdout)), done.stderr


def test_closing_an_owned_lab_waits_for_its_end(tmp_path: Path) -> None:
    with lab_up(tmp_path, SMALL, owned=True) as lab:
        pid = lab.pid
        state = tmp_path / "lab.json"
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert json.loads(state.read_text())["routers"][0]["password"] == "oob-lab"
    assert ended(pid)
    assert not state.exists()
    assert not (tmp_path / "edge1.tty").exists()


def test_what_was_saved_is_there_when_the_lab_comes_up_again(tmp_path: Path) -> None:
    for expected in ("edge1#", "kept#"):
        with lab_up(tmp_path, SMALL.with_router("edge1", baud=0), owned=True) as lab:
            host, _, port = lab.router("edge1").console("telnet").removeprefix("telnet://").rpartition(":")
            with socket.create_connection((host, int(port))) as console:
                for keys, answer in (("", "Username: "), ("ops", "Password: "), ("oob-lab", expected)):
                    talk(console, keys, answer)
                for keys, answer in (("conf t", "(config)#"), ("hostname kept", "(config)#"), ("end", "kept#")):
                    talk(console, keys, answer)
                talk(console, "write memory", "[OK]")


def talk(console: socket.socket, keys: str, answer: str) -> None:
    console.settimeout(10)
    console.sendall(keys.encode() + b"\r\n")
    seen = b""
    while answer.encode() not in seen:
        data = console.recv(4096)
        assert data, seen
        seen += data


def test_a_lab_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(OobError, match="no router of toaster; there are"):
        lab_up(tmp_path / "a", Topology(routers=(RouterSpec(name="x", platform="toaster"),)), owned=True)
    wrong = RouterSpec(name="x", platform="cisco_ios", cables={"Doorway1": "link"})
    with pytest.raises(OobError, match="the lab did not start"):
        lab_up(tmp_path / "b", Topology(routers=(wrong,)), owned=True)


def test_a_lab_where_nothing_can_be_kept_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="file/lab: no lab can be kept there: Not a directory"):
        lab_up(tmp_path / "file" / "lab", default_topology(), owned=True)


def test_faults_and_routers_that_there_are_none_of_are_refused(tmp_path: Path) -> None:
    with lab_up(tmp_path, SMALL, owned=True) as lab:
        with pytest.raises(UsageError, match="no fault is called earthquake: there are aaa, abort-replace, "):
            lab.fault("edge1", "earthquake")
        with pytest.raises(UsageError, match="the lab has no router core9"):
            lab.fault("core9", "reboot")
        with pytest.raises(UsageError, match="unexpected keyword"):
            lab.fault("edge1", "reboot", loudly=True)
        with pytest.raises(UsageError, match="no cable in GigabitEthernet9"):
            lab.fault("edge1", "link", interface="GigabitEthernet9")
        with pytest.raises(UsageError):
            lab.fault("edge1", "drop", seconds="soon")
        assert (tmp_path / "edge1.tty").exists()


def test_a_state_file_left_by_a_crash_is_not_listed_as_a_lab(tmp_path: Path) -> None:
    left = {"pid": 1, "control": str(tmp_path / "none"), "routers": []}
    (tmp_path / "lab.json").write_text(json.dumps(left))
    with pytest.raises(UsageError, match="no lab is running"):
        lab_list(tmp_path)


def test_the_files_of_a_lab_are_private_whatever_the_umask(tmp_path: Path) -> None:
    state = tmp_path / "lab"
    state.mkdir()
    state.chmod(0o777)
    before = os.umask(0)
    try:
        with lab_up(state, SMALL, owned=True):
            files = [path for path in (state, *state.rglob("*")) if not path.is_symlink()]
            open_to_others = [path for path in files if path.lstat().st_mode & 0o077]
    finally:
        os.umask(before)
    assert open_to_others == []
