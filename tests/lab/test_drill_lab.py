"""Drills on routers of somebody else: those of a lab in another process, known by the file that names its consoles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from oob.lab.control import Lab, lab_up
from oob.lab.drill.wrong_device import EDGE2
from oob.lab.topology import PortSpec, default_topology
from tests.cli.conftest import Oob, home, oob

__all__ = ["home", "oob"]  # the fixtures that run the program

IMAGES = {"cisco_ios": "vios-adventerprisek9-m.qcow2", "juniper_junos": "junos-vmx-x86-64-22.3R1.11.qcow2"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of edge1, core1 and edge2 with nothing but telnet ports."""
    topology = default_topology()
    topology = replace(topology, routers=(*topology.routers, EDGE2))
    for router in topology.routers:
        ports = (PortSpec(kind="telnet", round_trip_ms=5),)
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab


@pytest.fixture
def project(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """The lab as a GNS3 project, and the login of its routers in the environment."""
    for name in ("USERNAME", "PASSWORD", "ENABLE"):
        monkeypatch.setenv(f"OOB_{name}", "ops" if name == "USERNAME" else "oob-lab")
    nodes = [
        {
            "name": router.name.upper(),
            "node_type": "qemu",
            "compute_id": "local",
            "console_type": "telnet",
            "console": port(router.consoles[0]),
            "properties": {"hda_disk_image": IMAGES[router.platform]},
        }
        for router in lab.routers
    ]
    path = tmp_path / "lab.gns3"
    path.write_text(json.dumps({"revision": 9, "type": "topology", "topology": {"nodes": nodes}}))
    return path


def port(url: str) -> int:
    return int(url.rpartition(":")[2])


def configurations(said: Oob, folder: Path) -> list[str]:
    """Return what was read of EDGE1 before the drill, and what it has now."""
    first = min(said("backup", "list", "EDGE1", "--home", folder, "--json").document, key=lambda row: row["id"])
    now = said("verify", "EDGE1", "--home", folder, "--to", first["id"], "--json")
    return [first["reason"], str(now.document["proven"])]


def test_the_newest_copies_are_of_no_use_and_everything_comes_back(oob: Oob, project: Path, home: Path) -> None:
    said = oob("drill", "--lab", project, "--router", "EDGE1", "--router", "CORE1", "--yes", "--json")
    assert said.code == 0, said.err
    assert said.document["passed"]
    assert {card["device"] for card in said.document["scorecards"]} == {"EDGE1", "CORE1"}
    assert all(card["attempts_tried"] > 1 for card in said.document["scorecards"])
    (folder,) = (home / "drills").iterdir()
    assert configurations(oob, folder) == ["baseline of a drill", "True"]
    assert "oob-lab" not in said.err


def test_routers_whose_recovery_was_stopped_are_put_back(oob: Oob, lab: Lab, project: Path, tmp_path: Path) -> None:
    ports = {name: port(lab.router(name).consoles[0]) for name in ("edge1", "edge2")}
    nodes = [
        {"label": name.upper(), "node_definition": "iosv", "tags": [f"serial:{number}"]}
        for name, number in ports.items()
    ]
    (tmp_path / "lab.yaml").write_text(yaml.safe_dump({"lab": {"title": "x"}, "nodes": nodes}))
    words = (
        "drill",
        "wrong-device",
        "--lab",
        tmp_path / "lab.yaml",
        "--server",
        "127.0.0.1",
        "--keep",
        tmp_path / "kept",
    )
    said = oob(*words, "--yes", "--json")
    assert said.code == 0, said.err
    assert said.document["passed"]
    assert "put back as before the drill" in said.err
    assert configurations(oob, tmp_path / "kept") == ["baseline of a drill", "True"]


def test_nothing_is_touched_before_somebody_said_that_it_may(oob: Oob, project: Path, home: Path) -> None:
    said = oob("drill", "--lab", project)
    assert said.code == 2
    assert "EDGE1  cisco_ios  telnet://127.0.0.1:" in said.err
    assert "--yes says so" in said.err
    assert not (home / "drills").exists()


def test_what_only_a_lab_of_oobs_own_can_do_is_said_before_anything_is_touched(oob: Oob, project: Path) -> None:
    said = oob("drill", "line-drop-in-replace", "--lab", project, "--yes")
    assert said.code == 2
    assert "needs a lab of oob's own" in said.err


def test_a_lab_of_routers_that_cannot_be_drilled_says_which_can(oob: Oob, tmp_path: Path) -> None:
    (tmp_path / "x.clab.yml").write_text("name: x\ntopology: {nodes: {srl1: {kind: nokia_srlinux}}}\n")
    said = oob("drill", "--lab", tmp_path / "x.clab.yml", "--yes")
    assert said.code == 2
    assert "those that can run arista_eos" in said.err
