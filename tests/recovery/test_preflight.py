"""What is looked at before anything is changed: room, software, clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oob.device.facts import Facts
from oob.recovery.clock import Clock, ahead
from oob.recovery.preflight import upgrades
from oob.recovery.recover import recover
from tests.recovery.conftest import Site
from tests.recovery.papers import NOON, backup
from tests.recovery.test_run import QUICK

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
    assert "bytes of room" in left_out["backup"]
    if name == "edge1":  # to change only the lines that differ takes no room
        assert (outcome.attempts[-1].strategy, outcome.exit_code) == ("surgical", 0)
    else:
        assert all("bytes of room" in reason for reason in left_out.values())
        assert recover(site.entry(name), site.means(), QUICK).exit_code == 0


UPGRADES = {
    "edge1": ("^snmp-server contact", "snmp-server contact noc", "boot variable changed"),
    "core1": (
        "^set protocols ospf3 area 0.0.0.0 interface ge-0/0/2",
        "set protocols ospf3 area 0.0.0.0 interface ge-0/0/2.0 passive",
        "packages changed",
    ),
}


def test_a_silent_upgrade_is_named_with_the_lines_that_the_new_software_refuses(own_site: Site) -> None:
    # an upgrade of Junos does not take lines out of what is active
    own_site.type("core1", ["delete protocols ospf3", "commit"])
    for name, (pattern, line, changed) in UPGRADES.items():
        own_site.broken(name)
        own_site.lab.fault(name, "upgrade", version="99.1", refuse=[pattern])

        outcome = recover(own_site.entry(name), own_site.means(), replace(QUICK, converge=0.0, put_back=False))

        said = [warning for warning in outcome.warnings if "does not take these lines" in warning]
        assert [warning.rpartition(": ")[2] for warning in said] == [line]
        assert any(changed in warning for warning in outcome.warnings)


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
