from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oob.backup.folder import Reading, write
from oob.backup.manifest import NAME, Manifest, mark
from oob.backup.verify import problems, read_manifest, verify
from oob.errors import BackupError


def kinds(folder: Path) -> list[str]:
    return [problem.kind for problem in problems(folder)]


def test_a_whole_backup_has_no_problems(written: Path) -> None:
    assert problems(written, device="edge1", platform="cisco_ios", serial="9ABC123") == ()
    assert verify(written).configuration_set == "set system host-name edge1\n"


def test_a_copy_is_as_good_as_the_original(written: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(written, tmp_path / "copied")
    assert problems(copy) == ()


def test_what_a_file_manager_leaves_behind_does_not_matter(written: Path) -> None:
    (written / ".DS_Store").write_bytes(b"\0")
    assert problems(written) == ()


@pytest.mark.parametrize("name", ["config.txt", "config.set", "routes.json", "facts.json", "neighbours.txt"])
def test_a_missing_file_is_named(written: Path, name: str) -> None:
    (written / name).unlink()
    with pytest.raises(BackupError, match=f"^backup {written.name}: {name} is missing$"):
        verify(written)


def test_a_changed_file_is_named(written: Path) -> None:
    (written / "config.txt").write_text((written / "config.txt").read_text().replace("edge1", "edge2"))
    with pytest.raises(BackupError, match=r"config.txt has been changed"):
        verify(written)


def test_a_file_that_was_cut_short_is_told_from_a_changed_one(written: Path) -> None:
    whole = (written / "config.txt").read_bytes()
    (written / "config.txt").write_bytes(whole[:50])
    with pytest.raises(BackupError, match=f"config.txt is truncated: 50 of {len(whole)} bytes are left"):
        verify(written)
    (written / "config.txt").write_bytes(whole.replace(b" area 0", b""))
    assert kinds(written) == ["changed"]


def test_an_extra_file_is_named(written: Path) -> None:
    (written / "config.old").write_text("")
    with pytest.raises(BackupError, match=r"config.old was not there when the backup was written"):
        verify(written)


def test_a_link_is_no_file_of_a_backup(written: Path, tmp_path: Path) -> None:
    (written / "config.txt").rename(tmp_path / "elsewhere")
    (written / "config.txt").symlink_to(tmp_path / "elsewhere")
    assert kinds(written) == ["extra", "missing"]


def test_an_edited_manifest_is_noticed(written: Path) -> None:
    manifest = (written / NAME).read_text()
    (written / NAME).write_text(manifest.replace('"known_good": false', '"known_good": true'))
    with pytest.raises(BackupError, match=r"manifest.json has been edited"):
        verify(written)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"sha256": 1, "files": {"a": {"size": 1}}}'])
def test_a_manifest_that_is_none_is_damage_and_no_crash(written: Path, text: str) -> None:
    (written / NAME).write_text(text)
    with pytest.raises(BackupError, match=r"manifest.json is damaged"):
        verify(written)


def test_a_manifest_of_a_later_format_is_said_so(written: Path) -> None:
    (written / NAME).write_bytes(replace(read_manifest(written), format=2).render())
    with pytest.raises(BackupError, match="has format 2, this oob reads 1"):
        verify(written)


def test_a_manifest_whose_values_have_the_wrong_type_is_refused(written: Path) -> None:
    content = json.loads(replace(read_manifest(written), version=15).render())  # type: ignore[arg-type]
    assert content["version"] == 15
    (written / NAME).write_bytes(replace(read_manifest(written), version=15).render())  # type: ignore[arg-type]
    with pytest.raises(BackupError, match="should be text"):
        verify(written)


def test_a_folder_without_a_manifest_is_incomplete(written: Path) -> None:
    (written / NAME).unlink()
    with pytest.raises(BackupError, match="incomplete: it has no manifest"):
        verify(written)
    with pytest.raises(BackupError, match="incomplete"):
        read_manifest(written)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="there is no folder"):
        verify(tmp_path / "20260101-000000Z")


@pytest.mark.parametrize(
    ("asked", "kind", "sentence"),
    [
        ({"device": "core1"}, "device", "it is of edge1, not of core1"),
        ({"platform": "juniper_junos"}, "platform", "it is of a cisco_ios, juniper_junos was asked for"),
        ({"serial": "9XYZ999"}, "serial", "it is of serial number 9ABC123, not of 9XYZ999"),
    ],
)
def test_a_backup_of_something_else_is_told_apart(
    written: Path, asked: dict[str, str], kind: str, sentence: str
) -> None:
    assert [(problem.kind, str(problem)) for problem in problems(written, **asked)] == [(kind, sentence)]
    with pytest.raises(BackupError, match=sentence):
        verify(written, **asked)


def rewrite(folder: Path, name: str, data: bytes, **changes: object) -> None:
    """Replace a file the way somebody would who also makes the manifest fit."""
    (folder / name).write_bytes(data)
    manifest = read_manifest(folder)
    files = {**manifest.files, name: mark(data)}
    (folder / NAME).write_bytes(replace(manifest, files=files, **changes).render())  # type: ignore[arg-type]


def test_a_cut_configuration_is_found_also_when_the_manifest_was_made_to_fit(written: Path) -> None:
    rewrite(written, "config.txt", (written / "config.txt").read_bytes()[:-4])
    with pytest.raises(BackupError, match="the configuration is truncated"):
        verify(written)


@pytest.mark.parametrize(("data", "sentence"), [(b"[]\n", "holds 0 routes, the manifest says 2"), (b"x", "cannot be")])
def test_an_emptied_routing_table_is_found_also_when_the_manifest_was_made_to_fit(
    written: Path, data: bytes, sentence: str
) -> None:
    rewrite(written, "routes.json", data)
    assert kinds(written) == ["routes"]
    with pytest.raises(BackupError, match=sentence):
        verify(written)


def test_everything_that_is_wrong_is_said_at_once(written: Path) -> None:
    (written / "facts.json").unlink()
    (written / "more").write_text("")
    assert kinds(written) == ["missing", "extra"]


def test_a_manifest_comes_back_as_it_was_rendered(written: Path) -> None:
    manifest = read_manifest(written)
    assert Manifest.parse(manifest.render()) == manifest


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_bit_anywhere_is_refused(written: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(written.iterdir())))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))])
    try:
        path.write_bytes(whole[:at] + flipped + whole[at + 1 :])
        assert problems(written)
    finally:
        path.write_bytes(whole)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_cut_anywhere_is_refused(written: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(written.iterdir())))
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
        assert problems(written)
    finally:
        path.write_bytes(whole)


def test_a_backup_without_a_routing_table_says_so_when_it_is_asked_for(tmp_path: Path, reading: Reading) -> None:
    backup = verify(write(tmp_path, replace(reading, routes=None, routes_text="")))
    with pytest.raises(BackupError, match="was not read into this backup"):
        _ = backup.routes


def test_a_manifest_of_an_older_oob_that_does_not_say_how_it_was_read_stays_valid(written: Path) -> None:
    old = replace(read_manifest(written), verified=None)
    (written / NAME).write_bytes(old.render())
    assert b"verified" not in old.render()
    assert problems(written) == ()
    assert read_manifest(written).unverified == ()


def test_a_manifest_names_the_parts_that_were_not_verified(tmp_path: Path, reading: Reading) -> None:
    folder = write(tmp_path, replace(reading, verified={"configuration": "the device's MD5"}))
    manifest = read_manifest(folder)
    assert manifest.unverified == ("facts", "routes", "neighbours")
    assert (manifest.hostname, manifest.serial) == ("", "")


def test_a_manifest_that_does_not_say_in_words_how_it_was_verified_is_damaged(written: Path) -> None:
    (written / NAME).write_bytes(replace(read_manifest(written), verified={"facts": 1}).render())  # type: ignore[dict-item]
    assert kinds(written) == ["manifest"]
