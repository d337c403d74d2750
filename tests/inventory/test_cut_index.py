from __future__ import annotations

from pathlib import Path

import pytest

from oob.inventory.cut_index import LARGE
from oob.inventory.entries import Entries

ENTRY = "r%d: {platform: cisco_ios, hostname: 192.0.2.1}\n"
COUNT = LARGE // len(ENTRY) + 100


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return an inventory file that is large enough for an index, which is there."""
    path = tmp_path / "hosts.yaml"
    path.write_text("".join(ENTRY % number for number in range(COUNT)))
    Entries(path)
    assert index(path).exists()
    return path


def index(path: Path) -> Path:
    return path.parent / ".index" / "hosts.yaml.cut"


def test_entries_by_the_index_are_those_of_the_file(file: Path) -> None:
    entries = Entries(file)
    assert list(entries) == [f"r{number}" for number in range(COUNT)]
    assert entries["r77"] == {"platform": "cisco_ios", "hostname": "192.0.2.1"}
    assert entries.line("r77", ".hostname") == 78


def test_an_index_of_another_content_is_not_used(file: Path) -> None:
    file.write_text("new: {platform: arista_eos}\n" + file.read_text())
    entries = Entries(file)
    assert entries["new"] == {"platform": "arista_eos"}
    assert entries.line("r0") == 2


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b'[["r1",0,9,1,""]]'])
def test_an_index_that_was_changed_is_not_used(file: Path, damage: bytes) -> None:
    head, _, body = index(file).read_bytes().partition(b"\n")
    for content in (damage, head + b"\n" + damage, head + b"\n" + body.replace(b"r1,", b"r2,") + b" "):
        index(file).write_bytes(content)
        assert Entries(file)["r1"] == {"platform": "cisco_ios", "hostname": "192.0.2.1"}


def test_a_folder_that_takes_no_index_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / ".index").write_text("a file where a folder should be")
    path = tmp_path / "hosts.yaml"
    path.write_text("".join(ENTRY % number for number in range(COUNT)))
    assert len(Entries(path)) == COUNT
