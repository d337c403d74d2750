"""*aaa-authorisation-down*: the AAA servers are dead, and each command waits for them before it runs."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import Expected, Scenario
from oob.drill.stage import Stage

DELAY = 6.0  # seconds that a device waits for two dead servers before it decides by itself


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    break_routing(stage)
    stage.say(f"the AAA servers are dead: each command takes {DELAY:.0f} s more")
    for name in ("edge1", "core1"):
        stage.fault(name, "aaa", authorization_delay=DELAY)


def _expected(stage: Stage) -> dict[str, Expected]:
    return dict.fromkeys(("edge1", "core1"), Expected())


SCENARIO = Scenario(
    name="aaa-authorisation-down",
    title="the AAA servers are dead, and each command waits for them",
    prepare=_prepare,
    expected=_expected,
    needs_own=True,
)
