"""*both-down*: two adjacent routers are broken together, and each needs the other for its routes.

Whichever is restored first has its configuration and not its routes. It has to wait for the other under its own revert
timer, and neither may be undone for what the other one lacks.
"""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.recovery.context import RunOptions


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage)


SCENARIO = Scenario(
    name="both-down",
    title="two adjacent routers are broken together; each waits for the other under its own timer",
    prepare=_prepare,
    expected=lambda stage: dict.fromkeys(stage.players, ExpectedRecovery(failed=0)),
    needs_own=True,
    choices=RunOptions(converge=1.0, reason="drill", allow_undrilled=True),
)
