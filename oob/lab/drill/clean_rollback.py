"""*clean-rollback*: a change breaks routing, and the device's newest own copy is the right one."""

from oob.lab.drill.change import break_routing, take_baselines
from oob.lab.drill.part import PARTS
from oob.lab.drill.scenario import Expected, Scenario
from oob.lab.drill.stage import Stage


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    break_routing(stage)


SCENARIO = Scenario(
    name="clean-rollback",
    title="a change breaks routing; the first attempt restores it",
    prepare=_prepare,
    expected=dict.fromkeys(PARTS, Expected(failed=0)),
)
