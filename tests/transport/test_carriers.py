"""The bytes of a carrier, which all devices of one run share."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.session import DeviceSession
from oob.errors import BudgetSpent
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.secret.credentials import Credentials
from oob.transport.access import Access
from oob.transport.budget import Budget
from oob.transport.carriers import allowances


def _budgets(folder: Path, count: int, limit: int) -> list[Budget]:
    shared = allowances({"lte-a": limit})["lte-a"]
    return [Budget("console", 1_000_000, folder / f"edge{number}.json", shared=shared) for number in range(count)]


def test_what_one_device_uses_is_no_longer_there_for_another(tmp_path: Path) -> None:
    first, second = _budgets(tmp_path, 2, 10_000)
    first.charge(9_000)
    assert second.left == 1_000
    with pytest.raises(BudgetSpent, match=r"carrier lte-a has used 9 kB of 10 kB in this run; a larger limit of the"):
        second.want(1_000, "the configuration")


def test_devices_that_begin_at_once_do_not_count_on_the_same_bytes(tmp_path: Path) -> None:
    budgets = _budgets(tmp_path, 5, 10_000)
    begun = []
    for budget in budgets:
        try:
            budget.want(2_000, "the configuration")  # 3,000 with its packets
        except BudgetSpent:
            continue
        begun.append(budget)
    assert begun == budgets[:3]

    begun[0].charge(1_500)
    begun[0].release()
    budgets[3].want(1_000, "the configuration")
    assert budgets[3].left == 10_000 - 1_500 - 2 * 3_000


def test_the_month_of_a_path_ends_before_a_large_carrier_does(tmp_path: Path) -> None:
    shared = allowances({"lte-a": 10_000_000})["lte-a"]
    budget = Budget("console", 1_000, tmp_path / "edge1.json", shared=shared)
    budget.charge(1_001)
    assert str(budget.spent()).startswith(
        "path console has used 1 kB of 1 kB this month; a larger byte_budget in the inv"
    )


def test_a_path_is_charged_to_its_carrier_though_it_has_no_budget_of_its_own(tmp_path: Path) -> None:
    paths = (
        ConsolePath(name="main", url="telnet://192.0.2.1", carrier="lte-a"),
        ConsolePath(name="dsl", url="telnet://192.0.2.2", carrier="dsl"),
        ConsolePath(name="serial", url="telnet://192.0.2.3"),
    )
    entry = InventoryDevice(name="edge1", platform="cisco_ios", paths=paths)
    access = Access(carriers=allowances({"lte-a": 1_000}))
    session = DeviceSession(entry, Credentials(), access=access, budgets=tmp_path)

    assert [(url, budget.shared) for url, budget in session.access.budgets.items()] == [
        ("telnet://192.0.2.1", access.carriers["lte-a"])
    ]
    (budget,) = session.access.budgets.values()
    budget.charge(600)
    budget.save()
    assert not list(tmp_path.iterdir()), "a path without a budget is not counted over the month"
    assert budget.figures == (600, 1_000)
