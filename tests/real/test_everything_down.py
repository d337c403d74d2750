"""The drill *everything-down*, watched: proven, without one question to a resolver, and with no secret let out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.router import PASSWORDS
from oob.lab.real.watch import DnsWatch

PROGRAMS = [
    "tcpdump",
    "ip",
    "vtysh",
    "agetty",
    "unshare",
    "ser2net",
    "sshd",
    "conserver",
    "ipmi_sim",
    "ipmitool",
    "socat",
]

CANARIES = (PASSWORD, *PASSWORDS.values())
OOB = (sys.executable, "-c", "from oob.cli.main import main; main()")


def test_it_is_proven_and_lets_nothing_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with DnsWatch(tmp_path, CANARIES) as watch:
        done = watch.run([*OOB, "drill", "everything-down", "--json", "--keep", str(home)])
    assert json.loads(done.stdout)["unmet"] == [], done.stderr
    assert done.returncode == 0
    assert watch.questions == []
    assert watch.leaks == set()
    assert watch.leaking(home) == []
    assert list(home.glob("runs/*/journal.jsonl"))
    assert len(list(home.glob("lab/**/*.log"))) > 10


def test_a_watch_sees_a_question_and_a_secret(tmp_path: Path) -> None:
    ask = "import socket, time; socket.socket(2, 2).sendto(b'?', ('203.0.113.53', 53)); time.sleep(0.5)"
    (tmp_path / "transcripts").mkdir()
    told = tmp_path / "transcripts" / "r2.log"
    told.write_text("Password: canary-seen")
    with DnsWatch(tmp_path, ["canary-seen"]) as watch:
        watch.run([sys.executable, "-c", ask, "canary-seen"])
    assert watch.leaking(tmp_path) == [told]
    assert any("203.0.113.53.53" in question for question in watch.questions)
    assert any("canary-seen" in leak for leak in watch.leaks)
