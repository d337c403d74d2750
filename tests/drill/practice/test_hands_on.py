"""A whole drill for people: a team in pseudo-terminals recovers the lab by hand and with oob, and is scored."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PAGE = Path(__file__).parents[3] / "docs/drills.md"
OOB = (sys.executable, "-c", "from oob.cli.main import main; main()")
WAIT = 40


def environment(home: Path) -> dict[str, str]:
    login = {"OOB_USERNAME": "ops", "OOB_PASSWORD": "oob-lab", "OOB_ENABLE": "oob-lab"}
    return {**os.environ, **login, "OOB_HOME": str(home), "TERM": "dumb"}


def spawn(home: Path, *arguments: str) -> Any:
    program, *rest = (*OOB, *arguments)
    return pexpect.spawn(program, rest, env=environment(home), encoding="utf-8", timeout=WAIT, dimensions=(24, 200))


@pytest.fixture
def topology(tmp_path: Path) -> Path:
    text = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("round_trip_ms: 600", "round_trip_ms: 5"))
    return file


def test_a_team_is_watched_timed_and_scored(tmp_path: Path, topology: Path) -> None:
    home = tmp_path / "home"
    options = ("--fast", "--topology", str(topology), "--team", "ada", "--team", "eve")
    director = spawn(home, "drill", "clean-rollback", "--hands-on", *options)
    director.expect("The clock runs")
    folder = Path(re.search(r"OOB_HOME=(\S+)", director.before)[1])  # type: ignore[index]
    url = re.search(r"serial:///\S+r1\.tty\S*", director.before)[0]  # type: ignore[index]

    look_around(folder, url)
    director.sendline("hint")
    director.expect("hint \\(-5\\)")
    director.sendline("diagnosis the route to 198.51.100.0/24 and an address are gone")
    director.expect("diagnosis kept")
    both = [
        subprocess.Popen([*OOB, "recover", name, "--reason", "drill"], env=environment(folder)) for name in ("r1", "r2")
    ]
    recovered = [each.wait(WAIT) for each in both]
    director.sendline("done")
    director.expect(pexpect.EOF)
    director.close()

    assert recovered == [0, 0]
    assert director.exitstatus == 0, director.before
    result = json.loads((folder / "result.json").read_text())
    assert result["team"] == ["ada", "eve"]
    assert 0 <= result["to_console"] <= result["to_diagnosis"] <= result["to_proof"]
    assert (result["timer_armed"], result["record_kept"], result["hints"]) == (True, True, 1)
    assert result["points"] == 95
    assert "oob-lab" not in (folder / "record.jsonl").read_text()
    listed = subprocess.run([*OOB, "drill", "history"], env=environment(home), capture_output=True, text=True)
    assert re.search(r"clean-rollback +95 .*ada, eve", listed.stdout), listed.stderr


def look_around(folder: Path, url: str) -> None:
    """Log in by hand, in `oob console`, as the engineer at the rack does."""
    console = spawn(folder, "console", url)
    console.expect("leaves")
    console.send("\r")
    console.expect("Username: ")
    console.send("ops\r")
    console.expect("Password: ")
    console.send("oob-lab\r")
    console.expect("r1[>#]")
    console.send("show ip route static\r")
    console.expect("r1[>#]")
    console.send("exit\r")
    console.expect("Press RETURN")
    console.send("\r~.")
    console.expect(pexpect.EOF)


def test_a_drill_that_is_stopped_is_kept_and_not_passed(tmp_path: Path, topology: Path) -> None:
    director = spawn(tmp_path, "drill", "clean-rollback", "--hands-on", "--fast", "--topology", str(topology))
    director.expect("The clock runs")
    director.sendintr()
    director.expect(pexpect.EOF)
    director.close()

    (folder,) = (tmp_path / "drills").iterdir()
    assert director.exitstatus == 130
    assert not json.loads((folder / "result.json").read_text())["is_finished"]


def test_the_approver_and_a_second_operator_work_on_machines_of_their_own(tmp_path: Path, topology: Path) -> None:
    """Each has a home of their own; a request and an approval go from one to the other as text, and nothing else."""
    approver = tmp_path / "approver"
    approver.mkdir()
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (approver / "key.pem").write_bytes(key)
    enrolled = answered(approver, "approve", "r1", "--enrol", "--key", str(approver / "key.pem"))

    options = ("--fast", "--topology", str(topology), "--approver", f"noc={enrolled}", "--listen", "127.0.0.1")
    director = spawn(tmp_path / "home", "drill", "clean-rollback", "--hands-on", *options)
    director.expect("The clock runs")
    folder = Path(re.search(r"OOB_HOME=(\S+)", director.before)[1])  # type: ignore[index]
    url = re.search(r"telnet://\S+", director.before)[0]  # type: ignore[index]
    assert "approver.pem" not in director.before
    shown_from_elsewhere(tmp_path / "second operator", url)

    people = ("--authorised-by", "ada", "--seconded-by", "noc")
    recoveries = {name: spawn(folder, "recover", name, "--reason", "drill", *people) for name in ("r1", "r2")}
    for name, recovery in recoveries.items():
        recovery.expect(r"--request\s+'?(\S+?)'?\s")
        request = recovery.match[1]
        recovery.expect("noc")
        recovery.sendline(answered(approver, "approve", name, "--key", str(approver / "key.pem"), "--request", request))
    for recovery in recoveries.values():
        recovery.expect(pexpect.EOF)
        recovery.close()
        assert recovery.exitstatus == 0, recovery.before
    director.sendline("done")
    director.expect(pexpect.EOF)
    director.close()

    assert director.exitstatus == 0, director.before
    journals = [file.read_text() for file in folder.glob("runs/*/journal.jsonl")]
    assert len(journals) == 2
    assert all("approved by noc" in journal for journal in journals)
    assert sorted(path.name for path in approver.iterdir()) == ["key.pem"]


def answered(home: Path, *arguments: str) -> str:
    done = subprocess.run([*OOB, *arguments], env=environment(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def shown_from_elsewhere(home: Path, url: str) -> None:
    """Open the console *url* from an empty home, as another operator does from another machine."""
    console = spawn(home, "console", url)
    console.expect("leaves")
    console.send("\r")
    console.expect("login: |Username: ")
    console.send("\r~.")
    console.expect(pexpect.EOF)
