"""Whole recoveries of platforms that nobody has drilled: what their profiles say leads through a run to its proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.console import conversation
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.home import Home
from oob.recovery.api import recover, take_backup
from oob.recovery.context import Collaborators, RunOptions
from oob.secret.credentials import Credentials
from tests.profile.stand_in import Routeros, Srlinux, StandIn, Vrp, Vyos, served

CHOICES = RunOptions(allow_undrilled=True, converge=0.5)
VYOS = (
    "set protocols static route 0.0.0.0/0 next-hop 192.0.2.1",
    "set protocols static route 10.0.0.0/8 next-hop 192.0.2.9",
)
SRL = (
    "set / network-instance default static-routes route 0.0.0.0/0 next-hop-group up",
    "set / network-instance default static-routes route 10.0.0.0/8 next-hop-group core",
)
WRONG = "set / network-instance default static-routes route 10.9.0.0/16 next-hop-group core"
ROS = (
    "/ip route add dst-address=0.0.0.0/0 gateway=192.0.2.1",
    "/ip route add dst-address=10.0.0.0/8 gateway=192.0.2.9",
)
VRP = ("ip route-static 0.0.0.0 0.0.0.0 192.0.2.1", "ip route-static 10.0.0.0 255.0.0.0 192.0.2.9")


@pytest.fixture(autouse=True)
def prompt_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is a local one, where a pause is short."""
    monkeypatch.setattr(conversation, "SETTLE", 0.02)


@contextmanager
def desk(router: StandIn, platform: str, home: Path) -> Iterator[tuple[InventoryDevice, Collaborators]]:
    """Give the entry of *router* and what a run works with; its baseline is kept."""
    with served(router) as url:
        entry = InventoryDevice(name="r1", platform=platform, paths=(ConsolePath(url=url, name="console"),))
        secrets = Credentials(username="ops", password="s3cret-word")
        means = Collaborators(home=Home(home), secrets=secrets, operator="ada")
        kept = take_backup(entry, means)
        assert kept.manifest.routes == 2
        Catalogue(means.home.backups).mark_good("r1", kept.manifest.id, by="ada")
        yield entry, means


def test_vyos_goes_back_to_a_revision_under_its_timer(tmp_path: Path) -> None:
    router = Vyos(*VYOS)
    with desk(router, "vyos", tmp_path) as (entry, means):
        router.commit(VYOS[0])
        outcome = recover(entry, means, CHOICES)

    assert outcome.is_recovered
    assert [attempt.strategy for attempt in outcome.attempts] == ["rollback-soft"]
    assert (router.running, router.before, router.is_saved) == (list(VYOS), None, True)
    assert any("restart of the router" in warning for warning in outcome.warnings)


def test_sr_linux_is_taken_back_from_wrong_checkpoints_and_given_its_backup(tmp_path: Path) -> None:
    router = Srlinux(*SRL)
    with desk(router, "nokia_srl", tmp_path) as (entry, means):
        router.running = [SRL[0]]
        router.checkpoints = [[SRL[1]], [SRL[1], WRONG]]
        outcome = recover(entry, means, CHOICES)

    assert outcome.is_recovered
    assert [bool(attempt.failure) for attempt in outcome.attempts] == [True, True, False]
    assert (router.running, router.before, router.rejected) == (list(SRL), None, 2)


def test_an_attempt_that_leaves_nothing_to_read_has_failed(tmp_path: Path) -> None:
    router = Srlinux(*SRL)
    with desk(router, "nokia_srl", tmp_path) as (entry, means):
        router.running = [SRL[0]]
        router.checkpoints = [[]]
        outcome = recover(entry, means, CHOICES)

    assert outcome.is_recovered
    assert "has no beginning" in outcome.attempts[0].failure
    assert router.running == list(SRL)


def test_routeros_undoes_in_safe_mode_and_keeps_it(tmp_path: Path) -> None:
    router = Routeros(*ROS)
    with desk(router, "mikrotik_routeros", tmp_path) as (entry, means):
        router.change(ROS[0])
        outcome = recover(entry, means, CHOICES)

    assert outcome.is_recovered
    assert (router.running, router.safe) == (list(ROS), None)


def test_routeros_takes_back_what_an_undo_did_not_mend(tmp_path: Path) -> None:
    router = Routeros(*ROS)
    broken = [ROS[0], "/ip route add dst-address=10.9.0.0/16 gateway=192.0.2.7"]
    with desk(router, "mikrotik_routeros", tmp_path) as (entry, means):
        router.change(ROS[0])
        router.change(*broken)
        outcome = recover(entry, means, CHOICES)

    assert not outcome.is_recovered
    assert (router.running, router.safe) == (broken, None)


def test_vrp_goes_from_commit_to_commit_and_then_changes_the_lines_that_differ_as_a_trial(tmp_path: Path) -> None:
    router = Vrp(*VRP)
    with desk(router, "huawei_vrp", tmp_path) as (entry, means):
        for hop in (6, 7, 8):
            router.commit(VRP[0], f"ip route-static 10.0.0.0 255.0.0.0 192.0.2.{hop}")
        outcome = recover(entry, means, CHOICES)

    assert outcome.is_recovered
    assert [attempt.strategy for attempt in outcome.attempts] == ["last-commit", "older-commit", "surgical"]
    assert router.rolled_back == ["1000000003", "1000000002"]
    assert (sorted(router.running), router.before) == (sorted(VRP), None)
