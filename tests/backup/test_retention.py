from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.backup.retention import ids_in, removable
from oob.errors import BackupError

OLDEST, MIDDLE, NEWEST = "20260304-050607Z", "20260305-050607Z", "20260306-050607Z"


@pytest.fixture
def catalogue(tmp_path: Path, reading: Reading) -> Catalogue:
    catalogue = Catalogue(tmp_path / "backups")
    for days in range(3):
        catalogue.write(replace(reading, started=reading.started + timedelta(days=days)))
    return catalogue


def old(catalogue: Catalogue, keep: int, *referred: str) -> list[str]:
    return [entry.id for entry in removable(catalogue.list(), keep, referred)]


def test_the_newest_stay(catalogue: Catalogue) -> None:
    assert old(catalogue, 1) == [MIDDLE, OLDEST]
    assert old(catalogue, 2) == [OLDEST]
    assert old(catalogue, 3) == []


def test_a_baseline_and_what_something_refers_to_stay(catalogue: Catalogue) -> None:
    catalogue.mark_good("edge1", OLDEST)
    assert old(catalogue, 1) == [MIDDLE]
    assert old(catalogue, 1, MIDDLE) == []


def test_a_damaged_backup_stays_and_counts_for_none(catalogue: Catalogue) -> None:
    (catalogue.locate("edge1", NEWEST).folder / "manifest.json").write_text("{")
    assert old(catalogue, 1) == [OLDEST]


def test_a_removed_backup_is_gone_whole_and_a_baseline_cannot_be(catalogue: Catalogue) -> None:
    catalogue.mark_good("edge1", MIDDLE)
    catalogue.remove(catalogue.locate("edge1", OLDEST))
    with pytest.raises(BackupError, match="is marked known-good and is not removed"):
        catalogue.remove(catalogue.locate("edge1", MIDDLE))
    assert [entry.id for entry in catalogue.list("edge1")] == [NEWEST, MIDDLE]
    assert sorted(path.name for path in (catalogue.root / "edge1").iterdir()) == [MIDDLE, NEWEST]


def test_ids_are_found_in_any_text() -> None:
    assert ids_in(f'"backup": "{OLDEST}", {MIDDLE}-2.') == {OLDEST, f"{MIDDLE}-2"}
