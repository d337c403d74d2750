"""Somebody else types at the console while a recovery goes on: the run waits, says so, and runs nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oob.device import session
from oob.errors import ConsoleInUse
from oob.recovery.api import recover, resume, verify
from oob.recovery.context import RunOptions
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=10.0, reopen=30.0)
READS = {"edge1": "show ip route", "core1": "show route"}
DANGER = {"edge1": "reload", "core1": "request system reboot"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "HANDS_OFF", 0.3)


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_half_typed_line_of_another_operator_pauses_the_run_and_is_not_run(site: Site, name: str) -> None:
    site.broken(name)
    site.lab.fault(name, "type", text=DANGER[name], when={"line": READS[name]})

    outcome = recover(site.entry(name), site.means(), QUICK)

    assert outcome.exit_code == 0
    said = {event.name: event.text for event in site.said}
    assert f"something that is not ours appeared on the console: '{DANGER[name]}'" in said["pause.started"]
    assert "nothing is typed until" in said["pause.started"]
    assert site.events(outcome.run).count("pause.finished") == 1
    assert verify(site.entry(name), site.means(), QUICK).is_proven


def test_a_change_by_another_operator_during_ours_is_not_called_recovered(site: Site) -> None:
    site.broken("edge1")
    site.lab.fault("edge1", "type", text="conf t\rhostname evil\rend\r", when={"line": "configure replace"})

    outcome = recover(site.entry("edge1"), site.means(), QUICK)

    said = {event.name: event.text for event in site.said}
    assert "something that is not ours appeared on the console: 'conf t'" in said["pause.started"]
    first, *_, last = [attempt for attempt in outcome.attempts if not attempt.skipped]
    assert "hostname evil" in first.failure
    assert last.is_proven
    assert verify(site.entry("edge1"), site.means(), QUICK).is_proven


def test_a_run_yields_to_an_operator_who_keeps_typing_and_can_be_resumed(site: Site) -> None:
    site.lab.fault("edge1", "type", text="show clock", when={"line": READS["edge1"]})

    with pytest.raises(ConsoleInUse, match="'show clock'"):
        recover(site.entry("edge1"), site.means(), replace(QUICK, reopen=0.0))

    run = next(site.home.runs.iterdir()).name
    assert site.events(run)[-3:] == ["pause.interrupted", "line.counted", "run.stopped"]
    assert ConsoleInUse.exit_code == 4
    assert resume(run, site.entry("edge1"), site.means("bob")).exit_code == 0
