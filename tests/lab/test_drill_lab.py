"""Drills on routers of somebody else: those of labs in other processes, known by the files that name their consoles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from oob.backup.catalogue import Catalogue
from oob.lab.control import Lab, lab_up
from oob.lab.drill.wrong_device import EDGE2
from oob.lab.topology import PortSpec, default_topology
from tests.cli.conftest import Oob, home, oob

__all__ = ["home", "oob"]  # the fixtures that run the program

PROGRAM = (sys.executable, "-c", "from oob.cli.main import main; main()")
LOGIN = {"OOB_USERNAME": "ops", "OOB_PASSWORD": "oob-lab", "OOB_ENABLE": "oob-lab"}
IMAGES = {"cisco_ios": "vios-adventerprisek9-m.qcow2", "juniper_junos": "junos-vmx-x86-64-22.3R1.11.qcow2"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labs")


@pytest.fixture(scope="module")
def project(folder: Path) -> Iterator[Path]:
    """A lab of edge1 and core1, as a GNS3 project."""
    topology = default_topology()
    for router in topology.routers:
        ports = (PortSpec(kind="telnet", round_trip_ms=5),)
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    with lab_up(folder / "first", topology, owned=True) as lab:
        nodes = [
            {
                "name": router.name.upper(),
                "node_type": "qemu",
                "compute_id": "local",
                "console_type": "telnet",
                "console": port(lab, router.name),
                "properties": {"hda_disk_image": IMAGES[router.platform]},
            }
            for router in lab.routers
        ]
        path = folder / "lab.gns3"
        path.write_text(json.dumps({"revision": 9, "type": "topology", "topology": {"nodes": nodes}}))
        yield path


@pytest.fixture(scope="module")
def topology(folder: Path) -> Iterator[Path]:
    """A lab of edge1 and edge2, as the topology of CML."""
    routers = (default_topology().routers[0], EDGE2)
    specs = tuple(replace(one, baud=0, ports=(PortSpec(kind="telnet"),), receive_buffer=65536) for one in routers)
    with lab_up(folder / "second", replace(default_topology(), routers=specs, hosts=()), owned=True) as lab:
        nodes = [
            {"label": name.upper(), "node_definition": "iosv", "tags": [f"serial:{port(lab, name)}"]}
            for name in ("edge1", "edge2")
        ]
        path = folder / "lab.yaml"
        path.write_text(yaml.safe_dump({"lab": {"title": "x"}, "nodes": nodes}))
        yield path


def port(lab: Lab, name: str) -> int:
    return int(lab.router(name).consoles[0].rpartition(":")[2])


@dataclass(frozen=True, kw_only=True)
class Drill:
    """A drill that goes on in a process of its own, and where it keeps what it writes."""

    process: subprocess.Popen[str]
    kept: Path

    def end(self) -> tuple[Any, str]:
        """Return its document and what it said, once it is over."""
        out, said = self.process.communicate(timeout=240)
        assert self.process.returncode == 0, said
        return json.loads(out), said

    def first(self, name: str) -> str:
        """Return the id of the first backup of a router, its baseline."""
        return Catalogue(self.kept / "backups").list(name)[-1].id


@pytest.fixture(scope="module")
def drills(folder: Path, project: Path, topology: Path) -> Iterator[dict[str, Drill]]:
    """The drills, all begun at once."""
    words = {
        "rollback-gone-wrong": ("--lab", project),
        "wrong-device": ("--lab", topology, "--server", "127.0.0.1"),
    }
    going = {name: begun(name, *options, kept=folder / name) for name, options in words.items()}
    yield going
    for drill in going.values():
        if drill.process.poll() is None:
            drill.process.kill()
            drill.process.communicate()


def begun(*words: str | Path, kept: Path) -> Drill:
    command = [*PROGRAM, "drill", *words, "--keep", kept, "--yes", "--json"]
    environment = {**os.environ, **LOGIN, "OOB_HOME": str(kept)}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return Drill(process=process, kept=kept)


def is_as_before(oob: Oob, drill: Drill, monkeypatch: pytest.MonkeyPatch) -> bool:
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)
    proof = oob("verify", "EDGE1", "--home", drill.kept, "--to", drill.first("EDGE1"), "--json")
    return bool(proof.document["proven"])


def test_routers_whose_recovery_was_stopped_are_put_back(
    oob: Oob, drills: dict[str, Drill], monkeypatch: pytest.MonkeyPatch
) -> None:
    document, said = drills["wrong-device"].end()
    assert document["passed"]
    assert "EDGE1: put back as before the drill" in said
    assert is_as_before(oob, drills["wrong-device"], monkeypatch)


def test_the_newest_copies_are_of_no_use_and_everything_comes_back(
    oob: Oob, drills: dict[str, Drill], monkeypatch: pytest.MonkeyPatch
) -> None:
    document, said = drills["rollback-gone-wrong"].end()
    assert document["passed"]
    assert {card["device"] for card in document["scorecards"]} == {"EDGE1", "CORE1"}
    assert all(card["attempts_tried"] > 1 for card in document["scorecards"])
    assert "oob-lab" not in said
    assert is_as_before(oob, drills["rollback-gone-wrong"], monkeypatch)


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
