from __future__ import annotations

import os
from pathlib import Path

import pytest

from oob import durable


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    durable.create_file(tmp_path / "a", b"secret")
    assert (tmp_path / "a").read_bytes() == b"secret"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        durable.create_file(tmp_path / "a", b"other")


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    durable.replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


def test_a_replacement_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        durable.replace_file(tmp_path / "a", b"new")
    assert os.listdir(tmp_path) == ["a"]


def test_a_folder_whose_name_a_file_has_is_refused_in_these_words(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    for path in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(NotADirectoryError) as caught:
            durable.create_folder(path)
        assert caught.value.strerror == "a file has this name"


def test_missing_folders_are_made_private_and_others_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    durable.create_folder(tmp_path / "a" / "b")
    durable.create_folder(tmp_path / "a" / "b")
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a" / "b", tmp_path / "a", tmp_path)] == [
        0o700,
        0o700,
        0o755,
    ]
