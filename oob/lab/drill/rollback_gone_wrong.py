"""*rollback-gone-wrong*: the devices' newest own copies hold a line that software upgraded in silence no longer takes.

The first attempt therefore fails on each for a real reason, while DNS is gone and AAA does not answer.
"""

from oob.lab.drill.change import break_routing, take_baselines
from oob.lab.drill.part import PARTS
from oob.lab.drill.scenario import Expected, Scenario
from oob.lab.drill.stage import Stage


def _prepare(stage: Stage) -> None:
    take_baselines(stage)
    for name in stage.players:
        stage.say(f"{name}: the first part of the change goes well, and the device keeps a copy of it")
        stage.type(name, PARTS[name].feature, *PARTS[name].keep)
    break_routing(stage, before=True)
    for name in stage.players:
        version, refused = PARTS[name].upgrade
        stage.say(f"{name}: a package is upgraded in silence")
        stage.fault(name, "upgrade", version=version, refuse=[refused])
    stage.say("DNS and AAA go away")
    for name in stage.players:
        stage.fault(name, "dns", dead=True)
        stage.fault(name, "aaa", mode="dead")


SCENARIO = Scenario(
    name="rollback-gone-wrong",
    title="DNS and AAA are gone, and the newest copy on each device cannot be applied",
    prepare=_prepare,
    expected=dict.fromkeys(PARTS, Expected(failed=1)),
)
