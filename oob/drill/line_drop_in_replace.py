"""*line-drop-in-replace*: the console path is down for five seconds in the middle of the rollback."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage)
    stage.say("the line will drop for 5 s in the middle of the rollback")
    stage.fault("edge1", "drop", seconds=5, when={"moment": "replace"})
    stage.fault("core1", "drop", seconds=5, when={"line": "commit confirmed"})


def _expected(stage: DrillStage) -> dict[str, ExpectedRecovery]:
    return dict.fromkeys(("edge1", "core1"), ExpectedRecovery())


SCENARIO = Scenario(
    name="line-drop-in-replace",
    title="the path dies in the middle of the rollback and comes back",
    prepare=_prepare,
    expected=_expected,
    needs_own=True,
)
