from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oob.backup.folder import ROUTES_OPAQUE, Reading, incompleteness, parse_routes, write
from oob.backup.verify import problems, verify
from oob.errors import BackupError
from oob.routing.opaque import OpaqueLine
from oob.routing.route import NextHop, Route
from tests.backup.conftest import CONFIG, READING


def test_what_was_read_comes_back(tmp_path: Path, reading: Reading) -> None:
    backup = verify(write(tmp_path, reading))
    assert backup.configuration == reading.configuration
    assert backup.routes == reading.routes
    assert backup.routes_text == reading.routes_text
    assert backup.facts == reading.facts
    assert backup.neighbours == list(reading.neighbours)
    assert backup.neighbours_text == reading.neighbours_text
    assert backup.configuration_set == ""
    assert backup.manifest.serial == "9ABC123"
    assert backup.manifest.change == "CHG0012345"
    assert backup.manifest.started == "2026-03-04T05:06:07Z"
    assert not backup.manifest.known_good


def test_a_backup_is_named_by_its_device_and_its_time_and_is_private(tmp_path: Path, reading: Reading) -> None:
    folder = write(tmp_path / "backups", reading)
    assert folder == tmp_path / "backups" / "edge1" / "20260304-050607Z"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.parents[:2])} == {0o700}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_two_backups_of_the_same_second_are_two(tmp_path: Path, reading: Reading) -> None:
    folders = [write(tmp_path, reading) for _ in range(3)]
    assert [folder.name for folder in folders] == ["20260304-050607Z", "20260304-050607Z-2", "20260304-050607Z-3"]
    assert [verify(folder).manifest.id for folder in folders] == [folder.name for folder in folders]


def test_a_time_of_another_zone_is_written_as_utc(tmp_path: Path, reading: Reading) -> None:
    there = reading.started.astimezone(timezone(timedelta(hours=9)))
    assert write(tmp_path, replace(reading, started=there)).name == "20260304-050607Z"


@pytest.mark.parametrize("cut", [0, 1, 30, len(CONFIG) - 5])
def test_a_configuration_that_was_cut_short_is_never_taken_for_a_backup(
    tmp_path: Path, reading: Reading, cut: int
) -> None:
    with pytest.raises(BackupError, match=r"the configuration (is empty|is truncated|has lost)"):
        write(tmp_path, replace(reading, configuration=CONFIG[:cut]))
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_that_lost_its_beginning_is_not_whole() -> None:
    assert "has lost its beginning" in incompleteness("!\nend\n", r"^Current configuration", "^end$")
    assert incompleteness("anything\n", "", "") == ""


def test_a_disk_that_says_no_is_one_sentence(tmp_path: Path, reading: Reading) -> None:
    (tmp_path / "backups").write_text("not a folder")
    with pytest.raises(BackupError, match="could not be written"):
        write(tmp_path / "backups", reading)


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path: Path, reading: Reading) -> None:
    bad = replace(reading, neighbours=({"object": object()},))
    with pytest.raises(TypeError):
        write(tmp_path, bad)
    assert list(tmp_path.iterdir()) == []


NEXT_HOPS = st.builds(NextHop, address=st.text(max_size=8), interface=st.text(max_size=8), vrf=st.text(max_size=4))
ROUTES = st.builds(
    Route,
    vrf=st.text(max_size=8),
    prefix=st.text(max_size=18),
    protocol=st.text(max_size=8),
    next_hops=st.lists(NEXT_HOPS, max_size=3).map(tuple),
    preference=st.none() | st.integers(0, 255),
    metric=st.none() | st.integers(0, 2**32),
    active=st.booleans(),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROUTES, max_size=5).map(tuple), st.text(min_size=1).filter(str.strip))
def test_any_table_and_text_come_back(tmp_path: Path, routes: tuple[Route, ...], text: str) -> None:
    reading = replace(READING, routes=routes, configuration=text, complete_start="", complete_end="")
    backup = verify(write(tmp_path, reading))
    assert (backup.routes, backup.configuration) == (routes, text)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'[{"prefix": "::/0"}]', b'[{"next_hops": [{"via": 1}]}]'])
def test_a_table_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(BackupError, match="cannot be understood"):
        parse_routes(data)


KILLED = """
import os, signal, sys
from pathlib import Path
from oob.backup.catalogue import Catalogue
from oob.backup.folder import write
from tests.backup.conftest import READING

turn, code = 0, 1
while code:  # killed at its first act on the disk, then at its second, until it lives to the end
    turn += 1
    child = os.fork()
    if not child:
        acts = 0
        def act(event, arguments):
            global acts
            if event == "open" or event.startswith("os."):
                acts += 1
                if acts == turn:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(act)
        ACT
        os._exit(0)
    code = os.waitpid(child, 0)[1]
print(turn)
"""


def killed_at_every_act(code: str, folder: Path) -> int:
    """Run *code* in processes killed at their first, second … act on the disk; return how many it took."""
    script = KILLED.replace("ACT", code)
    done = subprocess.run([sys.executable, "-c", script, str(folder)], check=True, capture_output=True, text=True)
    return int(done.stdout)


def test_a_writer_killed_before_any_act_on_the_disk_leaves_nothing_that_verifies_by_half(tmp_path: Path) -> None:
    turns = killed_at_every_act("write(Path(sys.argv[1]) / str(turn), READING)", tmp_path)
    finished, half_written = 0, 0
    for folder in tmp_path.glob("*/edge1/*"):
        if folder.name.startswith("."):
            half_written += 1
            assert [problem.kind for problem in problems(folder)] == ["incomplete"]
        else:
            finished += 1
            assert verify(folder).routes == READING.routes
    assert turns > 15
    assert half_written > 8
    assert finished >= 1


def test_a_backup_stays_whole_when_the_one_who_marks_it_is_killed(tmp_path: Path) -> None:
    folder = write(tmp_path, READING)
    turns = killed_at_every_act("Catalogue(Path(sys.argv[1])).mark_good('edge1'); assert turn < 99", tmp_path)
    assert turns > 5
    assert problems(folder) == ()
    assert verify(folder).manifest.known_good


def test_opaque_lines_are_kept_and_an_older_backup_is_read_without_them(tmp_path: Path) -> None:
    line = OpaqueLine(7, "Z9 10.9.0.0/16", "no rule recognises this line", "RED")
    folder = write(tmp_path, replace(READING, opaque=(line,)))
    backup = verify(folder)
    assert backup.table.opaque == (line,)
    older = replace(backup, files={name: data for name, data in backup.files.items() if name != ROUTES_OPAQUE})
    assert older.table.opaque == ()
    assert older.table.routes == backup.routes
