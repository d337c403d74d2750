from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from oob.derived import DerivedFacts
from oob.inventory.cut_index import LARGE
from oob.inventory.entries import _MANY, Entries

ENTRY = "r%d: {platform: cisco_ios, hostname: 192.0.2.1}\n"
COUNT = LARGE // len(ENTRY) + 100
CONTENT = {"platform": "cisco_ios", "hostname": "192.0.2.1"}


@pytest.fixture
def facts(tmp_path: Path) -> DerivedFacts:
    return DerivedFacts(tmp_path)


@pytest.fixture
def file(tmp_path: Path, facts: DerivedFacts) -> Path:
    """Return an inventory file that is large enough for an index, which is there."""
    path = tmp_path / "hosts.yaml"
    path.write_text("".join(ENTRY % number for number in range(COUNT)))
    Entries(path, facts)
    assert facts.file.exists()
    return path


def test_entries_by_the_index_are_those_of_the_file(file: Path, facts: DerivedFacts) -> None:
    entries = Entries(file, facts)
    assert list(entries) == [f"r{number}" for number in range(COUNT)]
    assert entries["r77"] == CONTENT
    assert entries.line("r77", ".hostname") == 78
    assert entries.first_like("R77") == "r77"
    assert f"r{COUNT}" not in entries
    with pytest.raises(KeyError):
        entries["R77"]


def test_many_entries_are_those_of_the_file_too(file: Path, facts: DerivedFacts) -> None:
    entries = Entries(file, facts)
    assert all(entries[name] == CONTENT for name in list(entries)[: _MANY + 10])
    assert entries.line("r999") == 1000


def test_an_index_of_another_content_is_not_used(file: Path, facts: DerivedFacts) -> None:
    file.write_text("new: {platform: arista_eos}\n" + file.read_text())
    entries = Entries(file, facts)
    assert entries["new"] == {"platform": "arista_eos"}
    assert entries.line("r0") == 2
    assert entries.first_like("NEW") == "new"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE facts SET fact = '[0, 9, 1, \"\"]' WHERE name = 'r1'",
        "UPDATE facts SET fact = '[\"r2\"]' WHERE name = ''",
        "DELETE FROM facts WHERE name = 'r1'",
        "DELETE FROM facts WHERE name = ''",
        "DELETE FROM facts",
        "UPDATE facts SET name = 'x' || name",
    ],
)
def test_an_index_that_was_changed_invents_and_loses_no_device(file: Path, facts: DerivedFacts, change: str) -> None:
    with closing(sqlite3.connect(facts.file)) as index, index:
        index.execute(change)
    entries = Entries(file, facts)
    assert "r1" in entries
    assert len(entries) == COUNT
    assert entries["r1"] == CONTENT
    assert entries.first_like("R1") == "r1"
    assert Entries(file, facts)["r1"] == CONTENT


def test_a_folder_that_takes_no_index_costs_time_alone(tmp_path: Path, facts: DerivedFacts) -> None:
    facts.file.parent.write_text("a file where a folder should be")
    path = tmp_path / "hosts.yaml"
    path.write_text("".join(ENTRY % number for number in range(COUNT)))
    assert len(Entries(path, facts)) == COUNT
    assert Entries(path, facts)["r1"] == CONTENT
