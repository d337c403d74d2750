"""*wrong-speed*: the console was set to another speed than its serial path says; a console server still reads it."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.recovery.record.journal import NAME, read

ROUTER, SPEED = "edge1", 115200


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage, ROUTER)
    break_routing(stage, ROUTER)
    stage.say(f"the change sets the console to {SPEED} bit/s; only the console server has been told", ROUTER)
    stage.fault(ROUTER, "speed", baud=SPEED, servers=True)


def _check(stage: DrillStage) -> tuple[str, ...]:
    """Return the faults of the paths that the run took."""
    serial = stage.inventory.device(ROUTER).paths[0].url
    story = [entry for path in stage.home.runs.glob(f"*/{NAME}") for entry in read(path).entries]
    if any(entry.path == serial for entry in story[-3:]):
        return (f"{serial} cannot have been read at its speed",)
    return ()


SCENARIO = Scenario(
    name="wrong-speed",
    title="the serial path says another speed than the console has; the next path works",
    prepare=_prepare,
    expected=lambda stage: {ROUTER: ExpectedRecovery()},
    needs_own=True,
    check=_check,
)
