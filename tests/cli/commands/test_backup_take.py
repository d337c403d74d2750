from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import PortSpec, default_topology
from tests.cli.conftest import Oob


@pytest.fixture(scope="module")
def edge1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabRouter]:
    """Return a virtual IOS router on a console server close by."""
    topology = default_topology().with_router("edge1", baud=0, ports=(PortSpec(kind="telnet"),))
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab.router("edge1")


@pytest.fixture
def login(edge1: LabRouter, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OOB_USERNAME", edge1.username)
    monkeypatch.setenv("OOB_PASSWORD", edge1.password)
    monkeypatch.setenv("OOB_ENABLE", edge1.secret)


def entry(router: LabRouter, serial: str) -> str:
    return (
        f"branch:\n  platform: {router.platform}\n"
        f"  data: {{oob: {{paths: ['{router.consoles[0]}'], expect: {{serial: {serial}}}}}}}\n"
    )


@pytest.mark.usefixtures("login")
def test_a_device_is_read_whole_in_one_sitting(oob: Oob, edge1: LabRouter, hosts: Callable[[str], None]) -> None:
    hosts(entry(edge1, edge1.serial))
    said = oob("backup", "take", "branch", "--change", "CHG1", "--reason", "before", "--json")
    assert said.code == 0
    assert said.document["device"] == "branch"
    assert said.document["hostname"] == "edge1"
    assert (said.document["change"], said.document["reason"]) == ("CHG1", "before")
    assert said.document["routes"] > 10
    assert "routing tables" in said.err
    assert oob("backup", "mark-good", "branch").code == 0
    again = oob("backup", "take", "branch")
    assert (again.code, "branch: " in again.out) == (0, True)
    assert oob("backup", "diff", "branch").code == 0
    assert edge1.password not in said.out + said.err


@pytest.mark.usefixtures("login")
def test_copies_on_the_device_itself_are_found_and_said_to_be_unread(
    oob: Oob, edge1: LabRouter, hosts: Callable[[str], None]
) -> None:
    hosts(entry(edge1, edge1.serial))
    assert oob("run", "branch", "write memory").code == 0
    assert oob("backup", "take", "branch").code == 0
    assert oob("backup", "mark-good", "branch").code == 0

    found = oob("backup", "find", "branch", "--on-device", "--json")

    assert found.document[0]["state"] == "known-good"
    there = [row for row in found.document if row["place"] == "device"]
    assert {(row["state"], row["where"][:12], row["is_read"]) for row in there} == {
        ("on its flash, not read", "more flash:a", False)
    }
    only = oob("backup", "find", "branch", "--on-device", "--text", "hostname edge1")
    assert "more flash:" not in only.out
    assert "copies on the device were not read, so --text leaves them out" in only.err


@pytest.mark.usefixtures("login")
def test_a_device_that_is_another_one_is_not_kept_under_this_name(
    oob: Oob, edge1: LabRouter, hosts: Callable[[str], None]
) -> None:
    hosts(entry(edge1, "SOMEBODYELSE"))
    assert oob("backup", "take", "branch").code == 6
    assert oob("backup", "list", "--json").document == []


@pytest.mark.usefixtures("login")
def test_a_url_alone_is_kept_under_the_devices_own_name(oob: Oob, edge1: LabRouter) -> None:
    said = oob("backup", "take", edge1.consoles[0], "--platform", edge1.platform, "--json")
    assert (said.code, said.document["device"]) == (0, "edge1")


@pytest.mark.usefixtures("login")
def test_a_wrong_password_keeps_nothing(oob: Oob, edge1: LabRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OOB_PASSWORD", "wrong-4711")
    said = oob("backup", "take", edge1.consoles[0], "--platform", edge1.platform)
    assert said.code == 5
    assert "wrong-4711" not in said.err
