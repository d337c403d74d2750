"""A platform whose rollbacks are known from documents only: the plan says so, and nothing is done without a yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.errors import BackupError, GuardStopped
from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home
from oob.profile.store import load, platforms
from oob.recovery.api import recover
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder.plan import PlanInputs, plan, undrilled
from oob.recovery.ladder.readiness import missing
from oob.recovery.ladder.speed import Speed
from oob.secret.credentials import Credentials
from tests.cli.conftest import Oob, home, oob
from tests.recovery.papers import backup

__all__ = ["home", "oob"]  # fixtures

UNDRILLED = [name for name in platforms() if load(name).standing != "drilled" and load(name).strategies]
R1 = "r1:\n  platform: vyos\n  hostname: 192.0.2.1\n  data: {oob: {paths: ['tcp://192.0.2.1:9']}}\n"


@pytest.mark.parametrize("platform", UNDRILLED)
def test_a_plan_says_that_the_ways_back_are_from_documents(platform: str, tmp_path: Path) -> None:
    good = backup(tmp_path)
    made = plan(PlanInputs(profile=load(platform), target=good, baseline=good, speed=Speed.of_baud(9600)))

    assert "was never drilled" in made.warnings[0]
    assert len(made.attempts) == len(load(platform).strategies)


def test_a_drill_is_missing_for_a_change(tmp_path: Path) -> None:
    entry, catalogue = InventoryDevice(name="r1", platform="vyos"), Catalogue(tmp_path)

    assert any("was never drilled" in one for one in missing(entry, load("vyos"), catalogue))
    assert not any("drilled" in one for one in missing(entry, load("cisco_ios"), catalogue))


def test_a_drilled_platform_is_not_warned_of() -> None:
    assert undrilled(load("cisco_ios")) == ""
    assert undrilled(load("linux")) == ""  # there is no way back that could have been drilled


def test_nothing_is_done_until_it_is_allowed(tmp_path: Path) -> None:
    means = Collaborators(
        home=Home(tmp_path), secrets=Credentials(username="ops", password="s3cret-word"), operator="ada"
    )
    entry = InventoryDevice(name="r1", platform="vyos")

    with pytest.raises(GuardStopped, match="r1: rolling VyOS back was never drilled"):
        recover(entry, means, RunOptions())
    with pytest.raises(BackupError):
        recover(entry, means, RunOptions(allow_undrilled=True))


def test_the_command_needs_a_yes_where_nobody_can_be_asked(oob: Oob, home: Path) -> None:
    (home / "inventory").mkdir(parents=True)
    (home / "inventory" / "hosts.yaml").write_text(R1)

    refused = oob("recover", "r1")
    assert (refused.code, "never drilled" in refused.err) == (7, True)
    assert "never drilled" not in oob("recover", "r1", "--yes").err
