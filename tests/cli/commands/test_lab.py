"""`oob lab`: routers to practise on, of its own making or of somebody's own file."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oob.api import connect
from oob.cli.commands.lab import command
from oob.errors import UsageError
from oob.lab.control import lab_down, lab_list

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


def test_the_topology_that_the_page_shows_runs_as_printed(tmp_path: Path) -> None:
    text = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "mine.yaml").write_text(text)

    with up(tmp_path, "--topology", str(tmp_path / "mine.yaml"), "--baud", "0", "--round-trip", "0") as routers:
        consoles = {router["name"]: router["consoles"][0] for router in routers}
        routes = [printed(consoles["r1"], "cisco_ios", "show ip route static | include via")]
        routes += [printed(consoles["r2"], "juniper_junos", "show route 192.0.2.0/24 terse")]

    assert "198.51.100.0/24 [1/0] via 10.0.0.2" in routes[0]
    assert ">10.0.0.1" in routes[1]


def test_a_lab_has_the_same_consoles_again(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        pass
    with up(tmp_path) as second:
        pass

    assert [router["consoles"] for router in second] == [router["consoles"] for router in first]


def test_a_port_that_another_program_has_taken_is_said(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        pass
    number = int(first[0]["consoles"][1].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", number)), up(tmp_path) as second:
        pass

    assert second[0]["moved_from"] == number
    assert second[0]["consoles"][1] != first[0]["consoles"][1]
    assert second[1]["moved_from"] == 0


def test_a_console_at_the_wrong_speed_answers_at_the_right_one(tmp_path: Path) -> None:
    with up(tmp_path, "--wrong-speed", "edge1", "--loss", "0") as routers:
        url = routers[0]["consoles"][0]
        said = printed(url.replace("9600", "115200"), "cisco_ios", "show clock")

    assert url.endswith("?baud=9600")
    assert "UTC" in said


def test_servers_answer_until_they_are_dead(tmp_path: Path) -> None:
    with up(tmp_path, "--baud", "0") as routers:
        url = routers[0]["consoles"][0]
        alive = printed(url, "cisco_ios", "ping 10.20.0.53 repeat 1")
        lab_list(tmp_path / "lab").fault("edge1", "dns", dead=True)
        dead = printed(url, "cisco_ios", "ping 10.20.0.53 repeat 1")

    assert "100 percent" in alive
    assert "0 percent (0/1)" in dead


def printed(url: str, platform: str, text: str) -> str:
    with connect(url, platform=platform, username="ops", password="oob-lab", enable="oob-lab") as device:
        return device.run(text).text


@pytest.mark.parametrize("options", [("--five", "--big"), ("--five", "--real"), ("--real", "--vm")])
def test_two_labs_at_once_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--"), up(tmp_path, *options):
        raise AssertionError("it has started")
