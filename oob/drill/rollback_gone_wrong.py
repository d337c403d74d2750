"""*rollback-gone-wrong*: the newest copy on each device is useless.

In oob's own lab the copy holds a line that the upgraded software refuses, so the first attempt fails for a real
reason, while DNS and AAA are unreachable. On other routers the copy holds half of the bad change.
"""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)

    def change(name: str) -> None:
        stage.say("the first part of the change goes well, and the device keeps a copy of it", name)
        stage.type(name, stage.part(name).feature, *stage.part(name).keep)

    stage.at_once(stage.players, change)
    break_routing(stage, before=True)
    if stage.is_scripted:
        _upgrade(stage)


def _upgrade(stage: DrillStage) -> None:
    for name in stage.players:
        version, refused = stage.part(name).upgrade
        stage.say("a package is upgraded in silence", name)
        stage.fault(name, "upgrade", version=version, refuse=[refused])
    stage.say("DNS and AAA go away")
    for name in stage.players:
        stage.fault(name, "dns", dead=True)
        stage.fault(name, "aaa", mode="dead")


def _expected(stage: DrillStage) -> dict[str, ExpectedRecovery]:
    return dict.fromkeys(stage.players, ExpectedRecovery(failed=1 if stage.is_scripted else None))


SCENARIO = Scenario(
    name="rollback-gone-wrong",
    title="the newest copy on each device is of no use, and DNS and AAA are gone",
    prepare=_prepare,
    expected=_expected,
)
