"""*half-a-site*: three routers of five are broken at once; they are recovered together, and the others not touched."""

from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.profile.store import load
from oob.recovery.ladder.difference import differences

BROKEN, WELL = ("edge1", "core1", "pe1"), ("leaf1", "spine1")


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage)
    break_routing(stage, *BROKEN)


def _check(stage: DrillStage) -> tuple[str, ...]:
    """Return each changed line of the routers that were not broken."""
    found = []
    for name in WELL:
        before, now = stage.backups(name)[0].configuration, stage.baseline(name).configuration
        changed = differences(load(stage.inventory.device(name).platform), before, now)
        found += [f"{name}: {line}" for line in changed]
    return tuple(found)


SCENARIO = Scenario(
    name="half-a-site",
    title="three routers of five are broken at once: IOS, Junos and IOS-XR; the others must not be touched",
    prepare=_prepare,
    expected=lambda stage: dict.fromkeys(BROKEN, ExpectedRecovery()),
    needs=(*BROKEN, *WELL),
    needs_own=True,
    check=_check,
)
