"""`oob lab`: routers to practise on, of its own making or of somebody's own file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from oob.cli.commands.lab import command
from oob.errors import UsageError
from oob.lab.control import lab_down

PAGE = Path(__file__).parents[3] / "docs/drills.md"


@contextmanager
def up(home: Path, *options: str) -> Iterator[list[dict[str, Any]]]:
    """Start a lab in *home*, give its routers, and take it down."""
    done = CliRunner().invoke(command, ["up", "--home", str(home), "--json", *options], standalone_mode=False)
    if done.exception:
        raise done.exception
    try:
        yield json.loads(done.stdout)
    finally:
        lab_down(home / "lab")


def test_five_routers_are_those_of_the_drills(tmp_path: Path) -> None:
    with up(tmp_path, "--five") as routers:
        platforms = [router["platform"] for router in routers]

    assert platforms == ["cisco_ios", "juniper_junos", "arista_eos", "cisco_nxos", "cisco_xr"]


def test_the_topology_that_the_page_shows_is_one(tmp_path: Path) -> None:
    text = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    shown = yaml.safe_load(text)
    shown["routers"] = shown["routers"][:1]  # of the second one the page does not give the configuration
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(shown))

    with up(tmp_path, "--topology", str(tmp_path / "mine.yaml")) as routers:
        names = [router["name"] for router in routers]

    assert names == ["r1"]


@pytest.mark.parametrize("options", [("--five", "--big"), ("--five", "--real"), ("--real", "--vm")])
def test_two_labs_at_once_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--"), up(tmp_path, *options):
        raise AssertionError("it has started")
