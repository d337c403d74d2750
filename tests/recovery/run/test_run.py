"""Whole recoveries of virtual routers over real ptys and sockets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.difference import unapplied
from oob.backup.folder import Reading
from oob.backup.manifest import NAME as MANIFEST
from oob.errors import BackupError, GuardStopped, WrongDevice
from oob.inventory.device import Critical, Expect, RouteRule
from oob.profile.store import load
from oob.recovery.api import recover, resume, take_backup, verify
from oob.recovery.context import RunOptions
from oob.recovery.record.ending import Ending
from oob.report.code import code
from oob.report.messages import messages
from oob.report.metrics import measure
from oob.report.scorecard import score
from oob.report.story import tell
from tests.recovery.conftest import Site
from tests.recovery.papers import VERIFIED

QUICK = RunOptions(converge=10.0, reopen=30.0)


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_broken_router_is_recovered_and_proven(site: Site, name: str) -> None:
    site.broken(name)

    outcome = recover(site.entry(name), site.means(), QUICK)

    assert outcome.exit_code == 0
    assert outcome.proof is not None
    assert outcome.proof.reasons == ()
    assert verify(site.entry(name), site.means(), QUICK).is_proven
    with site.open(name) as device:
        assert device.timer_owner() is None
    broken = Catalogue(site.home.backups).find(name, outcome.broken)
    assert unapplied(Catalogue(site.home.backups).baseline(name).configuration, broken.configuration)
    card = score(site.journal(outcome.run).entries)
    assert card.is_recovered
    assert card.is_within_target
    assert card.lines > 10


def test_nothing_is_changed_on_a_router_that_nothing_is_wrong_with(site: Site) -> None:

    outcome = recover(site.entry("edge1"), site.means(), QUICK)

    assert (outcome.exit_code, outcome.is_unchanged, outcome.ending) == (0, True, Ending.UNCHANGED)
    assert "attempt.started" not in site.events(outcome.run)


def test_a_baseline_of_an_oob_that_verified_nothing_is_used_with_a_warning(site: Site) -> None:
    old = site.baseline("edge1")
    (old.folder / MANIFEST).write_bytes(replace(old.manifest, verified=None, tool="oob 0.1").render())

    outcome = recover(site.entry("edge1"), site.means(), QUICK)

    assert outcome.is_unchanged
    assert f"backup {old.manifest.id} was taken by oob 0.1, which did not verify what it read" in str(outcome.warnings)


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_line_that_drops_in_the_middle_of_the_change_is_come_back_to(site: Site, name: str) -> None:
    site.broken(name)
    when = {"moment": "replace"} if name == "edge1" else {"line": "commit confirmed"}
    site.lab.fault(name, "drop", seconds=1.0, when=when)

    outcome = recover(site.entry(name), site.means(), QUICK)

    assert outcome.exit_code == 0
    entries = site.journal(outcome.run).entries
    typed = [entry.data["commands"] for entry in entries if entry.event == "step.started" and entry.marks["arms"]]
    assert len(typed) == 1
    assert "attempt.found" in [entry.event for entry in entries]


def test_an_attempt_that_the_device_refuses_gives_way_to_the_next(own_site: Site) -> None:
    own_site.broken("edge1")
    own_site.lab.fault("edge1", "abort-replace", times=2)

    outcome = recover(own_site.entry("edge1"), own_site.means(), QUICK)

    tried = {attempt.strategy: attempt for attempt in outcome.attempts if not attempt.skipped}
    assert outcome.exit_code == 0
    assert tried["backup"].failure
    assert any(attempt.is_proven for attempt in tried.values())


def test_the_commit_before_the_newest_is_the_same_one_after_the_newest_was_tried(own_site: Site) -> None:
    own_site.broken("core1")
    own_site.type("core1", ("set system ntp server 10.99.0.1", "commit"))

    outcome = recover(own_site.entry("core1"), own_site.means(), QUICK)

    tried = {attempt.strategy: attempt for attempt in outcome.attempts if not attempt.skipped}
    assert outcome.exit_code == 0
    assert tried["rollback-1"].failure.startswith("not proven")
    assert tried["rollback-2"].is_proven
    entries = own_site.journal(outcome.run).entries
    assert ["rollback 4"] in [entry.data["commands"] for entry in entries if entry.event == "step.started"]


def test_what_was_brought_to_flash_does_not_stay_there(own_site: Site) -> None:
    own_site.broken("edge1")
    with own_site.open("edge1") as device:
        device.run("archive config")
        device.paste(["interface GigabitEthernet1", "description broken twice"])
        device.run("archive config")

    outcome = recover(own_site.entry("edge1"), own_site.means(), QUICK)

    assert outcome.attempts[-1].strategy == "backup"
    assert outcome.attempts[-1].is_proven
    assert outcome.warnings == ()
    assert "tidy.finished" in own_site.events(outcome.run)
    with own_site.open("edge1") as device:
        assert "oob-" not in device.run("dir flash:").text


def test_a_checkpoint_that_holds_the_broken_state_is_not_believed(own_site: Site) -> None:
    with own_site.open("edge1") as device:
        device.run("archive config")
        device.paste(["interface GigabitEthernet1", "shutdown"])
        device.run("archive config")

    outcome = recover(own_site.entry("edge1"), own_site.means(), QUICK)

    assert outcome.exit_code == 0
    archive, older, *_ = outcome.attempts
    assert "shutdown" in archive.failure
    assert older.is_proven
    with own_site.open("edge1") as device:
        assert device.timer_owner() is None


def test_when_no_attempt_works_the_state_that_was_found_is_put_back(own_site: Site) -> None:
    own_site.broken("edge1")
    entry = replace(own_site.entry("edge1"), critical_prefixes=(Critical(target="192.0.2.128/25"),))

    outcome = recover(entry, own_site.means(), replace(QUICK, converge=0.0))

    assert (outcome.exit_code, outcome.ending, outcome.is_recovered) == (1, Ending.PUT_BACK, False)
    assert any("192.0.2.128/25" in text for text in outcome.left)
    assert outcome.proof is not None
    assert not outcome.proof.is_proven  # that the broken state is back proves nothing of the device
    story = tell(own_site.journal(outcome.run).entries)
    assert story.state == "not recovered; the broken state was put back"
    assert story.proof["proven"] is False
    assert "Attempts to recover" in story.attempts
    assert not any(rate.proven for rate in measure([story]).rates)
    assert code(own_site.journal(outcome.run).entries).split("-")[1][0] == "P"
    bodies = [message.body for message in messages(own_site.journal(outcome.run).entries)]
    assert "the broken state was put back" in bodies[-1]
    assert not any("the recovery is proven" in body for body in bodies)
    broken = Catalogue(own_site.home.backups).find("edge1", outcome.broken)
    assert broken.manifest.found_by == outcome.run
    assert Catalogue(own_site.home.backups).find("edge1", "latest").manifest.known_good
    with own_site.open("edge1") as device:
        volatile = load("cisco_ios").configuration.volatile  # type: ignore[union-attr]  # IOS has one
        assert unapplied(broken.configuration, device.configuration(), volatile) == ()
        assert device.timer_owner() is None


def test_a_backup_of_another_device_is_not_restored(site: Site) -> None:
    entry = replace(site.entry("edge1"), expect=Expect(serial="FCZ0000X0XX"))
    with pytest.raises(BackupError, match="FCZ0000X0XX"):
        recover(entry, site.means(), QUICK)
    mixed_up = replace(site.entry("edge1"), paths=site.entry("core1").paths, platform="juniper_junos")
    with pytest.raises(BackupError, match="juniper_junos was asked for"):
        recover(mixed_up, site.means(), QUICK)


def test_a_hostname_that_the_change_altered_is_said_and_put_right(site: Site) -> None:
    entry = replace(site.entry("core1"), expect=Expect(hostname="core1"))
    site.type("core1", ["set system host-name core9", "commit"])
    outcome = recover(entry, site.means(), QUICK)
    assert outcome.exit_code == 0
    assert any("core9" in warning for warning in outcome.warnings)


def test_a_device_with_another_serial_number_is_left_alone(own_site: Site) -> None:
    backup = own_site.baseline("edge1")
    own_site.broken("edge1")
    other = replace(backup.manifest, serial="FCZ9999X9XX")
    (backup.folder / "manifest.json").write_bytes(other.render())

    with pytest.raises(WrongDevice, match="FCZ9999X9XX"):
        recover(own_site.entry("edge1"), own_site.means(), QUICK)

    run = next(own_site.home.runs.iterdir()).name
    assert own_site.events(run)[-1] == "run.stopped"
    assert "preserve.started" not in own_site.events(run)


def test_a_damaged_backup_stops_the_run_before_a_byte_is_sent(site: Site) -> None:
    backup = site.baseline("edge1")
    (backup.folder / "config.txt").write_bytes(backup.files["config.txt"][:-200])

    with pytest.raises(BackupError, match="truncated"):
        recover(site.entry("edge1"), site.means(), QUICK)

    run = next(site.home.runs.iterdir()).name
    assert "reach.started" not in site.events(run)


def test_a_backup_without_its_secrets_stops_the_run_before_a_byte_is_sent(site: Site) -> None:
    good = site.baseline("edge1")
    reading = Reading(
        device="edge1",
        platform="cisco_ios",
        configuration=good.configuration,
        routes=good.routes,
        routes_text=good.routes_text,
        facts={**good.facts, "imported": {"from": "oxidized", "origin": "edge1", "secrets_removed": True}},
        verified=VERIFIED,
        started=datetime.now(UTC),
        finished=datetime.now(UTC),
    )
    catalogue = Catalogue(site.home.backups)
    imported = catalogue.write(reading)

    with pytest.raises(BackupError, match="secrets were removed"):
        recover(site.entry("edge1"), site.means(), replace(QUICK, target=imported.manifest.id))

    run = max(site.home.runs.iterdir()).name
    assert "reach.started" not in site.events(run)


def test_a_revert_timer_of_another_operator_stops_the_run(own_site: Site) -> None:
    own_site.broken("edge1")
    with own_site.open("edge1") as device:
        device.run("archive config")
        device.console.ask("configure terminal revert timer 5", {})
        device.console.go("enable")
        assert device.timer_owner() is not None

    with pytest.raises(GuardStopped, match="timer of ops is armed"):
        recover(own_site.entry("edge1"), own_site.means(), QUICK)

    assert GuardStopped.exit_code == 7


def test_a_run_that_has_ended_is_not_resumed(site: Site) -> None:
    outcome = recover(site.entry("edge1"), site.means(), QUICK)
    with pytest.raises(Exception, match="has ended"):
        resume(outcome.run, site.entry("edge1"), site.means())


def test_the_journal_and_the_transcripts_hold_no_secret(site: Site) -> None:
    site.broken("edge1")

    outcome = recover(site.entry("edge1"), site.means(), QUICK)

    written = b"".join(path.read_bytes() for path in (site.home.runs / outcome.run).iterdir())
    assert b"oob-lab" not in written


def test_a_backup_is_loaded_command_by_command_where_the_software_refuses_it_as_a_whole(own_site: Site) -> None:
    own_site.broken("core1")
    own_site.type("core1", ["set system domain-name broken.example.net", "commit"])
    own_site.lab.fault(
        "core1", "upgrade", version="23.4R1.9", refuse=["^set protocols ospf3 area 0.0.0.0 interface ge-0/0/2"]
    )

    tolerate = ("passive", "interface ge-0/0/2.0", "ospf3")
    entry = replace(
        own_site.entry("core1"), ignore_routes=(RouteRule(prefix="2001:db8::/32"), RouteRule(prefix="ff02::/16"))
    )
    outcome = recover(entry, own_site.means(), replace(QUICK, tolerate=tolerate))

    tried = {attempt.strategy: attempt for attempt in outcome.attempts if not attempt.skipped}
    assert "syntax error" in tried["backup"].failure
    assert tried["backup-set"].is_proven, outcome


def test_a_backup_that_holds_only_set_commands_is_restored_and_compared_as_such(site: Site) -> None:
    good = site.baseline("core1")
    site.broken("core1")
    for name in ("broken", "worse"):  # neither of the two newest commits is of use
        site.type("core1", [f"set system domain-name {name}.example.net", "commit"])
    reading = Reading(
        device="core1",
        platform="juniper_junos",
        configuration=good.configuration_set,
        facts=good.facts,
        verified=VERIFIED,
        started=datetime.now(UTC),
        finished=datetime.now(UTC),
    )
    kept = Catalogue(site.home.backups).write(reading)

    outcome = recover(site.entry("core1"), site.means(), replace(QUICK, target=kept.manifest.id))

    tried = {attempt.strategy: attempt for attempt in outcome.attempts}
    assert tried["backup"].skipped == "the backup holds the configuration as set commands only"
    assert tried["backup-set"].is_proven
    assert outcome.exit_code == 0


def test_rules_in_another_order_are_found_and_put_right(own_site: Site) -> None:
    rules = ("access-list 101 permit tcp any any eq 22", "access-list 101 deny ip any any")
    own_site.type("edge1", rules)
    good = take_backup(own_site.entry("edge1"), own_site.means())
    Catalogue(own_site.home.backups).mark_good("edge1", good.manifest.id)
    own_site.type("edge1", ("no access-list 101", *reversed(rules)))

    proof = verify(own_site.entry("edge1"), own_site.means(), QUICK)
    assert [line.kind for line in proof.lines] == ["moved"]
    outcome = recover(own_site.entry("edge1"), own_site.means(), QUICK)
    assert (outcome.exit_code, outcome.is_unchanged) == (0, False)
    assert verify(own_site.entry("edge1"), own_site.means(), QUICK).is_proven
