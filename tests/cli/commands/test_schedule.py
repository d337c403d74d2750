from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from oob.report.timers import JOBS, crontab, minute, units
from tests.cli.conftest import Oob


def test_jobs_that_never_ran_are_said_and_are_not_well(oob: Oob) -> None:
    said = oob("schedule")
    assert said.code == 1
    assert [line.split() for line in said.out.splitlines()] == [[job.name, "never", "ran"] for job in JOBS]


def test_a_job_that_ran_is_shown_with_what_it_said(oob: Oob) -> None:
    assert oob("schedule", "run", "probe").code == 2  # there is no inventory here
    jobs = {row["job"]: row for row in oob("schedule", "--json").document["jobs"]}
    assert jobs["probe"]["last"]["exit_code"] == 2
    assert jobs["probe"]["last"]["text"] == "the inventory has no device"
    assert not jobs["probe"]["overdue"]
    assert jobs["drill"]["overdue"]


def test_units_are_written_and_no_password_stands_in_them(
    oob: Oob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOB_PASSWORD", "hunter2")
    monkeypatch.setenv("OOB_IDENTITY", "/etc/oob 100%/id.txt")
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/oob")
    files = oob("schedule", "install", "--folder", tmp_path / "units", "--json").document["files"]
    texts = {Path(file).name: Path(file).read_text() for file in files}
    assert set(texts) == {f"oob-{job.name}.{kind}" for job in JOBS for kind in ("service", "timer")}
    assert all("hunter2" not in text for text in texts.values())
    assert 'Environment="OOB_IDENTITY=/etc/oob 100%%/id.txt"' in texts["oob-ready.service"]
    assert "RandomizedDelaySec=3600" in texts["oob-probe.timer"]


def test_cron_lines_have_a_minute_of_the_machine_and_keep_a_percent_sign(oob: Oob, home: Path) -> None:
    assert oob("schedule", "install", "--cron").code == 0
    assert (home / "schedule.cron").read_text().count("schedule run") == len(JOBS)
    lines = crontab("/usr/bin/oob", "/var/oob 100%", {}, "jump1").splitlines()[1:]
    assert lines[0] == rf"{minute('probe', 'jump1')} 1 * * * /usr/bin/oob --home '/var/oob 100\%' schedule run probe"
    assert len({minute("probe", f"jump{number}") for number in range(50)}) > 20


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is missing (Debian: systemd)")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name, text in units("/bin/true", "/var/oob", {}).items():
        (tmp_path / name).write_text(text)
    timers = [str(path) for path in tmp_path.glob("*.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *timers], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for job in JOBS:
        subprocess.run(["systemd-analyze", "calendar", job.calendar], check=True, capture_output=True)
