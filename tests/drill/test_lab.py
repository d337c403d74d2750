"""Drills on existing routers: those of labs in other processes, known by the files that name their consoles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from oob.backup.catalogue import Catalogue
from oob.drill.wrong_device import EDGE2
from oob.lab.control import Lab, LabRouter, lab_up
from oob.lab.topology import PortSpec, default_topology
from tests.cli.conftest import Oob, home, oob

__all__ = ["home", "oob"]  # the fixtures that run the program

PROGRAM = (sys.executable, "-c", "from oob.cli.main import main; main()")
LOGIN = {"OOB_USERNAME": "ops", "OOB_PASSWORD": "oob-lab", "OOB_ENABLE": "oob-lab"}
SITES = ("rollback-gone-wrong", "clean-rollback")
EVE = 83


def address(net: int) -> str:
    """Return an address of this machine whose fixed ports no other process takes."""
    return f"127.{net}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A scenario on the routers that a file names, and where it keeps what it writes."""

    scenario: str
    file: Path
    options: tuple[str, ...] = ()

    @property
    def kept(self) -> Path:
        return self.file.with_name(f"{self.file.name}-{self.scenario}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """The result of drills on one lab: their documents, what they said, and whether a router is as it was at first."""

    documents: tuple[Any, ...]
    said: str
    is_as_before: bool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labs")


@pytest.fixture(scope="module")
def sites(folder: Path) -> Iterator[tuple[Drill, ...]]:
    """Labs of edge1 and core1 behind the telnet ports of vrnetlab, as topologies of containerlab, one a drill."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(site(folder / name, net, name)) for net, name in enumerate(SITES, 81))


@contextmanager
def site(folder: Path, net: int, scenario: str) -> Iterator[Drill]:
    topology = default_topology()
    addresses = {"edge1": address(net), "core1": address(net + 10)}
    for router in topology.routers:
        ports = (PortSpec(kind="telnet", round_trip_ms=5, address=addresses[router.name], number=5000),)
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    nodes = {
        "edge1": {"kind": "cisco_vios", "image": "vrnetlab/cisco_vios:15.9.3M6", "mgmt-ipv4": addresses["edge1"]},
        "core1": {"kind": "juniper_vjunosrouter", "image": "vrnetlab/x:23.2R1.15", "mgmt-ipv4": addresses["core1"]},
        "probe": {"kind": "linux", "image": "alpine:3"},
    }
    links = [{"endpoints": ["edge1:eth1", "core1:eth1"]}]
    with lab_up(folder, topology, owned=True):
        file = folder / "site.clab.yml"
        file.write_text(yaml.safe_dump({"name": "site", "topology": {"nodes": nodes, "links": links}}))
        yield Drill(scenario=scenario, file=file)


@pytest.fixture(scope="module")
def bench(folder: Path) -> Iterator[tuple[Drill, ...]]:
    """A lab of edge1 and edge2, as a lab of CML, a project of GNS3 and a lab of EVE-NG."""
    specs = []
    for number, router in enumerate((default_topology().routers[0], EDGE2), 1):
        ports = (PortSpec(kind="telnet"), PortSpec(kind="telnet", address=address(EVE), number=32768 + number))
        specs.append(replace(router, baud=0, ports=ports, receive_buffer=65536))
    with lab_up(folder / "bench", replace(default_topology(), routers=tuple(specs), hosts=()), owned=True) as lab:
        yield (
            Drill(scenario="wrong-device", file=cml(lab, folder), options=("--server", "127.0.0.1")),
            Drill(scenario="damaged-backup", file=gns3(lab, folder)),
            Drill(scenario="damaged-backup", file=eve_ng(lab, folder), options=("--server", address(EVE))),
        )


def cml(lab: Lab, folder: Path) -> Path:
    nodes = [
        {"label": router.name.upper(), "node_definition": "iosv", "tags": [f"serial:{port(router)}"]}
        for router in lab.routers
    ]
    path = folder / "lab.yaml"
    path.write_text(yaml.safe_dump({"lab": {"title": "x"}, "nodes": nodes}))
    return path


def gns3(lab: Lab, folder: Path) -> Path:
    nodes = [
        {
            "name": router.name.upper(),
            "node_type": "qemu",
            "compute_id": "local",
            "console_type": "telnet",
            "console": port(router),
            "properties": {"hda_disk_image": "vios-adventerprisek9-m.qcow2"},
        }
        for router in lab.routers
    ]
    path = folder / "lab.gns3"
    path.write_text(json.dumps({"revision": 9, "type": "topology", "topology": {"nodes": nodes}}))
    return path


def eve_ng(lab: Lab, folder: Path) -> Path:
    nodes = "".join(
        f'<node id="{number}" name="{router.name.upper()}" type="qemu" template="vios" console="telnet"/>'
        for number, router in enumerate(lab.routers, 1)
    )
    path = folder / "lab.unl"
    path.write_text(f'<?xml version="1.0"?><lab name="x"><topology><nodes>{nodes}</nodes></topology></lab>')
    return path


def port(router: LabRouter) -> int:
    return int(router.consoles[0].rpartition(":")[2])


@pytest.fixture(scope="module")
def drills(sites: tuple[Drill, ...], bench: tuple[Drill, ...]) -> Iterator[dict[Path, Future[Drilled]]]:
    """The results of the labs, by the first file that names one."""
    with ThreadPoolExecutor() as pool:
        yield {each[0].file: pool.submit(drilled, each) for each in (*((one,) for one in sites), bench)}


def drilled(drills: tuple[Drill, ...]) -> Drilled:
    """Play *drills* one after the other, and compare the first router with its first baseline."""
    documents, said = [], ""
    for drill in drills:
        words = ("drill", drill.scenario, "--lab", drill.file, *drill.options, "--keep", drill.kept, "--yes")
        code, out, err = run(*words)
        assert code == 0, err
        documents.append(json.loads(out))
        said += err
    device = documents[0]["scorecards"][0]["device"]
    kept = drills[0].kept
    _, proof, _ = run("verify", device, "--home", kept, "--to", Catalogue(kept / "backups").list(device)[-1].id)
    return Drilled(documents=tuple(documents), said=said, is_as_before=json.loads(proof)["proven"])


def run(*words: str | Path) -> tuple[int, str, str]:
    environment = {**os.environ, **LOGIN}
    done = subprocess.run(
        [*PROGRAM, *words, "--json"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("scenario", SITES)
def test_a_topology_of_containerlab_is_drilled(
    scenario: str, sites: tuple[Drill, ...], drills: dict[Path, Future[Drilled]]
) -> None:
    site = drills[sites[SITES.index(scenario)].file].result()
    (document,) = site.documents
    assert document["passed"]
    assert {card["device"] for card in document["scorecards"]} == {"clab-site-edge1", "clab-site-core1"}
    assert all((card["attempts_tried"] == 1) == (scenario == "clean-rollback") for card in document["scorecards"])
    assert "oob-lab" not in site.said
    assert site.is_as_before


def test_routers_whose_recovery_was_stopped_are_put_back_whichever_program_runs_them(
    bench: tuple[Drill, ...], drills: dict[Path, Future[Drilled]]
) -> None:
    labs = drills[bench[0].file].result()
    assert [document["passed"] for document in labs.documents] == [True] * len(bench)
    assert labs.said.count("EDGE1: put back as before the drill") == len(bench)
    assert labs.is_as_before


def test_nothing_is_touched_before_the_operator_agrees(oob: Oob, sites: tuple[Drill, ...], home: Path) -> None:
    said = oob("drill", "--lab", sites[0].file)
    assert said.code == 2
    assert f"clab-site-edge1  cisco_ios  telnet://{address(81)}:5000" in said.err
    assert "clab-site-probe" not in said.err
    assert "--yes allows it" in said.err
    assert not (home / "drills").exists()


def test_what_only_a_lab_of_oobs_own_can_do_is_said_before_anything_is_touched(
    oob: Oob, sites: tuple[Drill, ...]
) -> None:
    said = oob("drill", "line-drop-in-replace", "--lab", sites[0].file, "--yes")
    assert said.code == 2
    assert "needs a lab of oob's own" in said.err


def test_a_lab_of_routers_that_cannot_be_drilled_says_which_can(oob: Oob, tmp_path: Path) -> None:
    (tmp_path / "x.clab.yml").write_text("name: x\ntopology: {nodes: {srl1: {kind: nokia_srlinux}}}\n")
    said = oob("drill", "--lab", tmp_path / "x.clab.yml", "--yes")
    assert said.code == 2
    assert "those that can run arista_eos" in said.err
