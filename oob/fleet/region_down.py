"""*region-down*: one bad change was pushed to every router of a region; DNS and AAA are gone, and consoles with them.

The gates are recovered first, since the consoles of all others run through them. With a failing canary the fleet is
halted after its first wave, and every other router is left as it was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from oob.clock import Clock
from oob.drill.change import break_routing, take_baselines
from oob.events import Events
from oob.fleet import api
from oob.fleet.api import FleetContext
from oob.fleet.document import FleetPlan, draw_up, read
from oob.fleet.engine import Engine
from oob.fleet.limits import NAME as LIMITS
from oob.fleet.limits import FleetLimits
from oob.fleet.neighbour_proof import NeighbourProof
from oob.fleet.record import FleetState
from oob.fleet.region import LabRegion, RegionLab
from oob.fleet.rules import StopRules
from oob.fleet.threads import ThreadEngine
from oob.fleet.waves import longest_chain
from oob.fleet.work import Worker
from oob.inventory.device import InventoryDevice
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder.document import render
from oob.recovery.record import events

CONVERGE = 240.0  # seconds: the routers of a pod wait for each other


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionResult:
    """The end of the drill: the state of the fleet, its *seconds*, and every difference from the expectation.

    *chain* is how many recoveries follow each other in the longest chain, *single* the median seconds of one.
    """

    fleet: str
    state: FleetState
    unmet: tuple[str, ...]
    seconds: float
    chain: int
    single: float

    @property
    def times_chain(self) -> float:
        """The whole time in units of the longest chain of single recoveries."""
        return self.seconds / (self.chain * self.single) if self.single else 0.0


Engines = Callable[[RegionLab], AbstractContextManager[Engine]]


@contextmanager
def in_threads(stage: RegionLab) -> Iterator[Engine]:
    """Yield the engine of one process."""
    yield ThreadEngine(Worker(stage.home, lambda name: _means(stage, name)))


def drill(
    folder: Path, region: LabRegion, emitter: Events, *, failing: bool = False, engines: Engines = in_threads
) -> RegionResult:
    """Break the routers of *region* and recover them as a fleet; with *failing* no attempt works on the canary.

    *engines* opens the engine once the baselines are taken and everything is broken.
    """
    with RegionLab(folder, region, emitter) as stage:
        _set(stage)
        plan, file = _planned(stage)
        canary = plan.waves[0][0]
        if failing:
            stage.say(f"{canary}: its software refuses the routes of its baseline")
            stage.fault(canary, "upgrade", version="17.12.4", refuse=[r"^ip route "])
        clock = Clock()
        fleet = api.create(stage.home, file, clock)
        with engines(stage) as engine:
            context = FleetContext(
                home=stage.home,
                operator="drill",
                engine=engine,
                events=emitter,
                given={"reason": "drill", "allow_undrilled": True, "allow_unarmed": True},
                check=NeighbourProof(stage.home, stage.inventory, lambda name: _means(stage, name)),
            )
            started = clock.monotonic()
            _, state = api.recover(fleet, plan, context)
            seconds = clock.monotonic() - started
        unmet = (*_out_of_order(stage, fleet), *(_halted(plan, state) if failing else _proven(plan, state)))
        took = [one.seconds for one in state.members.values() if one.is_recovered]
        return RegionResult(
            fleet=fleet,
            state=state,
            unmet=unmet,
            seconds=seconds,
            chain=len(longest_chain(plan.members.values())),
            single=median(took) if took else 0.0,
        )


def _set(stage: RegionLab) -> None:
    with stage.quickly():
        take_baselines(stage)
    break_routing(stage)
    stage.say("DNS and AAA are gone, and the consoles behind every gate with them")
    for name in stage.players:
        stage.fault(name, "aaa", mode="dead")
        stage.fault(name, "dns")
    stage.cut_off()


def _planned(stage: RegionLab) -> tuple[FleetPlan, Path]:
    # The routers of a pod wait for each other, so a cap must not leave one of them out.
    (stage.home.path / LIMITS).write_text("{jobs: 64, server: 32, carrier: 32}\n")
    content = draw_up(
        tuple(stage.inventory),
        lambda entry: stage.means(entry.name),
        RunOptions(converge=CONVERGE, allow_undrilled=True),
        limits=FleetLimits.load(stage.home.path),
        rules=StopRules(),
        persons="none",
        left_out={},
        by="drill",
        now=datetime.now(UTC),
    )
    file = stage.home.path / "fleet-plan.yaml"
    file.write_text(render(content))
    return read(file), file


def _means(stage: RegionLab, name: str) -> tuple[InventoryDevice, Collaborators]:
    return stage.inventory.device(name), stage.means(name)


def _out_of_order(stage: RegionLab, fleet: str) -> Iterator[str]:
    """Yield each router that was begun before the gate of its console was proven."""
    _, history = api.state_of(stage.home, fleet)
    proven: set[str] = set()
    for entry in history.entries:
        name = str(entry.marks.get("member", ""))
        if entry.event == events.MEMBER_ENDED and entry.marks["exit_code"] == 0:
            proven.add(name)
        gate = stage.region.gate(name) if name else ""
        if entry.event == events.MEMBER_BEGUN and gate and gate not in proven:
            yield f"{name} was begun before {gate} was proven"


def _proven(plan: FleetPlan, state: FleetState) -> Iterator[str]:
    for name in plan.members:
        known = state.members.get(name)
        if known is None:
            yield f"{name}: not begun"
        elif not known.is_recovered:
            yield f"{name}: {known.skipped or known.ending}: {known.text}"


def _halted(plan: FleetPlan, state: FleetState) -> Iterator[str]:
    canaries = set(plan.waves[0])
    if not state.halted:
        yield "the failing canary has not halted the fleet"
    if more := sorted(set(state.members) - canaries):
        yield f"begun after the canary had failed: {', '.join(more)}"
    yield from (f"{name} was recovered" for name in canaries if state.members[name].is_recovered)
