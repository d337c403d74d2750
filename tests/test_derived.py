"""Facts derived from files: whatever becomes of the index, a fact is the right one or there is none."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oob.derived import DerivedFacts, marks_of

FACTS = {f"r{number}": (b"evidence %d" % number, f"fact {number} ä") for number in range(200)}
WRITER = """
import sys
from pathlib import Path
from oob.derived import DerivedFacts
facts = DerivedFacts(Path(sys.argv[1]))
print(flush=True)
for turn in range(int(sys.argv[3])):
    facts.keep({"kind": {f"{sys.argv[2]}{n}": (b"%d" % turn, f"{turn} " * 200) for n in range(100)}})
"""


@pytest.fixture
def facts(tmp_path: Path) -> DerivedFacts:
    facts = DerivedFacts(tmp_path)
    facts.keep({"kind": FACTS})
    return facts


@contextmanager
def writing(home: Path, name: str, turns: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that writes a hundred facts again and again, and yield it when it has begun."""
    command = [sys.executable, "-c", WRITER, str(home), name, str(turns)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def test_facts_are_found_one_by_one_and_all_together(facts: DerivedFacts) -> None:
    assert facts.read("kind") == FACTS
    assert facts.find("kind", "r7") == FACTS["r7"]
    assert facts.find("kind", "r999") is facts.find("other", "r7") is facts.find("kind", "\udcff") is None


def test_facts_that_are_gone_are_forgotten_and_changed_ones_replaced(facts: DerivedFacts) -> None:
    facts.keep({"kind": {"r1": (b"new", "other")}}, gone=["r0"])
    assert facts.read("kind") == {name: fact for name, fact in FACTS.items() if name != "r0"} | {
        "r1": (b"new", "other")
    }


def test_facts_that_come_alone_replace_those_of_their_kind_only(facts: DerivedFacts) -> None:
    facts.keep({"other": FACTS})
    facts.keep({"kind": {"r1": (b"new", "other")}}, alone=True)
    assert facts.read("kind") == {"r1": (b"new", "other")}
    assert facts.read("other") == FACTS


def test_an_index_that_was_deleted_is_made_again(facts: DerivedFacts) -> None:
    facts.file.unlink()
    assert facts.read("kind") == {}
    facts.keep({"kind": FACTS})
    assert facts.read("kind") == FACTS


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), noise=st.binary(max_size=64), is_cut=st.booleans())
def test_a_damaged_index_gives_no_wrong_fact_and_is_made_again(
    tmp_path: Path, place: float, noise: bytes, is_cut: bool
) -> None:
    facts = DerivedFacts(Path(tempfile.mkdtemp(dir=tmp_path)))
    facts.keep({"kind": FACTS})
    with closing(sqlite3.connect(facts.file)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = facts.file.read_bytes()
    begin = int(place * len(whole))
    facts.file.write_bytes(whole[:begin] + noise + (b"" if is_cut else whole[begin + len(noise) :]))
    assert facts.read("kind").items() <= FACTS.items()
    for _ in range(3):  # writing or reading finds the damage, and then all is made again
        facts.keep({"kind": FACTS})
        facts.read("kind")
    assert facts.read("kind") == FACTS


@pytest.mark.parametrize(
    "change", ["fact = 'invented'", "fact = 7", "fact = x'ff'", "evidence = x'00'", "name = 'r999'", "sum = NULL"]
)
def test_an_index_with_a_changed_value_is_not_believed_and_is_made_again(facts: DerivedFacts, change: str) -> None:
    with closing(sqlite3.connect(facts.file)) as file, file:
        file.execute(f"UPDATE facts SET {change} WHERE name = 'r1'")
    assert facts.find("kind", "r2") == FACTS["r2"]
    assert facts.find("kind", "r1") is facts.find("kind", "r999") is None
    assert facts.read("kind") == {}
    facts.keep({"kind": FACTS})
    assert facts.read("kind") == FACTS


@pytest.mark.parametrize("change", ["PRAGMA user_version = 7", "DROP TABLE facts", "ALTER TABLE facts DROP COLUMN sum"])
def test_an_index_of_another_oob_is_not_read_and_is_replaced(facts: DerivedFacts, change: str) -> None:
    with closing(sqlite3.connect(facts.file)) as file, file:
        file.execute(change)
    assert facts.read("kind") == {}
    for _ in range(2):
        facts.keep({"kind": FACTS})
    assert facts.read("kind") == FACTS


def test_a_home_that_takes_no_index_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / ".index").write_text("a file where the folder would be")
    facts = DerivedFacts(tmp_path)
    facts.keep({"kind": FACTS})
    assert facts.read("kind") == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_index_that_may_only_be_read_is_read(facts: DerivedFacts) -> None:
    facts.file.parent.chmod(0o500)
    facts.keep({"kind": {"r1": (b"new", "other")}})
    assert facts.read("kind") == FACTS
    facts.file.parent.chmod(0o700)


def test_an_index_that_another_process_holds_is_read_and_not_waited_for(facts: DerivedFacts) -> None:
    with closing(sqlite3.connect(facts.file, isolation_level=None)) as file:
        file.execute("BEGIN EXCLUSIVE")
        facts.keep({"kind": {"r1": (b"new", "other")}})
        assert facts.read("kind") in (FACTS, {})  # the latter where there is no write-ahead log
        file.execute("ROLLBACK")
    assert facts.read("kind") == FACTS


def test_two_processes_that_write_at_once_spoil_nothing(tmp_path: Path) -> None:
    with writing(tmp_path, "a", 10), writing(tmp_path, "b", 10):
        pass
    found = DerivedFacts(tmp_path).read("kind")
    assert found
    assert {name[0] for name in found} <= {"a", "b"}
    assert all(fact == f"{mark.decode()} " * 200 for mark, fact in found.values())
    for name in "ab":
        assert len({mark for each, (mark, _) in found.items() if each[0] == name}) <= 1, "half of a writing"


def test_a_process_killed_in_the_middle_of_a_rebuild_leaves_all_of_it_or_none(tmp_path: Path) -> None:
    facts = DerivedFacts(tmp_path)
    for _ in range(3):
        with writing(tmp_path, "a", 1_000_000) as process:
            while not facts.read("kind"):
                assert process.poll() is None
            process.send_signal(signal.SIGKILL)
        found = facts.read("kind")
        assert len(found) == 100
        assert len({mark for mark, _ in found.values()}) == 1
        facts.keep({"kind": {}}, gone=found)


def test_a_file_edited_with_its_old_time_and_size_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert marks_of(["file", "absent"], folder) == [0] * 8  # it may change again within the grain of its times
        monkeypatch.setattr("oob.derived._YOUNG", -1)
        before, stat = marks_of(["file"], folder), path.stat()
        while marks_of(["file"], folder) == before:  # until the clock of the file system has moved on
            path.write_text("after!")
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        after = path.stat()
        assert (after.st_mtime_ns, after.st_size, after.st_ino) == (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    finally:
        os.close(folder)
