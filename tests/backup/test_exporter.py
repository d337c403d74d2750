from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.exporter import export
from oob.backup.folder import Backup
from oob.backup.importer import read
from oob.errors import UsageError
from tests.backup.conftest import READING


def backups(folder: Path) -> tuple[Backup, ...]:
    catalogue = Catalogue(folder / "backups")
    changes = [("edge1", 0, "one"), ("core1", 1, "two"), ("edge1", 2, 'a "third"'), ("site/r1", 3, "odd name")]
    for device, hours, line in changes:
        text = READING.configuration.replace("hostname edge1", f"hostname {line}")
        catalogue.write(
            replace(READING, device=device, configuration=text, started=READING.started + timedelta(hours=hours))
        )
    return tuple(catalogue.find(entry.device, entry.id) for entry in catalogue.list())


def test_what_was_exported_is_imported_with_the_same_dates_and_bytes(tmp_path: Path) -> None:
    exported = export(tmp_path / "sub" / "devices.git", backups(tmp_path))
    assert [backup.manifest.device for backup in exported] == ["edge1", "core1", "edge1", "site/r1"]
    found = {
        (version.moment, version.text) for version in read("oxidized", tmp_path / "sub" / "devices.git", newest=10)
    }
    assert found == {
        (READING.started + timedelta(hours=hours), backup.configuration) for hours, backup in enumerate(exported)
    }
    assert (tmp_path / "sub" / "devices.git").stat().st_mode & 0o077 == 0


def test_an_export_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    all_of_them = backups(tmp_path)
    repository = tmp_path / "devices.git"
    assert len(export(repository, all_of_them[2:])) == 2
    assert len(export(repository, all_of_them)) == 2
    assert export(repository, all_of_them) == ()
    log = subprocess.run(
        ["git", "-C", str(repository), "log", "--format=%s"], capture_output=True, text=True, check=True
    )
    assert len(log.stdout.splitlines()) == 4
    subprocess.run(["git", "-C", str(repository), "fsck", "--strict"], capture_output=True, check=True)


def test_a_repository_with_a_working_tree_or_none_at_all_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "tree")], check=True)
    (tmp_path / "folder").mkdir()
    for name in ("tree", "folder"):
        with pytest.raises(UsageError, match="is not a bare repository"):
            export(tmp_path / name, ())
