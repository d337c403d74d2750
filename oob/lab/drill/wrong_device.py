"""*wrong-device*: the cable of edge1 ends in another router of the same make; nothing may be changed on it."""

from dataclasses import replace

from oob.inventory.device import Expect
from oob.inventory.inventory import Inventory
from oob.lab.drill.change import BREAK, take_baselines
from oob.lab.drill.scenario import Expected, Scenario
from oob.lab.drill.stage import Stage


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    stage.say("edge1: the change breaks addresses and routing")
    stage.type("edge1", BREAK["edge1"])
    stage.say("edge1: the inventory expects another box on this console")
    devices = [
        replace(device, expect=Expect(hostname="edge1", serial="FCZ2711R0ZZ")) if device.name == "edge1" else device
        for device in stage.inventory
    ]
    stage.inventory = Inventory(devices)


SCENARIO = Scenario(
    name="wrong-device",
    title="the console leads to another box than the inventory says",
    prepare=_prepare,
    expected={"edge1": Expected(exit_code=6, error="WrongDevice")},
)
