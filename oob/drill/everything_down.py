"""*everything-down*: a real router without OSPF behind a bad WAN; DNS and RADIUS are down, one path of three works.

The proof reads the routing tables of its neighbours from outside; they know nothing of oob.
"""

from __future__ import annotations

from collections.abc import Iterator

import oob.recovery.record.events as events
from oob.drill.change import break_routing
from oob.drill.real_site import PATHS, RealSite
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.lab.real.process import wait_until
from oob.recovery.record.journal import NAME, read

_ROUTER, _NEIGHBOURS = "r2", ("r1", "r3")
_LOST_WITHIN = 20.0


def _prepare(stage: DrillStage) -> None:
    real = _real(stage)
    stage.say("the change window opens", _ROUTER)
    stage.baseline(_ROUTER)
    real.before = {name: real.site.routers[name].table() for name in _NEIGHBOURS}
    break_routing(stage, _ROUTER)
    wait_until(lambda: all(real.site.missing(name) for name in _NEIGHBOURS), seconds=_LOST_WITHIN)
    stage.say("r1 and r3 have lost each other; DNS and RADIUS swallow their requests")
    stage.fault(_ROUTER, "aaa")
    stage.say(f"the {PATHS[0]} path is busy, the {PATHS[1]} path will vanish in the middle of the replacement")
    stage.fault(_ROUTER, "busy", path=PATHS[0])
    stage.fault(_ROUTER, "drop", path=PATHS[1])
    stage.say("the way to the site is now 600 ms, 64 kbit/s and lossy")
    stage.fault(_ROUTER, "distance")


def _check(stage: DrillStage) -> tuple[str, ...]:
    return tuple(_wrong(_real(stage)))


def _wrong(real: RealSite) -> Iterator[str]:
    """Yield each failed check."""
    site = real.site
    for name in _NEIGHBOURS:
        before, now = real.before[name], site.routers[name].table()
        yield from (f"{name} lacks {route}" for route in sorted(before - now))
        yield from (f"{name} has {route} besides" for route in sorted(now - before))
    if not site.routers["r1"].reaches("10.255.0.3", source="10.255.0.1"):
        yield "r1 does not reach r3 through r2"
    sent, received = site.routers[_ROUTER].datagrams()
    if not sent or received:
        yield f"{_ROUTER} has asked RADIUS {sent} times and been answered {received} times"
    if site.wan.questions:
        yield f"{site.wan.questions} DNS packets have crossed the way to the site"
    story = [entry for path in real.home.runs.glob(f"*/{NAME}") for entry in read(path).entries]
    if not any(entry.event == events.ATTEMPT_INTERRUPTED for entry in story):
        yield f"the {PATHS[1]} path has not dropped in the middle of an attempt"
    if not any(PATHS[2] in entry.path for entry in story[-3:]):
        yield f"it was not the {PATHS[2]} path that finished"


def _real(stage: DrillStage) -> RealSite:
    assert isinstance(stage, RealSite)  # which is what `is_real` says
    return stage


SCENARIO = Scenario(
    name="everything-down",
    title="a real FRR site 600 ms away: OSPF, DNS and RADIUS gone, two of three paths too; needs root",
    prepare=_prepare,
    expected=lambda stage: {_ROUTER: ExpectedRecovery()},
    needs_own=True,
    is_real=True,
    check=_check,
)
