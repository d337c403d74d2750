"""Recoveries over paths with a byte budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oob.backup.catalogue import Catalogue
from oob.device.connect import connect
from oob.device.session import DeviceSession
from oob.errors import BudgetSpent
from oob.events import Event
from oob.inventory.device import InventoryDevice
from oob.recovery.api import recover, take_backup, verify
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.proof.afford import afford_command
from oob.secret.credentials import Credentials
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=10.0, reopen=30.0)
AMPLE = 20_000_000


def budgeted(site: Site, limits: dict[str, int]) -> tuple[InventoryDevice, Collaborators]:
    """Return edge1 whose paths have budgets, and what a run on it works with."""
    entry = site.entry("edge1")
    entry = replace(entry, paths=tuple(replace(path, byte_budget=limits.get(path.name)) for path in entry.paths))
    means = site.means()
    way = DeviceSession(entry, Credentials(), budgets=site.home.budgets, events=means.events)
    return entry, replace(means, access=way.access)


def test_a_path_that_may_not_carry_a_reading_gives_way_to_one_that_may(site: Site) -> None:
    entry, means = budgeted(site, {"1": 9_000, "2": AMPLE})

    kept = take_backup(entry, means)

    assert kept.manifest.path == entry.paths[1].url
    failed = next(event.text for event in site.said if event.name == "path.failed")
    assert "are expected, and path 1 has used 0 bytes of 9 kB this month" in failed
    counted = [event.data["used"] for event in site.said if event.name == "path.counted"]
    assert counted == [means.access.budgets[entry.paths[1].url].used]


def test_a_budget_that_is_spent_on_the_way_sends_the_run_over_the_next_path(site: Site) -> None:
    entry, means = budgeted(site, {"1": AMPLE})
    budget = means.access.budgets[entry.paths[0].url]

    def spend(event: Event) -> None:
        if event.name == "preserve.started":
            budget.charge(AMPLE)

    means.events.subscribe(spend)

    outcome = recover(entry, means, QUICK)

    assert outcome.exit_code == 0
    assert outcome.path == entry.paths[1].url
    events = site.events(outcome.run)
    assert events.index("path.budget") < events.index("reopen.finished")


def test_the_routes_are_counted_before_their_table_is_read_where_bytes_are_dear(site: Site) -> None:
    entry, means = budgeted(site, {"1": AMPLE})
    assert verify(entry, means, QUICK).is_proven
    said = [event.name for event in site.said]
    assert said.index("compare.question") < said.index("proof.routes")


def test_a_reading_that_would_break_every_budget_is_refused(site: Site) -> None:
    entry, means = budgeted(site, {"1": 9_000, "2": 9_000})
    with pytest.raises(BudgetSpent, match="none of 2 paths works") as caught:
        verify(entry, means, QUICK)
    assert caught.value.exit_code == 10


def test_a_typed_command_whose_answer_would_break_the_budget_is_refused(site: Site) -> None:
    entry, means = budgeted(site, {"1": 12_000})
    catalogue = Catalogue(site.home.backups)
    with connect(entry.paths[0].url, platform=entry.platform, secrets=means.secrets, access=means.access) as device:
        dear = device.profile.routes[0].commands[0]
        means.access.budgets[entry.paths[0].url].charge(4_000)
        afford_command(device, catalogue, entry.name, "show clock")
        with pytest.raises(BudgetSpent, match="reading the routing tables takes about"):
            afford_command(device, catalogue, entry.name, dear)
        afford_command(device, catalogue, "another device", dear)
