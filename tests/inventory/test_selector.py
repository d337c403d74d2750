from __future__ import annotations

from pathlib import Path

import pytest

from oob.errors import InventoryError, UsageError
from oob.inventory.condition import condition
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory
from oob.inventory.selector import Selector, select


def device(name: str, **values: object) -> InventoryDevice:
    return InventoryDevice(name=name, **values)  # type: ignore[arg-type]  # a test's own shorthand


INVENTORY = Inventory(
    (
        device("core1", platform="juniper_junos", site="berlin", tier="critical", groups=("core",)),
        device(
            "edge1",
            platform="cisco_ios",
            site="berlin",
            tags=("mpls", "dual"),
            groups=("edge", "de"),
            after=("core1",),
            paths=(ConsolePath(url="tcp://192.0.2.1:1", name="1", carrier="one", via="core1"),),
        ),
        device("edge2", platform="cisco_ios", site="paris", tier="critical", groups=("edge", "fr")),
        device("odd and", platform="cisco_xr", site="rome", tags=("lab",)),
    )
)


def names(selector: Selector) -> list[str]:
    return [device.name for device in select(selector, INVENTORY)]


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        (Selector(everything=True), ["core1", "edge1", "edge2", "odd and"]),
        (Selector(names=("edge2", "core1", "edge2")), ["edge2", "core1"]),
        (Selector(groups=("edge",)), ["edge1", "edge2"]),
        (Selector(groups=("de", "fr")), ["edge1", "edge2"]),
        (Selector(groups=("edge",), sites=("berlin",)), ["edge1"]),
        (Selector(names=("core1", "edge1"), tags=("mpls",)), ["edge1"]),
        (Selector(sites=("paris", "rome"), where="not tag=lab"), ["edge2"]),
    ],
)
def test_kinds_of_selectors_narrow_each_other_and_values_of_one_kind_add_up(
    selector: Selector, chosen: list[str]
) -> None:
    assert names(selector) == chosen


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("platform=cisco_ios and tier=critical", ["edge2"]),
        ("platform=cisco_* AND site=berlin or tier=critical", ["core1", "edge1", "edge2"]),
        ("platform=cisco_* and (site=berlin or tier=critical)", ["edge1", "edge2"]),
        ("not (site=berlin)", ["edge2", "odd and"]),
        ("group!=edge", ["core1", "odd and"]),
        ("tag=dual", ["edge1"]),
        ("tag != dual and site = berlin", ["core1"]),
        ("name='odd and'", ["odd and"]),
        ('name="odd and" or via=core1', ["edge1", "odd and"]),
        ("after=core? and carrier=one", ["edge1"]),
        ("tier=''", ["edge1", "odd and"]),
    ],
)
def test_a_condition_chooses_by_fields(where: str, chosen: list[str]) -> None:
    assert names(Selector(where=where)) == chosen


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("plattform=x", "column 1: there is no field 'plattform'; did you mean platform?"),
        ("zzz=x", "column 1: there is no field 'zzz'; there are name,"),
        ("platform", "column 9: after 'platform' = or != should stand"),
        ("platform=", "column 10: what 'platform' is compared with is missing"),
        ("tier=a tier=b", "column 8: here `and` or `or` should stand"),
        ("(tier=a", "column 8: a bracket is not closed"),
        ("tier=a and", "column 11: the name of a field is missing"),
        ("tier='a", "column 6: cannot be understood"),
        ("tier=a ! b", "column 7: cannot be understood"),
        (" ", "column 2: the name of a field is missing"),
    ],
)
def test_a_condition_that_is_wrong_is_refused_with_its_column(where: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        condition(where)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("selector", "error", "reason"),
    [
        (Selector(), UsageError, "no device is named; give names, --group"),
        (Selector(names=("edge1",), everything=True), UsageError, "contradict"),
        (Selector(sites=("berlin",), groups=("fr",)), UsageError, "no device is chosen"),
        (Selector(names=("edge3",)), InventoryError, "edge3: unknown device; did you mean edge"),
        (Selector(sites=("berlim",)), InventoryError, "--site berlim: no device has it; did you mean berlin"),
        (Selector(groups=("edg",)), InventoryError, "--group edg: no device has it; did you mean edge"),
        (Selector(tags=("mpl",)), InventoryError, "--tag mpl: no device has it; did you mean mpls"),
    ],
)
def test_what_chooses_nothing_is_an_error(selector: Selector, error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as caught:
        select(selector, INVENTORY)
    assert reason in str(caught.value)


def test_a_damaged_entry_is_a_problem_of_the_selection_and_never_left_out_in_silence(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create(home.inventory)
    (home.inventory / "hosts.yaml").write_text("a: {data: {oob: {site: x}}}\nb: {data: {oob: {zzz: 1}}}\n")
    found = select(Selector(sites=("x",)), Inventory.load(home))
    assert [device.name for device in found] == ["a"]
    assert list(found.problems) == ["b"]
    assert len(found) == 2
