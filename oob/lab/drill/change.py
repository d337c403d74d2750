"""What most drills begin with: baselines, and then the change that goes wrong."""

from __future__ import annotations

from oob.lab.drill.part import PARTS
from oob.lab.drill.stage import Stage


def take_baselines(stage: Stage, *names: str) -> None:
    """Let routers (else all that play a part) keep their configuration in their own archive; take their baselines."""
    for name in names or stage.players:
        stage.say(f"{name}: the change window opens; baseline taken")
        if name in PARTS:
            stage.type(name, (), *PARTS[name].keep)
        stage.baseline(name)


def break_routing(stage: Stage, *names: str, before: bool = False) -> None:
    """Make the known-bad change on routers (else on all): routing between them is gone.

    With *before*, what the first part of the change had brought is taken out in one go with it.
    """
    for name in names or stage.players:
        part = PARTS[name]
        stage.say(f"{name}: the change breaks addresses and routing")
        stage.type(name, [*(part.without if before else ()), *part.breaks])
