"""`--platform netmiko:TYPE` on a virtual router, as if oob had no profile of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.cli.over_netmiko import configuration_command
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
    assert "is not a Netmiko device type" in said.err


def test_its_configuration_is_kept_as_a_backup_that_is_no_baseline(
    edge: LabRouter, oob: Oob, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOB_USERNAME", edge.username)
    monkeypatch.setenv("OOB_PASSWORD", edge.password)
    monkeypatch.setenv("OOB_ENABLE", edge.secret)
    words = ("backup", "take", "--platform", "netmiko:cisco_ios", edge.console("serial"))
    kept = oob(*words, "--change", "CHG7", "--json")
    assert kept.code == 0, kept.err
    row = kept.document
    assert (row["device"], row["platform"], row["change"], row["routes"]) == (
        "edge1",
        "netmiko:cisco_ios",
        "CHG7",
        None,
    )
    configuration = (Path(row["folder"]) / "config.txt").read_text()
    assert "hostname edge1" in configuration
    assert configuration.rstrip().endswith("end")
    assert oob("backup", "verify", "edge1").code == 0
    refused = oob("backup", "mark-good", "edge1")
    assert refused.code == 7
    assert "the routing table was not read" in refused.err

    answer = oob(*words, "--command", "display current-configuration")
    assert answer.code == 8
    assert "--command says what it takes" in answer.err
    assert len(oob("backup", "list", "--json").document) == 1


def test_a_command_prints_the_configuration_on_a_type_whichever_way_in_it_names() -> None:
    assert configuration_command("netmiko:huawei_vrpv8") == "display current-configuration"
    assert configuration_command("netmiko:dell_os10_ssh") == "show running-config"
    assert configuration_command("netmiko:brocade_fos") == "configShow"


def test_where_nobody_says_what_prints_the_configuration_it_is_asked_for(oob: Oob) -> None:
    said = oob("backup", "take", "--platform", "netmiko:calix_b6", "tcp://127.0.0.1:1")
    assert said.code == 2
    assert "what prints the configuration on calix_b6 is not known here: --command says it" in said.err


def test_a_platform_with_a_profile_takes_no_command(oob: Oob) -> None:
    said = oob("backup", "take", "--platform", "cisco_ios", "--command", "show run", "tcp://127.0.0.1:1")
    assert said.code == 2
    assert "--command is for netmiko:TYPE" in said.err


def test_an_installation_without_netmiko_says_how_to_get_it(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netmiko", None)
    said = oob("run", "--platform", "netmiko:dell_os10", "tcp://127.0.0.1:1", "show version")
    assert said.code == 2
    assert "pip install 'oob[netmiko]'" in said.err


def test_outputs_become_tables_and_what_no_template_reads_is_printed(
    edge: LabRouter, oob: Oob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOB_USERNAME", edge.username)
    monkeypatch.setenv("OOB_PASSWORD", edge.password)
    monkeypatch.setenv("OOB_ENABLE", edge.secret)
    words = ("run", "--platform", "cisco_ios", edge.console("serial"))
    said = oob(*words, "--json", "--parse", "show ip interface brief", "show clock")
    assert said.code == 0, said.err
    first, second = said.document["commands"]
    assert "GigabitEthernet1" in [row["interface"] for row in first["rows"]]
    assert "GigabitEthernet1" in first["output"]
    assert second["output"].strip()
    said = oob(*words, "--parse", "--csv", "show ip interface brief")
    assert said.out.splitlines()[0].startswith("interface,")
    assert oob(*words, "--csv", "show clock").code == 2
    monkeypatch.setattr("oob.adapters.tables.find_spec", lambda name: None)
    missing = oob(*words, "--json", "--parse", "show clock")
    assert (missing.code, "pip install 'oob[parse]'" in missing.err) == (2, True)
