"""`oob drill --hands-on` and `oob drill history`: a team recovers a broken lab itself, is timed and scored."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from oob.cli.options import Settings
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from oob.drill.own import OwnLab
    from oob.drill.scenario import Scenario
    from oob.lab.control import LabRouter
    from oob.lab.topology import Topology

PHONE = "approver-on-the-phone"


def hands_on(
    settings: Settings,
    scenario: Scenario,
    topology: Topology,
    keep: Path | None,
    *,
    team: tuple[str, ...],
    approver: str,
    listen: str,
    is_scripted: bool,
) -> int:
    """Break a lab, hand it to the team, and score what it does; 0 where the team has proven its recovery."""
    from oob.drill.practice.approver import require
    from oob.drill.practice.card import card
    from oob.drill.practice.director import ORDERS, Director
    from oob.drill.practice.record import PracticeRecord
    from oob.drill.practice.result import PAGE
    from oob.drill.practice.result import keep as keep_result
    from oob.drill.practice.situation import SITUATIONS
    from oob.drill.run import own_stage
    from oob.events import Events
    from oob.report.live import watch

    if scenario.name not in SITUATIONS:
        raise UsageError(f"{scenario.name} has no virtual lab for people; there are {', '.join(SITUATIONS)}")
    began = f"{datetime.now(UTC):%Y%m%d-%H%M%SZ}"
    folder = keep or settings.home.path / "drills" / f"{began}-{scenario.name}"
    situation, events = SITUATIONS[scenario.name], Events()
    with (
        own_stage(scenario, folder, _listening(topology, listen), events, is_scripted=is_scripted) as stage,
        closing(stage.lab.watch()) as spectator,
        closing(PracticeRecord(folder)) as record,
    ):
        with watch(events, sys.stderr, plain=settings.plain), stage.quickly():
            scenario.prepare(stage)
        stage.inventory.save(stage.home)  # a scenario may have moved a cable
        agreed = approver or ("noc" if scenario.name == PHONE else "")
        person = require(folder, agreed) if agreed else None
        page = card(scenario.name, situation.symptom, folder, _consoles(stage), person)
        (folder / "card.txt").write_text(page + "\n")
        director = Director(stage, situation, record, spectator, settings.note, sys.stdin.fileno())
        director.start()
        settings.note(f"{page}\n\nThe clock runs. Orders: {ORDERS}")
        try:
            director.follow()
        finally:
            points = keep_result(folder, began, scenario.name, team, record.events)
    rows = points.rows()
    width = max(len(name) for name, _ in rows)
    text = "\n".join([*(f"{name:<{width}}  {value}" for name, value in rows), f"page of this drill: {folder / PAGE}"])
    settings.answer({"scenario": scenario.name, "team": list(team), "folder": str(folder), **points.as_json()}, text)
    return 0 if points.to_proof is not None and points.is_finished else NotProven.exit_code


def history(settings: Settings) -> None:
    """Print the drills of the home: when, which, who, points, time to proof."""
    from oob.drill.practice.result import history as results

    found = results(settings.home.path / "drills")
    lines = [f"{'BEGAN':<17} {'SCENARIO':<28} {'POINTS':>6} {'TO PROOF':>8}  TEAM"]
    for one in found:
        proof = "-" if one.to_proof is None else f"{int(one.to_proof) // 60}:{int(one.to_proof) % 60:02d}"
        lines.append(f"{one.began:<17} {one.scenario:<28} {one.points:>6} {proof:>8}  {', '.join(one.team)}")
    text = "\n".join(lines) if found else "no drill for people has been kept here: oob drill --hands-on SCENARIO"
    settings.answer([asdict(one) for one in found], text)


def _consoles(stage: OwnLab) -> list[LabRouter]:
    """Return the routers with the consoles that the inventory says they have."""
    paths = {device.name: tuple(path.url for path in device.paths) for device in stage.inventory}
    return [replace(router, consoles=paths[router.name]) for router in stage.lab.routers]


def _listening(topology: Topology, address: str) -> Topology:
    """Return *topology* with its console servers at *address*, where other machines reach them."""
    if not address:
        return topology
    routers = (
        replace(router, ports=tuple(replace(port, address=address) for port in router.ports))
        for router in topology.routers
    )
    return replace(topology, routers=tuple(routers))
