"""*two-dependent-devices*: the only paths to one console run through the other router, and both are broken.

The other console answers as soon as the first router has its configuration back under its revert timer. Its routes wait
for the other router then, and each must be proven before the timers expire.
"""

from dataclasses import replace

import oob.recovery.record.events as events
from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.events import Event
from oob.inventory.inventory import Inventory
from oob.recovery.context import RunOptions

FIRST, BEHIND = "edge1", "core1"
FORWARDS = frozenset({events.TIMER_ARMED, *events.RUN_ENDS})  # of the first router: it is as good as it gets


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage)
    stage.say(f"the console of {BEHIND} is reached through {FIRST}, which routes nothing now")
    stage.fault(BEHIND, "reach", up=False)
    stage.inventory = Inventory(
        replace(device, paths=tuple(replace(path, via=FIRST) for path in device.paths))
        if device.name == BEHIND
        else device
        for device in stage.inventory
    )
    start = stage.start_later(BEHIND)

    def forward(event: Event) -> None:
        if event.name in FORWARDS and event.device == FIRST and not start.is_set():
            stage.say(f"{FIRST} forwards again, so the console of {BEHIND} can be reached")
            stage.fault(BEHIND, "reach", up=True)
            start.set()

    stage.listen(forward)


SCENARIO = Scenario(
    name="two-dependent-devices",
    title="the only paths to one console run through the other router, and both are broken",
    prepare=_prepare,
    expected=lambda stage: dict.fromkeys((FIRST, BEHIND), ExpectedRecovery()),
    needs_own=True,
    choices=RunOptions(converge=1.0, reason="drill", allow_undrilled=True),
)
