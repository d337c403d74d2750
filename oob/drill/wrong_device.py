"""*wrong-device*: a moved cable leads a router's console to another router, where nothing may be changed."""

from dataclasses import replace

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.errors import UsageError
from oob.inventory.device import ConsolePath
from oob.inventory.inventory import Inventory
from oob.lab.topology import RouterSpec
from oob.profile.store import load
from oob.recovery.ladder.difference import differences

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


def _prepare(stage: DrillStage) -> None:
    name, other = _pair(stage)
    take_baselines(stage, name)
    stage.baseline(other)
    break_routing(stage, name)
    stage.say(f"a moved cable: the console of {name} now leads to {other}")
    _move(stage, name, stage.inventory.device(other).paths)


def _repair(stage: DrillStage) -> None:
    name, _ = _pair(stage)
    _move(stage, name, Inventory.load(stage.home).device(name).paths)


def _pair(stage: DrillStage) -> tuple[str, str]:
    """Return the router to recover, and another of the same platform for its console to lead to."""
    name = stage.players[0]
    platform = stage.inventory.device(name).platform
    for device in stage.inventory:
        if device.name != name and device.platform == platform:
            return name, device.name
    raise UsageError(f"there is no second {platform} beside {name} that its console could lead to")


def _move(stage: DrillStage, name: str, paths: tuple[ConsolePath, ...]) -> None:
    stage.inventory = Inventory(
        replace(device, paths=paths) if device.name == name else device for device in stage.inventory
    )


def _untouched(stage: DrillStage) -> tuple[str, ...]:
    _, other = _pair(stage)
    platform = stage.inventory.device(other).platform
    now = stage.baseline(other).configuration
    changed = differences(load(platform), stage.backups(other)[0].configuration, now)
    return tuple(f"{other}: {line}" for line in changed)


SCENARIO = Scenario(
    name="wrong-device",
    title="the console leads to another box than the inventory says",
    prepare=_prepare,
    routers=(EDGE2,),
    expected=lambda stage: {stage.players[0]: ExpectedRecovery(exit_code=6, error="WrongDevice")},
    repair=_repair,
    check=_untouched,
    meaning="the recovery was refused with exit code 6, and nothing was changed on the device behind the moved cable: "
    "it runs no configuration of another device",
)
