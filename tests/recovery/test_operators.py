"""Two operators at once, and one who stops: who works on a device is said, and what was left is found again."""

from __future__ import annotations

import os
import signal
import socket

import pytest

from oob.recovery.api import resume, verify
from oob.recovery.context import RunOptions
from oob.recovery.record.lease import SILENT
from tests.recovery.conftest import Site
from tests.recovery.program import Program, write_inventory

QUICK = RunOptions(converge=10.0, reopen=30.0)
CABLES = {"edge1": "GigabitEthernet2", "core1": "ge-0/0/1"}


def told(site: Site) -> str:
    """Return what a second operator is told, who is stopped before anything is written down of a run."""
    with Program(site, "recover", "edge1", user="bob") as second:
        code, said = second.end()
    assert code == 7
    assert len(list(site.home.runs.iterdir())) == 1
    return said


def test_of_two_operators_at_once_one_runs_and_the_other_is_told_who(site: Site) -> None:
    write_inventory(site, "edge1")
    site.broken("edge1")
    with Program(site, "recover", "edge1") as first:
        first.until("reach the console")
        first.process.send_signal(signal.SIGSTOP)
        said = told(site)
        first.process.send_signal(signal.SIGCONT)
        assert first.end()[0] == 0
    assert f"edge1 is in use by ada on {socket.gethostname()} (process {first.process.pid})" in said


def test_a_shared_home_keeps_jump_hosts_apart_and_a_stale_lease_is_taken_over_only_on_request(site: Site) -> None:
    write_inventory(site, "edge1")
    site.broken("edge1")
    with Program(site, "recover", "edge1", host="jump2") as first:
        first.until("reach the console")
        first.process.send_signal(signal.SIGSTOP)
        assert "edge1 is in use by ada on jump2" in told(site)
        first.process.kill()
        first.end()
    assert "edge1 is in use by ada on jump2" in told(site)
    lease = site.home.leases / "edge1" / "1.lease"
    os.utime(lease, (0, lease.stat().st_mtime - SILENT))  # a minute passes
    with Program(site, "recover", "edge1", "--take-over", user="bob") as second:
        assert second.end()[0] == 0


def test_a_run_whose_terminal_is_closed_is_written_down_as_interrupted(site: Site) -> None:
    write_inventory(site, "edge1")
    site.broken("edge1")
    master, slave = os.openpty()
    with Program(site, "recover", "edge1", terminal=slave) as program:
        os.close(slave)
        program.until("configuration")
        os.close(master)
        assert program.process.wait(60) == 130

    run = next(site.home.runs.iterdir()).name
    assert site.events(run)[-1] == "run.interrupted"
    assert resume(run, site.entry("edge1"), site.means("bob")).exit_code == 0


@pytest.mark.parametrize(("name", "number"), [("edge1", signal.SIGINT), ("core1", signal.SIGTERM)])
def test_ctrl_c_or_a_kill_leaves_the_timer_armed_and_the_run_resumable(
    own_site: Site, name: str, number: signal.Signals
) -> None:
    write_inventory(own_site, name)
    own_site.broken(name)
    own_site.lab.fault(name, "link", interface=CABLES[name], up=False)
    with Program(own_site, "recover", name) as program:
        program.until("not yet: ")
        program.process.send_signal(number)
        code, said = program.end()
    assert code == 130
    assert "the revert timer is still armed" in said
    run = next(own_site.home.runs.iterdir()).name
    assert f"oob resume {run}" in said
    assert own_site.events(run)[-1] == "run.interrupted"
    with own_site.open(name) as device:
        assert device.timer_owner() is not None

    own_site.lab.fault(name, "link", interface=CABLES[name], up=True)
    outcome = resume(run, own_site.entry(name), own_site.means("bob"))

    assert outcome.exit_code == 0
    assert "attempt.found" in own_site.events(run)
    assert own_site.events(run).count("attempt.started") == 1
    assert verify(own_site.entry(name), own_site.means(), QUICK).is_proven
    with own_site.open(name) as device:
        assert device.timer_owner() is None
