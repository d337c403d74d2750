"""What is looked at before anything is changed: room, software, clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.clock import Clock, ahead
from oob.device.checkpoint import Checkpoint
from oob.device.facts import Facts
from oob.errors import JournalError
from oob.inventory.device import ConsolePath
from oob.recovery.api import recover
from oob.recovery.run.preflight import Preflight, upgrades
from tests.recovery.conftest import Site
from tests.recovery.papers import NOON, VERIFIED, backup
from tests.recovery.run.test_run import QUICK

ROOM = {"edge1": ("flash/big", 6_442_450_944), "core1": ("var/tmp/big", 2_147_483_648)}


@contextmanager
def filled(site: Site, name: str) -> Iterator[None]:
    """Leave a router next to no room while the block lasts."""
    path, size = ROOM[name]
    file = site.lab.state / name / path
    with file.open("wb") as big:
        big.truncate(size - 1000)  # a hole: it takes no room on our own disk
    try:
        yield
    finally:
        file.unlink()


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_what_has_no_room_on_the_device_is_not_begun(site: Site, name: str) -> None:
    site.broken(name)
    with filled(site, name):
        outcome = recover(site.entry(name), site.means(), replace(QUICK, put_back=False))
    left_out = {attempt.strategy: attempt.skipped for attempt in outcome.attempts}
    assert "bytes of free space" in left_out["backup"]
    if name == "edge1":  # to change only the lines that differ takes no room
        assert (outcome.attempts[-1].strategy, outcome.exit_code) == ("surgical", 0)
    else:
        assert all("bytes of free space" in reason for reason in left_out.values())
        assert recover(site.entry(name), site.means(), QUICK).exit_code == 0


UPGRADES = {
    "edge1": ("^snmp-server contact", "snmp-server contact noc", "boot variable changed"),
    "core1": ("^set system syslog file", "set system syslog file messages any notice", "packages changed"),
}


def test_a_silent_upgrade_is_named_with_the_lines_that_the_new_software_refuses(own_site: Site) -> None:
    # an upgrade of Junos does not take lines out of what is active
    own_site.type("core1", ["delete system syslog", "commit"])
    choices = replace(QUICK, tolerate=("^snmp-server contact", "syslog", "file messages", "any notice"))
    for name, (pattern, line, changed) in UPGRADES.items():
        own_site.broken(name)
        own_site.lab.fault(name, "upgrade", version="99.1", refuse=[pattern])

        outcome = recover(own_site.entry(name), own_site.means(), choices)

        assert outcome.exit_code == 0
        assert any("runs 99.1" in warning for warning in outcome.warnings)
        assert any(changed in warning for warning in outcome.warnings)
        said = [warning for warning in outcome.warnings if "refuses these lines" in warning]
        assert [warning.rpartition(": ")[2] for warning in said] == [line]
        assert outcome.proof is not None
        assert outcome.proof.tolerated


def test_what_of_the_software_has_changed_is_named(tmp_path: Path) -> None:
    before = backup(tmp_path, fingerprint={"boot variable": ["flash:a.bin"], "features": ["security"]})
    now = Facts(
        hostname="edge1",
        serial="9ABC123",
        version="16.9.4",
        fingerprint={"boot variable": ("flash:b.bin",), "features": ("security", "uc")},
    )
    assert upgrades(now, before) == (
        "boot variable changed since the baseline: no longer flash:a.bin, now flash:b.bin",
        "features changed since the baseline: now uc",
    )
    assert upgrades(replace(now, fingerprint={}), backup(tmp_path)) == ()
    assert "silent upgrade: the device runs 17.1" in upgrades(replace(now, version="17.1"), before)[0]


def test_a_clock_that_is_off_is_told_in_seconds_whatever_its_zone() -> None:
    layout = "%H:%M:%S %a %b %d %Y"
    assert ahead("12:01:30 Wed Mar 4 2026", layout, "UTC", NOON) == 90
    assert ahead("13:01:30 Wed Mar 4 2026", layout, "CET", NOON) == 90
    assert ahead("17:29:30 Wed Mar 4 2026", layout, "IST", NOON) == -30
    assert ahead("13:00:00 Wed Mar 4 2026", layout, "UTC", NOON) == 3600


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_device_whose_clock_is_another_is_recovered_with_a_warning(site: Site, name: str) -> None:
    late = Clock(utc=lambda: datetime.now(UTC) + timedelta(minutes=7))
    outcome = recover(site.entry(name), replace(site.means(), clock=late), QUICK)
    assert any("s behind ours" in warning for warning in outcome.warnings)
    compared = next(entry for entry in site.journal(outcome.run).entries if entry.event == "clock.compared")
    assert -430 < compared.data["seconds"] < -410


def test_a_path_that_could_not_be_come_back_over_is_said_while_another_works(site: Site) -> None:
    site.broken("core1")
    entry = site.entry("core1")
    gone = ConsolePath(url="tcp://127.0.0.1:1", name="lte")
    outcome = recover(replace(entry, paths=(*entry.paths, gone)), site.means(), QUICK)
    assert outcome.exit_code == 0
    assert [warning for warning in outcome.warnings if "backup path lte is unusable" in warning]
    tried = [entry.data["text"] for entry in site.journal(outcome.run).entries if entry.event == "path.tried"]
    assert tried == ["path 2 opens", "path lte does not open"]


def test_a_login_that_was_not_tried_or_will_be_gone_is_said(site: Site) -> None:
    def warnings(target: str) -> str:
        site.broken("edge1")
        return "; ".join(recover(site.entry("edge1"), site.means(), replace(QUICK, target=target)).warnings)

    good = site.baseline("edge1")
    other = Reading(
        device="edge1",
        platform="cisco_ios",
        configuration=good.configuration.replace("username ops ", "username ada "),
        facts=good.facts,
        verified=VERIFIED,
        started=NOON,
        finished=NOON,
    )
    renamed = Catalogue(site.home.backups).write(other)
    assert f"backup {renamed.manifest.id} has no user ops" in warnings(renamed.manifest.id)

    device = site.open("edge1")
    device.console.stream.transport.close()  # somebody goes, and leaves their session open
    assert "our credentials are untested" in warnings("good")


def test_a_resumed_run_knows_its_preflight_result() -> None:
    found = Preflight(
        checkpoints=(Checkpoint(name="2", lasting="2026-11-21 17:05:01 UTC by ops"),), unmet={"backup": "no room"}
    )

    assert Preflight.of(found.as_json()) == found
    with pytest.raises(JournalError, match="written by an incompatible version"):
        Preflight.of({"checkpoints": ["2"], "unmet": {}})
