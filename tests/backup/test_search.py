"""Copies of a configuration, wherever they lie, and in which order they are offered."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.backup.search import BROKEN, FoundCopy, SearchPlace, alternatives, places, search
from oob.cli.main import oob_command
from oob.errors import UsageError
from tests.recovery.papers import CONFIGURATION, NOON, VERIFIED, backup

OLD = CONFIGURATION.replace("hostname edge1", "hostname edge1\nsnmp-server location Berlin")


def broken_state(home: Path, configuration: str) -> str:
    """Keep the snapshot of a broken state, newer than everything else, and return its id."""
    reading = Reading(
        device="edge1",
        platform="cisco_ios",
        configuration=configuration,
        facts={"hostname": "edge1", "serial": "9ABC123", "version": "16.9.4"},
        verified=VERIFIED,
        found_by="run-1",
        started=NOON + timedelta(days=2),
        finished=NOON + timedelta(days=2),
    )
    return Catalogue(home / "backups").write(reading).manifest.id


def test_a_copy_of_a_broken_state_is_labelled_wherever_it_lies_and_never_comes_first(tmp_path: Path) -> None:
    home, stick = tmp_path / "home", tmp_path / "stick"
    backup(home, is_good=False)
    wrong = CONFIGURATION.replace("permit tcp any any", "deny tcp any any")
    snapshot = broken_state(home, wrong)
    stick.mkdir()
    (stick / "edge1.cfg").write_text(wrong)
    (stick / "edge10.cfg").write_text(CONFIGURATION)
    usb = SearchPlace(name="usb", kind="folder", path=f"{tmp_path}/st*")

    found = search(Catalogue(home / "backups"), (usb,), "edge1").copies

    assert [(copy.place, copy.state) for copy in found] == [("catalogue", ""), ("usb", BROKEN), ("catalogue", BROKEN)]
    assert alternatives(Catalogue(home / "backups"), "edge1")[-1] == f"{snapshot} ({BROKEN})"


def test_the_baseline_is_not_called_broken_because_a_run_found_the_device_as_it_should_be(tmp_path: Path) -> None:
    good = backup(tmp_path).manifest.id
    broken_state(tmp_path, CONFIGURATION)

    found = search(Catalogue(tmp_path / "backups"), (), "edge1").copies

    assert Path(found[0].where).name == good
    assert found[0].state == "known-good"
    assert BROKEN not in [copy.state for copy in found]


def test_a_broken_state_is_known_by_its_statements_not_by_its_bytes(tmp_path: Path) -> None:
    home, stick = tmp_path / "home", tmp_path / "stick"
    backup(home)
    wrong = CONFIGURATION.replace("permit tcp any any", "deny tcp any any")
    broken_state(home, wrong)
    stick.mkdir()
    (stick / "edge1.cfg").write_bytes(b"! kept by rancid\r\n!\r\n" + wrong.replace("\n", "\r\n").encode() + b"!\r\n")
    usb = SearchPlace(name="usb", kind="folder", path=str(stick))

    found = search(Catalogue(home / "backups"), (usb,), "edge1").copies

    assert [copy.state for copy in found if copy.place == "usb"] == [BROKEN]
    assert found[0].is_good


def test_damaged_and_truncated_copies_are_labelled_and_come_last(tmp_path: Path) -> None:
    home, stick = tmp_path / "home", tmp_path / "stick"
    backup(home, at=NOON - timedelta(days=9))
    damaged = backup(home, at=NOON + timedelta(hours=2)).folder
    (damaged / "config.txt").write_text("damaged")
    broken_state(home, OLD)
    stick.mkdir()
    (stick / "edge1.cfg").write_text(CONFIGURATION[: len(CONFIGURATION) // 2])
    (stick / "edge1.empty").write_text("")
    (stick / "edge1.old").write_text(CONFIGURATION)
    os.mkfifo(stick / "edge1.pipe")
    usb = SearchPlace(name="usb", kind="folder", path=str(stick))

    found = search(Catalogue(home / "backups"), (usb,), "edge1")

    assert [copy.is_whole for copy in found.copies] == [True] * 3 + [False] * 3
    assert found.copies[0].is_good
    assert found.copies[2].state == BROKEN
    assert all(copy.state.startswith("DAMAGED: ") for copy in found.copies[3:])
    assert found.unread == (f"usb: {stick}/edge1.pipe: not a file",)
    assert damaged.name not in str(alternatives(Catalogue(home / "backups"), "edge1"))


def test_copies_on_the_device_come_after_what_was_read_and_before_a_broken_state(tmp_path: Path) -> None:
    backup(tmp_path)
    broken_state(tmp_path, OLD)
    kept = FoundCopy(device="edge1", taken="", place="device", where="more flash:edge1.cfg", state="n", is_read=False)

    found = search(Catalogue(tmp_path / "backups"), (), "edge1", on_device=(kept,)).copies

    assert [copy.state for copy in found] == ["known-good", "n", BROKEN]


def test_the_known_good_comes_before_what_is_newer(tmp_path: Path) -> None:
    good = backup(tmp_path).manifest.id
    newer = backup(tmp_path, at=NOON + timedelta(hours=2), is_good=False).manifest.id

    found = search(Catalogue(tmp_path / "backups"), (), "edge1").copies

    assert [Path(copy.where).name for copy in found] == [good, newer]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git: .ci/install-servers")
def test_versions_in_git_and_whole_backups_in_folders_are_found_by_text_date_and_software(tmp_path: Path) -> None:
    home, repository, other = tmp_path / "home", tmp_path / "configs", tmp_path / "other"
    backup(other, version="16.9.4")
    repository.mkdir()
    when = {**os.environ, "GIT_AUTHOR_DATE": "2026-01-05T10:00:00Z", "GIT_COMMITTER_DATE": "2026-01-05T10:00:00Z"}
    person = ("-c", "user.name=ada", "-c", "user.email=ada@example.net")
    subprocess.run(["git", "init", "-q", repository], check=True)
    for text in (OLD, CONFIGURATION):
        (repository / "edge1").write_text(text)
        subprocess.run(["git", "-C", repository, "add", "."], check=True)
        subprocess.run(["git", "-C", repository, *person, "commit", "-qm", "night"], check=True, env=when)
    where = (
        SearchPlace(name="rancid", kind="git", path=str(repository)),
        SearchPlace(name="disk", kind="folder", path=str(other)),
        SearchPlace(name="gone", kind="git", path=f"{tmp_path}/gone"),
    )
    catalogue = Catalogue(home / "backups")

    every = search(catalogue, where, "edge1")
    berlin = search(catalogue, where, "edge1", text="location Berlin").copies
    recent = search(catalogue, where, "edge1", since="2026-02-01", software="16.9").copies

    assert [copy.place for copy in every.copies] == ["disk", "rancid", "rancid"]
    assert every.unread == (f"gone: there is no folder {tmp_path}/gone",)
    assert [(copy.place, copy.taken) for copy in berlin] == [("rancid", "2026-01-05T10:00:00Z")]
    assert [copy.place for copy in recent] == ["disk"]


def test_the_command_says_where_each_copy_lies(tmp_path: Path) -> None:
    backup(tmp_path)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "edge1.txt").write_text(OLD)
    (tmp_path / "places.yaml").write_text(f"usb: folder:{tmp_path}/stick\n")

    done = CliRunner().invoke(oob_command, ["backup", "find", "edge1", "--home", str(tmp_path)])

    assert done.exit_code == 0, done.output
    assert "known-good" in done.output.splitlines()[0]
    assert f"{tmp_path}/stick/edge1.txt" in done.output


def test_a_place_that_cannot_be_understood_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("usb: /media\n")
    with pytest.raises(UsageError, match="usb: write NAME: folder:/PATH"):
        places(tmp_path / "places.yaml")
    assert places(tmp_path / "none.yaml") == ()
