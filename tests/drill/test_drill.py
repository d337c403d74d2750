"""Every drill comes to what its scenario expects, on lines without slowness; `make drill` runs the slow ones."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from oob.cli.main import oob_command
from oob.drill import aaa_authorisation_down
from oob.drill.run import NAMES, Drilled, drill, find
from oob.drill.scenario import DrillResult, ExpectedRecovery
from oob.errors import UsageError
from oob.events import Events
from oob.lab.topology import PortSpec, Topology, default_topology, from_yaml
from oob.recovery.record.journal import NAME, read

PAGE = Path(__file__).parents[2] / "docs/drills.md"
VIRTUAL = [name for name in NAMES if not find(name).is_real]


def quick() -> Topology:
    topology = default_topology()
    for router in topology.routers:
        ports = (PortSpec(kind="pty"), PortSpec(kind="telnet", round_trip_ms=5))
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    return topology


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, Future[Drilled]]]]:
    """All drills at once, each on a lab of its own in a folder of its own: most of each is waiting.

    A command waits for dead AAA servers a second here, and six in `oob drill`: a recovery types some forty.
    """
    with ThreadPoolExecutor() as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(aaa_authorisation_down, "DELAY", 1.0)
        folders = {name: tmp_path_factory.mktemp(name) for name in VIRTUAL}
        yield {
            name: (folder, pool.submit(drill, find(name), folder, quick(), Events()))
            for name, folder in folders.items()
        }


@pytest.mark.parametrize("name", VIRTUAL)
def test_the_drill_passes(name: str, drills: dict[str, tuple[Path, Future[Drilled]]]) -> None:
    folder, ending = drills[name]
    drilled = ending.result()

    assert drilled.unmet == ()
    journals = [read(path) for path in folder.glob(f"runs/*/{NAME}")]
    assert len(journals) == len(drilled.results)
    assert all(not journal.damage for journal in journals)
    written = b"".join(path.read_bytes() for path in folder.glob("runs/**/*") if path.is_file())
    assert b"oob-lab" not in written


def test_what_is_expected_and_not_met_fails_the_drill() -> None:
    unmet = ExpectedRecovery(exit_code=6, error="WrongDevice").unmet(DrillResult(device="edge1"))

    assert any("exit code 8" in line for line in unmet)
    assert any("WrongDevice" in line for line in unmet)


def test_a_scenario_that_there_is_not_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="rollback-gone-wrong"):
        find("no-such-scenario")


def test_a_drill_that_does_not_come_to_what_it_should_says_so(tmp_path: Path) -> None:
    scenario = replace(find("damaged-backup"), expected=lambda stage: {"edge1": ExpectedRecovery(exit_code=0)})

    drilled = drill(scenario, tmp_path, quick(), Events())

    assert not drilled.is_passed
    assert "exit code 7" in drilled.unmet[0]


def test_a_drill_keeps_nothing_in_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    said = CliRunner().invoke(oob_command, ["drill", "--keep", str(tmp_path)], standalone_mode=False)
    assert isinstance(said.exception, UsageError)
    assert "is not empty" in str(said.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_a_topology_of_ones_own_is_broken_by_what_it_says_itself(tmp_path: Path) -> None:
    text = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    topology = from_yaml(text, "mine.yaml").with_lines(baud=0, round_trip_ms=5)

    drilled = drill(find("clean-rollback"), tmp_path, topology, Events(), is_scripted=False)

    assert [result.device for result in drilled.results] == ["r1", "r2"]
    assert drilled.unmet == ()


def test_a_scenario_about_the_labs_routers_is_refused_on_a_topology_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="wrong-speed needs the routers of oob's own lab; with --topology: rollback"):
        drill(find("wrong-speed"), tmp_path, quick(), Events(), is_scripted=False)
