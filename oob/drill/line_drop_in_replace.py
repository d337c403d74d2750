"""*line-drop-in-replace*: the console path dies for five seconds in the middle of the rollback."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import Expected, Scenario
from oob.drill.stage import Stage


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    break_routing(stage)
    stage.say("the line will drop for 5 s in the middle of the rollback")
    stage.fault("edge1", "drop", seconds=5, when={"moment": "replace"})
    stage.fault("core1", "drop", seconds=5, when={"line": "commit confirmed"})


def _expected(stage: Stage) -> dict[str, Expected]:
    return dict.fromkeys(("edge1", "core1"), Expected())


SCENARIO = Scenario(
    name="line-drop-in-replace",
    title="the path dies in the middle of the rollback and comes back",
    prepare=_prepare,
    expected=_expected,
    needs_own=True,
)
