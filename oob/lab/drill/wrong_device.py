"""*wrong-device*: somebody moved a cable, and the console of edge1 leads to edge2; nothing may be changed there."""

from dataclasses import replace

from oob.inventory.inventory import Inventory
from oob.lab.drill.change import break_routing, take_baselines
from oob.lab.drill.scenario import Expected, Scenario
from oob.lab.drill.stage import Stage
from oob.lab.topology import RouterSpec
from oob.profile.store import load
from oob.recovery.difference import differences

EDGE2 = RouterSpec(
    name="edge2",
    platform="cisco_ios",
    serial="FCZ2711R0ZZ",
    version="17.9.4a",
    config="""version 17.9
hostname edge2
aaa new-model
aaa authentication login default local
aaa authorization exec default local
username ops privilege 15 secret 0 @PASSWORD@
interface Loopback0
 ip address 10.255.0.9 255.255.255.255
end
""",
)


def _prepare(stage: Stage) -> None:
    take_baselines(stage, "edge1", "edge2")
    break_routing(stage, "edge1")
    stage.say("somebody moves the cable: the console of edge1 now leads to edge2")
    elsewhere = stage.inventory.device("edge2").paths
    stage.inventory = Inventory(
        replace(device, paths=elsewhere) if device.name == "edge1" else device for device in stage.inventory
    )


def _untouched(stage: Stage) -> tuple[str, ...]:
    now = stage.baseline("edge2").configuration
    changed = differences(load("cisco_ios"), stage.backups("edge2")[0].configuration, now)
    return tuple(f"edge2: {line}" for line in changed)


SCENARIO = Scenario(
    name="wrong-device",
    title="the console leads to another box than the inventory says",
    prepare=_prepare,
    routers=(EDGE2,),
    expected={"edge1": Expected(exit_code=6, error="WrongDevice")},
    check=_untouched,
)
