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
from oob.backup.search import BROKEN, SearchPlace, alternatives, places, search
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

    found = search(Catalogue(home / "backups"), (usb,), "edge1")

    assert [(copy.place, copy.state) for copy in found] == [("catalogue", ""), ("usb", BROKEN), ("catalogue", BROKEN)]
    assert alternatives(Catalogue(home / "backups"), "edge1")[-1] == f"{snapshot} ({BROKEN})"


def test_the_known_good_comes_before_what_is_newer(tmp_path: Path) -> None:
    good = backup(tmp_path).manifest.id
    newer = backup(tmp_path, at=NOON + timedelta(hours=2), is_good=False).manifest.id

    found = search(Catalogue(tmp_path / "backups"), (), "edge1")

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
    berlin = search(catalogue, where, "edge1", text="location Berlin")
    recent = search(catalogue, where, "edge1", since="2026-02-01", software="16.9")

    assert [copy.place for copy in every] == ["disk", "rancid", "rancid"]
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
