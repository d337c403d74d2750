"""The list of all runs: with an index as without one, whatever happens to journals and to the index of runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from oob.derived import DerivedFacts
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME
from oob.report.run_listing import RunListing
from tests.report.journals import Writer
from tests.report.test_page import recovery

RUNS = [f"2026030{day}-120000Z-abcd" for day in range(1, 5)]
Damage = Callable[[Home], None]


def nothing(home: Home) -> None:
    pass


def cut_the_last_line(home: Home) -> None:
    path = home.runs / RUNS[1] / NAME
    path.write_bytes(path.read_bytes()[:-20])


def change_a_line(home: Home) -> None:
    path = home.runs / RUNS[1] / NAME
    path.write_bytes(path.read_bytes().replace(b"edge1", b"edge9", 1))


def remove_a_run(home: Home) -> None:
    shutil.rmtree(home.runs / RUNS[2])


def begin_a_run(home: Home) -> None:
    (home.runs / "20260309-120000Z-abcd").mkdir()
    (home.runs / "20260309-120000Z-abcd" / NAME).write_bytes(b'{"sequence":1,')


def anchor_another_journal(home: Home) -> None:
    anchor = {"run": RUNS[0], "device": "edge1", "operator": "ada", "utc": "", "lines": 1, "head": "0" * 64}
    home.index.write_text(json.dumps(anchor) + "\n")


def spoil_the_index(home: Home) -> None:
    DerivedFacts(home.path).file.write_bytes(b"garbage" * 1000)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr("oob.report.run_listing._WORTH", 1)
    monkeypatch.setattr("oob.derived._YOUNG", -1)  # the journals of this test are no older
    home = Home(tmp_path)
    for run in RUNS:
        writer = Writer(home.runs, run=run)
        writer.at(0, "run.started", platform="cisco_ios", choices={"change": f"CHG of {run}"})
        writer.at(60, "run.stopped", "a guard said no", exit_code=7)
        writer.close()
    shutil.move(recovery(tmp_path / "elsewhere").close(), home.runs / "20260304-120000Z-beef")
    return home


@pytest.mark.parametrize(
    "damage",
    [
        nothing,
        cut_the_last_line,
        change_a_line,
        remove_a_run,
        begin_a_run,
        anchor_another_journal,
        spoil_the_index,
    ],
)
def test_the_list_is_that_of_the_journals_whatever_happened_to_them(
    home: Home, damage: Damage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(RunListing(home).rows()) == len(RunListing(home).figures()) == 5
    damage(home)
    found = [(RunListing(home).rows(), RunListing(home).figures()) for _ in range(2)]
    monkeypatch.setattr("oob.report.run_listing._WORTH", 1000)
    assert found == [(RunListing(home).rows(), RunListing(home).figures())] * 2


def test_journals_of_which_the_index_is_right_are_not_read_again(home: Home) -> None:
    before = RunListing(home).rows()
    for run in RUNS:
        (home.runs / run / NAME).chmod(0o600)  # changes the status, so that it is read
    assert RunListing(home).rows() == before
    known = DerivedFacts(home.path).read("run rows 1")
    assert [json.loads(known[row["run"]][1]) for row in before] == before
