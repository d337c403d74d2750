"""*second-operator-in-the-way*: another operator types on one console; holds the other, and left uncommitted changes.

The recovery evicts no operator: it reads again, takes the next path, and keeps the uncommitted lines for their owner.
"""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.recovery.run.preparation import EDITS

TYPED_ON, HELD = "edge1", "core1"
EDIT = "set system domain-name eve.example"


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage)
    stage.say("eve will type a command of her own in the middle of the recovery", TYPED_ON)
    stage.fault(TYPED_ON, "type", text="show users\r", when={"line": "^show ip route"})
    stage.say(f"eve has left a change without committing it: {EDIT}", HELD)
    stage.fault(HELD, "edit", line=EDIT)
    path = stage.inventory.device(HELD).paths[0]
    stage.say(f"eve also has the console open, {path.url}", HELD)
    stage.hold(path.url)


def _check(stage: DrillStage) -> tuple[str, ...]:
    """Return what of the other operator's work is lost."""
    kept = "".join(path.read_text() for path in stage.home.runs.glob(f"*/{EDITS}"))
    return () if "eve.example" in kept else (f"{HELD}: the uncommitted line of eve was not kept in {EDITS}",)


SCENARIO = Scenario(
    name="second-operator-in-the-way",
    title="another operator types on one console, holds the other and left uncommitted changes",
    prepare=_prepare,
    expected=lambda stage: dict.fromkeys((TYPED_ON, HELD), ExpectedRecovery()),
    needs_own=True,
    check=_check,
)
