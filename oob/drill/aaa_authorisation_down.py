"""*aaa-authorisation-down*: the AAA servers are dead, and each command waits for them before it runs."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage

DELAY = 6.0  # seconds that a device waits for two dead servers before it decides by itself


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage)
    stage.say(f"the AAA servers are dead: each command takes {DELAY:.0f} s more")
    for name in ("edge1", "core1"):
        stage.fault(name, "aaa", authorization_delay=DELAY)


def _expected(stage: DrillStage) -> dict[str, ExpectedRecovery]:
    return dict.fromkeys(("edge1", "core1"), ExpectedRecovery())


SCENARIO = Scenario(
    name="aaa-authorisation-down",
    title="the AAA servers are dead, and each command waits for them",
    prepare=_prepare,
    expected=_expected,
    needs_own=True,
)
