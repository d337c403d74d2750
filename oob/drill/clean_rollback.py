"""*clean-rollback*: a change breaks routing, and the device's newest own copy is the right one."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import Expected, Scenario
from oob.drill.stage import Stage


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    break_routing(stage)


def _expected(stage: Stage) -> dict[str, Expected]:
    # Whether a router of somebody else keeps copies of its own is their business.
    return dict.fromkeys(stage.players, Expected(failed=0 if stage.is_own else None))


SCENARIO = Scenario(
    name="clean-rollback",
    title="a change breaks routing; the first attempt restores it",
    prepare=_prepare,
    expected=_expected,
)
