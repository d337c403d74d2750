"""A recovery is proven though no reader knows ten lines of the device's table: they are compared as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from oob.backup.folder import ROUTES_OPAQUE
from oob.inventory.home import Home
from oob.lab.control import lab_up
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.routing.diff import diff
from oob.routing.opaque import OpaqueLine
from tests.recovery.conftest import Site, topology, with_baselines

QUICK = RunOptions(converge=10.0, reopen=30.0)
LEVEL = "table equal; 10 lines compared as text"


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab whose edge1 has ten lines in its table that no reader knows, with its baseline."""
    settings = {"boot_seconds": 1, "unforeseen_routes": 10}
    folder = tmp_path_factory.mktemp("strange")
    with lab_up(folder / "lab", topology().with_router("edge1", settings=settings), owned=True) as lab:
        yield with_baselines(lab, Home(folder / "home"), ("edge1",))


def test_a_broken_router_with_ten_unknown_lines_is_recovered_and_proven(strange: Site) -> None:
    assert strange.baseline("edge1").table.lines_as_text == 10
    strange.broken("edge1")

    outcome = recover(strange.entry("edge1"), strange.means(), QUICK)

    assert outcome.exit_code == 0
    assert outcome.proof is not None
    assert outcome.proof.level == LEVEL
    proofs = [entry.data for entry in strange.journal(outcome.run).entries if entry.event == "proof.finished"]
    assert proofs[-1]["routes"]["level"] == LEVEL


def test_a_line_that_only_the_baseline_has_is_named_and_nothing_is_proven(strange: Site) -> None:
    baseline = strange.baseline("edge1")
    first, *others = baseline.opaque
    other = first._replace(text=first.text.replace("[33/0]", "[33/99]"))
    edited = replace(baseline, files={**baseline.files, ROUTES_OPAQUE: _rows(other, *others)})
    with strange.open("edge1") as device:
        found = diff(edited.table, device.routes())
    assert not found.is_equal
    assert "[33/99]" in found.lines()[0]


def _rows(*lines: OpaqueLine) -> bytes:
    return json.dumps([line.as_json() for line in lines]).encode()
