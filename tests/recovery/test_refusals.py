"""Backups that must not be restored: each is refused in a sentence of its own, before the path is opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.errors import BackupError
from oob.inventory.device import Expect
from tests.recovery.papers import NOON, backup
from tests.recovery.stand import Stand

Damage = Callable[[Stand, Path], None]


def _manifest(old: str, new: str) -> Damage:
    def damage(_: Stand, folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(path.read_text().replace(old, new, 1))

    return damage


def _sealed(**other: str) -> Damage:
    """Have the manifest say something else in a way that its own hash fits."""

    def damage(stand: Stand, folder: Path) -> None:
        manifest = Catalogue(stand.home.backups).find("edge1", folder.name).manifest
        (folder / "manifest.json").write_bytes(replace(manifest, **other).render())

    return damage


def _cut(_: Stand, folder: Path) -> None:
    path = folder / "config.txt"
    path.write_bytes(path.read_bytes()[:-40])


def _changed(_: Stand, folder: Path) -> None:
    path = folder / "config.txt"
    path.write_bytes(path.read_bytes().replace(b"192.0.2.1 ", b"192.0.2.7 "))


def _linked(_: Stand, folder: Path) -> None:
    (folder / "facts.json").rename(folder.parent / "facts.json")
    (folder / "facts.json").symlink_to("../facts.json")


def _wrong_serial(stand: Stand, folder: Path) -> None:
    stand.expect = Expect(serial="FCZ0000X0XX")


DAMAGES: dict[str, Damage] = {
    r"config\.txt is truncated: \d+ of \d+ bytes are left": _cut,
    r"config\.txt has been changed: its SHA-256 is not the manifest's": _changed,
    r"routes\.json is missing": lambda _, folder: (folder / "routes.json").unlink(),
    r"notes\.txt was not there when the backup was written": lambda _, folder: (folder / "notes.txt").touch(),
    r"facts\.json is not a plain file": _linked,
    r"incomplete: it has no manifest\.json": lambda _, folder: (folder / "manifest.json").unlink(),
    r"manifest\.json has been edited: its own hash does not match": _manifest("16.9.4", "17.9.4"),
    r"manifest\.json is damaged: not readable as JSON": _manifest("{", ""),
    r"it is of edge2, not of edge1": _sealed(device="edge2"),
    r"it is of a juniper_junos, cisco_ios was asked for": _sealed(platform="juniper_junos"),
    r"it is of serial number 9ABC123, not of FCZ0000X0XX": _wrong_serial,
    r"there is no backup below|no backup begins with": lambda _, folder: shutil.rmtree(folder),
}


@pytest.mark.parametrize("said", DAMAGES)
@pytest.mark.parametrize("role", ["target", "baseline"])
def test_what_must_not_be_restored_is_refused_before_the_path_is_opened(stand: Stand, role: str, said: str) -> None:
    which = Catalogue(stand.home.backups).baseline("edge1").manifest.id
    if role == "baseline":
        other = backup(stand.home.path, at=NOON + timedelta(hours=1))
        stand.choices = replace(stand.choices, target=other.manifest.id)
    stand.choices = replace(stand.choices, **{role: which})
    folder = Catalogue(stand.home.backups).find("edge1", which).folder
    DAMAGES[said](stand, folder)

    with pytest.raises(BackupError) as refused:
        stand.recover()

    assert refused.match(said)
    assert not stand.was_called()
