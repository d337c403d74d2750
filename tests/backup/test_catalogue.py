from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.backup.verify import read_manifest, verify
from oob.errors import BackupError


@pytest.fixture
def catalogue(tmp_path: Path, reading: Reading) -> Catalogue:
    catalogue = Catalogue(tmp_path / "backups")
    for days in range(3):
        catalogue.write(replace(reading, started=reading.started + timedelta(days=days)))
    return catalogue


IDS = ["20260306-050607Z", "20260305-050607Z", "20260304-050607Z"]


def test_the_list_is_newest_first(catalogue: Catalogue) -> None:
    assert [entry.id for entry in catalogue.list("edge1")] == IDS
    assert [entry.device for entry in catalogue.list()] == ["edge1"] * 3


def test_backups_of_one_second_are_listed_in_the_order_they_were_made(tmp_path: Path, reading: Reading) -> None:
    catalogue = Catalogue(tmp_path)
    for _ in range(11):
        catalogue.write(reading)
    assert [entry.id.removeprefix("20260304-050607Z") for entry in catalogue.list()] == [
        *(f"-{number}" for number in range(11, 1, -1)),
        "",
    ]


def test_an_empty_home_has_no_backups(tmp_path: Path) -> None:
    assert Catalogue(tmp_path / "none").list() == ()
    with pytest.raises(BackupError, match="edge1: there is no backup"):
        Catalogue(tmp_path / "none").find("edge1")


def test_a_backup_is_found_by_its_id_the_beginning_of_it_or_as_the_latest(catalogue: Catalogue) -> None:
    assert catalogue.find("edge1", IDS[1]).manifest.id == IDS[1]
    assert catalogue.find("edge1", "20260304").manifest.id == IDS[2]
    assert catalogue.find("edge1").manifest.id == IDS[0]


@pytest.mark.parametrize(("which", "problem"), [("2026030", "more than one backup begins"), ("1999", "no backup beg")])
def test_an_id_that_does_not_name_one_backup_is_refused(catalogue: Catalogue, which: str, problem: str) -> None:
    with pytest.raises(BackupError, match=f"{problem}.*{IDS[0]}"):
        catalogue.find("edge1", which)


def test_the_whole_id_wins_over_longer_ones(tmp_path: Path, reading: Reading) -> None:
    catalogue = Catalogue(tmp_path)
    first, second = catalogue.write(reading), catalogue.write(reading)
    assert catalogue.find("edge1", first.manifest.id).manifest.id == first.manifest.id
    assert catalogue.find("edge1", second.manifest.id).manifest.id == second.manifest.id


def test_a_whole_id_that_is_not_there_is_not_taken_for_the_next_of_its_second(tmp_path: Path, reading: Reading) -> None:
    catalogue = Catalogue(tmp_path)
    first, _ = catalogue.write(reading), catalogue.write(reading)
    shutil.rmtree(catalogue.locate("edge1", first.manifest.id).folder)

    with pytest.raises(BackupError, match="no backup begins with"):
        catalogue.locate("edge1", first.manifest.id)


def test_the_baseline_is_the_newest_that_is_known_good(catalogue: Catalogue) -> None:
    with pytest.raises(BackupError, match="no backup is marked known-good"):
        catalogue.baseline("edge1")
    catalogue.mark_good("edge1", IDS[2], by="ops")
    catalogue.mark_good("edge1", IDS[1], by="ops")
    assert catalogue.baseline("edge1").manifest.id == IDS[1]
    catalogue.unmark("edge1", IDS[1])
    assert catalogue.baseline("edge1").manifest.id == IDS[2]
    assert [entry.is_good for entry in catalogue.list("edge1")] == [False, False, True]


def test_a_marked_backup_still_verifies_and_says_who_marked_it(catalogue: Catalogue) -> None:
    marked = catalogue.mark_good("edge1", by="ops")
    assert verify(marked.folder).manifest == marked.manifest
    assert marked.manifest.marked_by == "ops"
    assert marked.manifest.marked_at
    assert (marked.folder / "manifest.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("marks", [{"found_by": "run-1"}, {"reason": "the state before run 20260304-120000Z-abcd"}])
def test_a_broken_state_that_a_run_found_is_never_the_latest(
    catalogue: Catalogue, reading: Reading, marks: dict[str, str]
) -> None:
    found = catalogue.write(replace(reading, started=reading.started + timedelta(days=9), **marks))  # type: ignore[arg-type]
    assert catalogue.find("edge1").manifest.id == IDS[0]
    assert catalogue.mark_good("edge1").manifest.id == IDS[0]
    assert catalogue.find("edge1", "found").manifest.id == found.manifest.id
    assert [entry.is_found for entry in catalogue.list("edge1")] == [True, False, False, False]


def test_without_a_backup_that_was_taken_there_is_no_latest(tmp_path: Path, reading: Reading) -> None:
    catalogue = Catalogue(tmp_path)
    catalogue.write(replace(reading, found_by="run-1"))
    with pytest.raises(BackupError, match="all are broken states that runs found"):
        catalogue.find("edge1")
    catalogue.write(reading)
    assert catalogue.find("edge1").manifest.found_by == ""


@pytest.mark.parametrize(("routes", "lack"), [(None, "was not read into it"), ((), "in it is empty")])
def test_a_backup_without_routes_is_never_a_baseline(
    tmp_path: Path, reading: Reading, routes: tuple[()] | None, lack: str
) -> None:
    catalogue = Catalogue(tmp_path)
    catalogue.write(replace(reading, routes=routes))
    with pytest.raises(BackupError, match=f"cannot be a baseline: the routing table {lack}"):
        catalogue.mark_good("edge1")


def test_a_damaged_backup_is_listed_and_neither_found_nor_marked(catalogue: Catalogue) -> None:
    (catalogue.root / "edge1" / IDS[0] / "manifest.json").unlink()
    (catalogue.root / "edge1" / IDS[1] / "config.txt").write_text("")
    newest, older, _ = catalogue.list("edge1")
    assert "incomplete" in newest.problem
    assert older.problem == ""
    for which in ("latest", IDS[1]):
        with pytest.raises(BackupError, match=r"incomplete|truncated"):
            catalogue.find("edge1", which)
    with pytest.raises(BackupError, match="truncated"):
        catalogue.mark_good("edge1", IDS[1])
    assert not read_manifest(catalogue.root / "edge1" / IDS[1]).known_good


def test_a_backup_that_was_put_into_another_devices_folder_is_refused(catalogue: Catalogue) -> None:
    (catalogue.root / "edge1").rename(catalogue.root / "core1")
    with pytest.raises(BackupError, match="it is of edge1, not of core1"):
        catalogue.find("core1")


def test_a_writer_that_was_killed_is_not_in_the_list(catalogue: Catalogue) -> None:
    (catalogue.root / "edge1" / ".0123.partial").mkdir()
    assert [entry.id for entry in catalogue.list("edge1")] == IDS
