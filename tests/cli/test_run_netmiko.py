"""`oob run --platform netmiko:TYPE` on a virtual router, as if oob had no profile of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import default_topology
from tests.cli.conftest import Oob


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabRouter]:
    topology = default_topology().with_router("edge1", baud=0, receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab.router("edge1")


def test_a_platform_without_a_profile_runs_commands(
    edge: LabRouter, oob: Oob, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOB_USERNAME", edge.username)
    monkeypatch.setenv("OOB_PASSWORD", edge.password)
    url = edge.console("serial")
    said = oob("run", "--json", "--platform", "netmiko:zte_zxros", url, "show version", "show clock")
    assert said.code == 0, said.err
    first, second = said.document["commands"]
    assert "FCZ2711R0AB" in first["output"]
    assert second["command"] == "show clock"
    assert (said.document["hostname"], said.document["path"]) == ("edge1", url)
    transcript = "".join(path.read_text() for path in (home / "transcripts").glob("*.cast"))
    assert "FCZ2711R0AB" in transcript
    assert edge.password not in transcript


def test_a_refused_login_has_its_exit_code_and_an_unknown_type_is_a_usage_error(
    edge: LabRouter, oob: Oob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOB_USERNAME", edge.username)
    monkeypatch.setenv("OOB_PASSWORD", "wrong")
    said = oob("run", "--platform", "netmiko:cisco_ios", edge.console("serial"), "show version")
    assert said.code == 5
    assert "refused" in said.err
    said = oob("run", "--platform", "netmiko:nothing", edge.console("serial"), "show version")
    assert said.code == 2
    assert "none of Netmiko's device types" in said.err
