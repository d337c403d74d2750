"""Runs a drill: sets the stage, recovers its routers in parallel, and reports the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.drill import harm
from oob.drill.own import OwnLab
from oob.drill.real_site import RealSite
from oob.drill.scenario import CONVERGE, DrillResult, Scenario
from oob.drill.stage import DrillStage
from oob.errors import OobError, UsageError
from oob.events import Events
from oob.fault import nearest
from oob.lab.topology import Topology, five_topology
from oob.recovery.api import recover
from oob.recovery.context import RunOptions

NAMES = (
    "rollback-gone-wrong",
    "clean-rollback",
    "both-down",
    "line-drop-in-replace",
    "wrong-device",
    "damaged-backup",
    "aaa-authorisation-down",
    "two-dependent-devices",
    "half-a-site",
    "lost-password",
    "wrong-speed",
    "second-operator-in-the-way",
    "approver-on-the-phone",
    "everything-down",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """The result of a drill: one per router, and every difference from what the scenario expects."""

    scenario: str
    results: tuple[DrillResult, ...]
    unmet: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        """Tell whether all that the scenario expects was proven."""
        return not self.unmet


def find(name: str) -> Scenario:
    """Return the scenario called *name*; raises UsageError naming those there are."""
    if name not in NAMES:
        raise UsageError(f"{name}: there is no such scenario{nearest(name, NAMES)}")
    scenario: Scenario = import_module(f"oob.drill.{name.replace('-', '_')}").SCENARIO
    return scenario


def drill(scenario: Scenario, folder: Path, topology: Topology, events: Events, *, is_scripted: bool = True) -> Drilled:
    """Run *scenario* on a new lab below *folder*; *events* get the events of the stage and of the runs.

    A scenario for the real site uses its routers instead of *topology*. A topology that the drills have no commands
    for is not *is_scripted*; raises UsageError where *scenario* needs them.
    """
    if scenario.is_real and is_scripted:
        with RealSite(folder, events) as site:
            return play(scenario, site)
    with own_stage(scenario, folder, topology, events, is_scripted=is_scripted) as stage:
        return play(scenario, stage)


def own_stage(
    scenario: Scenario, folder: Path, topology: Topology, events: Events, *, is_scripted: bool = True
) -> OwnLab:
    """Return the lab that *scenario* is played on, with the routers that it needs; it has not been started."""
    if not is_scripted:
        _check_unscripted(scenario, topology)
        return OwnLab(folder, topology, events, {})
    baud = topology.routers[0].baud
    if not set(scenario.needs) <= {router.name for router in topology.routers}:
        topology = five_topology().with_lines(baud=baud)
    more = (replace(router, baud=baud) for router in scenario.routers)
    return OwnLab(folder, replace(topology, routers=(*topology.routers, *more)), events)


def play(scenario: Scenario, stage: DrillStage) -> Drilled:
    """Run *scenario* on *stage*; routers outside oob's own lab are always recovered at the end."""
    try:
        with stage.quickly():
            scenario.prepare(stage)
    except BaseException:
        if not stage.is_own:
            _put_back(stage, stage.players)
        raise
    stage.say("the recovery begins")
    expected = scenario.expected(stage)
    results = _recover_all(stage, tuple(expected), scenario.choices)
    unmet = [line for result in results for line in expected[result.device].unmet(result)]
    unmet += scenario.check(stage)
    if not stage.is_own:
        broken = [result.device for result in results if result.exit_code]
        if broken:
            scenario.repair(stage)
        unmet += _put_back(stage, broken)
    return Drilled(scenario=scenario.name, results=results, unmet=tuple(unmet))


def _check_unscripted(scenario: Scenario, topology: Topology) -> None:
    if scenario.needs_own or scenario.routers:
        able = ", ".join(name for name in NAMES if not find(name).needs_own and not find(name).routers)
        raise UsageError(f"{scenario.name} needs the routers of oob's own lab; with --topology: {able}")
    if not any(router.platform in harm.PLATFORMS for router in topology.routers):
        raise UsageError(f"none of the routers can be drilled; those that can run {', '.join(harm.PLATFORMS)}")


def _put_back(stage: DrillStage, names: Sequence[str]) -> list[str]:
    """Recover each router of *names* with a baseline; return one sentence for each that stays broken."""
    known = [name for name in names if any(entry.is_good for entry in Catalogue(stage.home.backups).list(name))]
    if known:
        stage.say(f"{', '.join(known)}: put back as before the drill")
    results = _recover_all(
        stage, known, RunOptions(converge=CONVERGE, reason="the drill is over", allow_undrilled=True)
    )
    return [
        f"{result.device} is NOT as it was ({result.error or 'not proven'}); "
        f"oob recover {result.device} --home {stage.home.path}"
        for result in results
        if result.exit_code
    ]


def _recover_all(stage: DrillStage, names: Sequence[str], choices: RunOptions) -> tuple[DrillResult, ...]:
    return stage.at_once(names, lambda name: _recover(stage, name, choices))


def _recover(stage: DrillStage, name: str, choices: RunOptions) -> DrillResult:
    """Run one recovery; the error that stops it is a result like any other."""
    stage.wait_for_start(name)
    try:
        outcome = recover(stage.inventory.device(name), stage.means(name), choices)
    except OobError as error:
        return DrillResult(device=name, error=error)
    return DrillResult(device=name, outcome=outcome)
