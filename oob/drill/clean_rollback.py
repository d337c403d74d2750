"""*clean-rollback*: a change breaks routing, and the device's newest own copy is the right one."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage)


def _expected(stage: DrillStage) -> dict[str, ExpectedRecovery]:
    # The drill does not set up an archive on routers that it does not own.
    return dict.fromkeys(stage.players, ExpectedRecovery(failed=0 if stage.is_scripted else None))


SCENARIO = Scenario(
    name="clean-rollback",
    title="a change breaks routing; the first attempt restores it",
    prepare=_prepare,
    expected=_expected,
)
