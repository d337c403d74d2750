"""Candidates that others have edited: whoever is there stops a run, what nobody holds is kept and taken away."""

from __future__ import annotations

import pytest

from oob.errors import GuardStopped
from oob.recovery.api import recover
from oob.recovery.run.candidate import clear
from oob.recovery.run.preparation import EDITS
from tests.recovery.conftest import Site
from tests.recovery.run.test_run import QUICK


def test_a_candidate_that_is_free_is_left_as_it_is(site: Site) -> None:
    kept: list[str] = []
    with site.open("core1") as device:
        clear(device, kept.append)
        assert device.console.state.name == "operational"
    assert kept == []


def test_abandoned_candidate_edits_are_kept_and_do_not_stop_the_run(site: Site) -> None:
    site.broken("core1")
    site.lab.fault("core1", "edit", line="set system domain-name eve.example")

    outcome = recover(site.entry("core1"), site.means(), QUICK)

    assert outcome.exit_code == 0
    assert outcome.attempts[0].is_proven
    assert any(EDITS in warning for warning in outcome.warnings)
    assert "+  domain-name eve.example;" in (site.home.runs / outcome.run / EDITS).read_text()


def test_another_operator_editing_the_candidate_stops_the_run(site: Site) -> None:
    site.broken("core1")
    site.lab.fault("core1", "edit", line="set system domain-name eve.example", user="eve")

    with pytest.raises(GuardStopped, match=r"core1: eve terminal p0 \(pid 4681\).* is editing the configuration"):
        recover(site.entry("core1"), site.means(), QUICK)

    (run,) = site.home.runs.iterdir()
    assert "attempt.started" not in site.events(run.name)
    with site.open("core1") as device:
        device.console.ask("configure", {})
        assert "eve.example" in device.console.run("show | compare").text
        device.go_home()
        device.run("request system logout user eve")
    assert recover(site.entry("core1"), site.means(), QUICK).exit_code == 0


def test_a_locked_configuration_stops_the_run(site: Site) -> None:
    site.broken("core1")
    site.lab.fault("core1", "lock", user="eve")

    with pytest.raises(GuardStopped, match=r"core1: the configuration is locked by eve terminal p0"):
        recover(site.entry("core1"), site.means(), QUICK)

    site.lab.fault("core1", "lock", user="")
    assert recover(site.entry("core1"), site.means(), QUICK).exit_code == 0


def test_a_configuration_lock_of_ios_stops_the_run(site: Site) -> None:
    site.broken("edge1")
    site.lab.fault("edge1", "lock", user="eve")

    with pytest.raises(GuardStopped, match="edge1: eve holds the configuration lock"):
        recover(site.entry("edge1"), site.means(), QUICK)

    site.lab.fault("edge1", "lock", user="")
    assert recover(site.entry("edge1"), site.means(), QUICK).exit_code == 0
