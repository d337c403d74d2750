from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Oob

CONFIG = "version 15.7\nhostname edge1\nend\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "edge1").write_text(CONFIG)
    (tmp_path / "source" / "core1.example.com").write_text("system { }\n}\n")
    return tmp_path / "source"


def test_the_inventory_says_whose_a_configuration_is_and_what_it_runs(
    oob: Oob, source: Path, hosts: Callable[[str], None]
) -> None:
    hosts("edge1: {platform: cisco_ios}\ncore1: {platform: juniper_junos}\n")
    said = oob("backup", "import", "ansible", source, "--json")
    assert said.code == 0
    assert {each["device"] for each in said.document["kept"]} == {"edge1", "core1"}
    assert "no routes" in oob("backup", "list", "edge1").out
    again = oob("backup", "import", "ansible", source)
    assert (again.code, again.out) == (0, "0 configurations kept, 2 were there already, 0 refused\n")


def test_what_nobody_knows_is_refused_unless_the_platform_is_given(oob: Oob, source: Path) -> None:
    said = oob("backup", "import", "ansible", source, "--json")
    assert said.code == 7
    assert {each["name"] for each in said.document["refused"]} == {"edge1", "core1.example.com"}
    (source / "core1.example.com").unlink()
    assert oob("backup", "import", "ansible", source, "--platform", "cisco_ios").code == 0


def test_a_configuration_that_does_not_end_as_its_platform_does_is_refused(oob: Oob, source: Path) -> None:
    (source / "core1.example.com").unlink()
    (source / "edge1").write_text(CONFIG[:-4])
    said = oob("backup", "import", "ansible", source, "--platform", "cisco_ios")
    assert (said.code, "is truncated" in said.err) == (7, True)


def test_backups_go_to_git_and_damaged_ones_are_left_out(oob: Oob, source: Path, tmp_path: Path, home: Path) -> None:
    oob("backup", "import", "ansible", source, "--platform", "nobodys_os")
    (damaged,) = (home / "backups" / "edge1").iterdir()
    (damaged / "config.txt").write_text("changed")
    said = oob("backup", "export", tmp_path / "devices.git", "--json")
    assert said.code == 7
    assert [each["device"] for each in said.document["exported"]] == ["core1.example.com"]
    assert len(said.document["damaged"]) == 1


def test_odd_arguments_are_a_matter_of_usage(oob: Oob, tmp_path: Path) -> None:
    assert oob("backup", "import", "oxidised", tmp_path).code == 2
    assert oob("backup", "import", "oxidized", tmp_path / "absent").code == 2
    assert oob("backup", "import", "oxidized", tmp_path, "--newest", "many").code == 2
    (tmp_path / "file").write_text("")
    assert oob("backup", "export", tmp_path / "file").code == 2
