"""Runs a drill: sets the stage, recovers each router on it at the same time, and says what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from oob.errors import OobError, UsageError
from oob.events import Events
from oob.lab.drill.scenario import Result, Scenario
from oob.lab.drill.stage import Stage
from oob.lab.topology import Topology
from oob.recovery.recover import recover

NAMES = ("rollback-gone-wrong", "clean-rollback", "line-drop-in-replace", "wrong-device", "damaged-backup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """How a drill went: the result of each router, and everything that is not as the scenario expects."""

    scenario: str
    results: tuple[Result, ...]
    unmet: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        """Tell whether all that the scenario expects was proven."""
        return not self.unmet


def find(name: str) -> Scenario:
    """Return the scenario called *name*; raises UsageError naming those there are."""
    if name not in NAMES:
        raise UsageError(f"{name}: there is no such scenario; there are {', '.join(NAMES)}")
    scenario: Scenario = import_module(f"oob.lab.drill.{name.replace('-', '_')}").SCENARIO
    return scenario


def drill(scenario: Scenario, folder: Path, topology: Topology, events: Events) -> Drilled:
    """Run *scenario* on a lab of its own below *folder*; *events* tell of the stage being set and of the runs."""
    baud = topology.routers[0].baud
    more = (replace(router, baud=baud) for router in scenario.routers)
    topology = replace(topology, routers=(*topology.routers, *more))
    with Stage(folder, topology, events) as stage:
        scenario.prepare(stage)
        stage.say("the recovery begins")
        names = [name for name in scenario.expected if name in stage.players]
        with ThreadPoolExecutor(len(names), thread_name_prefix="drill") as pool:
            results = tuple(pool.map(lambda name: _recover(stage, scenario, name), names))
        unmet = [line for result in results for line in scenario.expected[result.device].unmet(result)]
        unmet += scenario.check(stage)
    return Drilled(scenario=scenario.name, results=results, unmet=tuple(unmet))


def _recover(stage: Stage, scenario: Scenario, name: str) -> Result:
    """Run one recovery; the error that stops it is a result like any other."""
    try:
        outcome = recover(stage.inventory.device(name), stage.means(name), scenario.choices)
    except OobError as error:
        return Result(device=name, error=error)
    return Result(device=name, outcome=outcome)
