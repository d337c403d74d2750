"""The start of most drills: baselines, then the change that goes wrong."""

from __future__ import annotations

from oob.drill.stage import DrillStage


def take_baselines(stage: DrillStage, *names: str) -> None:
    """Take the baselines of routers (else of all players), and store each configuration in the router's own archive."""

    def take(name: str) -> None:
        stage.say("the change window opens", name)
        stage.baseline(name)
        stage.type(name, (), *stage.part(name).keep)

    stage.at_once(names or stage.players, take)


def break_routing(stage: DrillStage, *names: str, before: bool = False) -> None:
    """Make the known-bad change on routers (else on all players): it removes the routing.

    With *before*, the same paste also removes the first part of the change.
    """

    def break_it(name: str) -> None:
        part = stage.part(name)
        stage.say("the change breaks addresses and routing", name)
        stage.type(name, [*(part.without if before else ()), *part.breaks])

    stage.at_once(names or stage.players, break_it)
