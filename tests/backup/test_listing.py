"""The list of all backups: with an index as without one, whatever happens to the files in between."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.backup.listing import BackupListing, line_of, row_of
from oob.derived import DerivedFacts

Damage = Callable[[Path, Catalogue], None]


def remove(home: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(catalogue.list("edge1")[0].folder)


def restore_the_old_manifest(home: Path, catalogue: Catalogue) -> None:
    path = catalogue.list("edge1")[1].folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"known_good": true', b'"known_good": false'))


def mark(home: Path, catalogue: Catalogue) -> None:
    catalogue.mark_good("core1", by="ada")


def remove_a_device(home: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(catalogue.list("core1")[0].folder.parent)


def move(home: Path, catalogue: Catalogue) -> None:
    catalogue.list("core1")[0].folder.parent.rename(home / "backups" / "core2")


def cut_a_manifest(home: Path, catalogue: Catalogue) -> None:
    (catalogue.list("core1")[2].folder / "manifest.json").write_text("{")


def take_a_manifest(home: Path, catalogue: Catalogue) -> None:
    (catalogue.list("core1")[2].folder / "manifest.json").unlink()


def add_strangers(home: Path, catalogue: Catalogue) -> None:
    (home / "backups" / "notes.txt").write_text("not a device")
    (home / "backups" / "edge1" / "notes.txt").write_text("not a backup")
    (home / "backups" / "edge1" / "a\nb").mkdir()
    (home / "backups" / "empty").mkdir()


def delete_the_index(home: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(home / ".index")


def spoil_the_index(home: Path, catalogue: Catalogue) -> None:
    DerivedFacts(home).file.write_bytes(b"garbage" * 1000)


def nothing(home: Path, catalogue: Catalogue) -> None:
    pass


@pytest.fixture
def catalogue(tmp_path: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr("oob.backup.listing._WORTH", 1)
    monkeypatch.setattr("oob.derived._YOUNG", -1)  # the backups of this test are no older
    catalogue = Catalogue(tmp_path / "backups")
    for days in range(3):
        for name in ("edge1", "core1"):
            catalogue.write(replace(reading, device=name, started=reading.started + timedelta(days=days)))
    catalogue.mark_good("edge1", "20260305-050607Z", by="ada")
    return catalogue


@pytest.mark.parametrize(
    "damage",
    [
        nothing,
        remove,
        restore_the_old_manifest,
        mark,
        remove_a_device,
        move,
        cut_a_manifest,
        take_a_manifest,
        add_strangers,
        delete_the_index,
        spoil_the_index,
    ],
)
def test_the_list_is_that_of_the_files_whatever_happened_to_them(
    tmp_path: Path, catalogue: Catalogue, damage: Damage
) -> None:
    listing = BackupListing(tmp_path, catalogue.root)
    assert len(listing.lines()) == len(listing.rows()) == 6
    damage(tmp_path, catalogue)
    for _ in range(3):  # the first reads what has changed, the others find it in the index
        entries = catalogue.list()
        assert sorted(listing.lines()) == sorted(map(line_of, entries))
        assert [row["id"] for row in listing.rows()] == [entry.id for entry in entries]
        assert sorted(map(json.dumps, listing.rows())) == sorted(json.dumps(row_of(entry)) for entry in entries)


def test_a_home_that_moved_has_its_backups_where_they_are_now(tmp_path: Path, catalogue: Catalogue) -> None:
    BackupListing(tmp_path, catalogue.root).rows()
    (tmp_path / "stick").mkdir()
    for name in ("backups", ".index"):
        (tmp_path / name).rename(tmp_path / "stick" / name)
    moved = BackupListing(tmp_path / "stick", tmp_path / "stick" / "backups").rows()
    assert all(Path(row["folder"]).is_dir() for row in moved)
    assert len(moved) == 6


def test_a_known_backup_is_not_read_again(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = BackupListing(tmp_path, catalogue.root)
    before = listing.lines()
    catalogue.mark_good("core1", by="ada")
    read: list[Path] = []

    def entry_of(folder: Path) -> object:
        read.append(folder)
        return next(entry for entry in catalogue.list() if entry.folder == folder)

    monkeypatch.setattr("oob.backup.listing.entry_of", entry_of)
    after = listing.lines()
    assert [path.name for path in read] == ["20260306-050607Z"]
    assert len(set(after) - set(before)) == 1
