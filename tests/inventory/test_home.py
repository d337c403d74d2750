from __future__ import annotations

from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.inventory.home import Home


def test_the_home_given_comes_before_the_environments_and_that_before_the_users(tmp_path: Path) -> None:
    environ = {"OOB_HOME": str(tmp_path / "stick")}
    assert Home.find(str(tmp_path / "given"), environ).path == tmp_path / "given"
    assert Home.find("", environ).path == tmp_path / "stick"
    assert Home.find("", {}).path == Path.home() / ".oob"


def test_everything_lies_below_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    places = [home.inventory, home.secrets, home.backups, home.runs, home.transcripts, home.known_hosts, home.leases]
    assert all(place.parent == tmp_path for place in places)
    assert len(set(places)) == len(places)


def test_looking_at_a_home_makes_nothing_and_the_first_write_makes_it_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert not home.backups.exists()
    home.create(home.backups)
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert home.backups.stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    home = Home(tmp_path / "home")
    with pytest.raises(UsageError, match="cannot be made"):
        home.create(home.runs)
