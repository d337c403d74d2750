"""A device behind a bare URL: its backup, recovery and what comes after find each other by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import PortSpec, default_topology
from tests.cli.conftest import Oob


@pytest.fixture(scope="module")
def edge1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabRouter]:
    """Return a virtual IOS router with two ways to its console."""
    ports = (PortSpec(kind="telnet"), PortSpec(kind="pty"))
    topology = default_topology().with_router("edge1", baud=0, ports=ports)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab.router("edge1")


def test_take_and_recover_by_url_find_each_other(
    oob: Oob, edge1: LabRouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("username", "password", "secret"):
        variable = "ENABLE" if name == "secret" else name.upper()
        monkeypatch.setenv(f"OOB_{variable}", getattr(edge1, name))
    telnet, serial = edge1.consoles
    assert oob("backup", "take", telnet, "--platform", "cisco_ios").code == 0
    assert oob("backup", "mark-good", "edge1").code == 0
    assert "edge1 (cisco_ios): restore" in oob("plan", telnet, "--platform", "cisco_ios").out
    change = tmp_path / "change.txt"
    change.write_text("no router ospf 1\n")
    assert oob("paste", telnet, change, "--platform", "cisco_ios").code == 0

    said = oob("recover", telnet, "--platform", "cisco_ios", "--converge", "30", "--json")
    assert (said.code, said.document["device"]) == (0, "edge1"), said.err
    other = oob("recover", serial, "--platform", "cisco_ios", "--converge", "30", "--json")
    assert (other.code, other.document["device"], other.document["ending"]) == (0, "edge1", "nothing was wrong")

    run = other.document["run"]
    stable = oob("watch", "latest", "--minutes", "0", "--json")
    assert (stable.document["run"], stable.document["device"]) == (run, "edge1"), stable.err


def test_facts_and_neighbours_are_shown_without_an_inventory(
    oob: Oob, edge1: LabRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("username", "password"):
        monkeypatch.setenv(f"OOB_{name.upper()}", getattr(edge1, name))
    monkeypatch.setenv("OOB_ENABLE", edge1.secret)
    telnet, _ = edge1.consoles
    shown = oob("facts", telnet, "--platform", "cisco_ios")
    assert shown.code == 0, shown.err
    assert "hostname  edge1" in shown.out
    assert oob("facts", telnet, "--platform", "cisco_ios", "--json").document["hostname"] == "edge1"
    links = oob("neighbors", telnet, "--platform", "cisco_ios", "--json")
    assert (links.code, links.document["neighbours"]) == (0, []), links.err
    assert "no neighbour read" in links.document["notes"][0]
