"""*rollback-gone-wrong*: the devices' newest own copies hold a line that software upgraded in silence no longer takes.

The first attempt therefore fails on each for a real reason, while DNS is gone and AAA does not answer.
"""

from oob.lab.drill.change import KEEP, ROUTERS, break_routing, take_baselines
from oob.lab.drill.scenario import Expected, Scenario
from oob.lab.drill.stage import Stage

# The first part of the change goes well and is kept by the devices; the second part takes it out again.
FEATURE = {
    "edge1": ["track 1 ip route 203.0.113.0 255.255.255.0 reachability"],
    "core1": ["set system services telnet", "commit"],
}
WITHOUT = {"edge1": ["no track 1"], "core1": ["delete system services telnet"]}
UPGRADE = {
    "edge1": ("17.12.4", [r"^track \d+ ip route"]),
    "core1": ("23.4R2.13", [r"system services telnet"]),
}


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    for name in ROUTERS:
        stage.say(f"{name}: the first part of the change goes well, and the device keeps a copy of it")
        stage.type(name, FEATURE[name], *KEEP[stage.lab.router(name).platform])
        stage.type(name, WITHOUT[name])
    break_routing(stage)
    for name, (version, refused) in UPGRADE.items():
        stage.say(f"{name}: a package is upgraded in silence")
        stage.fault(name, "upgrade", version=version, refuse=refused)
    stage.say("DNS and AAA go away")
    for name in ROUTERS:
        stage.fault(name, "dns", dead=True)
        stage.fault(name, "aaa", mode="dead")


SCENARIO = Scenario(
    name="rollback-gone-wrong",
    title="DNS and AAA are gone, and the newest copy on each device cannot be applied",
    prepare=_prepare,
    expected={"edge1": Expected(failed=1), "core1": Expected(failed=1)},
)
