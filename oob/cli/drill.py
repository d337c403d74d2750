"""`oob drill`: break virtual routers on purpose and recover them over their consoles."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.options import Settings, common
from oob.errors import NotProven

if TYPE_CHECKING:
    from oob.lab.drill.run import Drilled
    from oob.report.scorecard import Scorecard

DEFAULT = "rollback-gone-wrong"


@click.command("drill")
@common
@click.argument("scenario", default=DEFAULT)
@click.option("--list", "show_list", is_flag=True, help="List the scenarios.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep what it writes there.")
@click.option("--five", is_flag=True, help="Drill on five routers: IOS, Junos, EOS, NX-OS and IOS-XR.")
@click.option("--fast", is_flag=True, help="Serial lines without their slowness: for trying things out.")
def command(settings: Settings, scenario: str, show_list: bool, keep: Path | None, five: bool, fast: bool) -> int:
    """Run SCENARIO on two virtual routers of its own; without one, rollback-gone-wrong.

    Needs no device, no network and no root. The recoveries are the ones of `oob recover`; the drill only sets the
    stage. Exit code 0 only if all that the scenario expects was proven.
    """
    from oob.events import Events
    from oob.lab.drill.run import NAMES, drill, find
    from oob.lab.topology import default_topology, five_topology
    from oob.report.live import watch

    if show_list:
        found = [find(name) for name in NAMES]
        rows = [{"name": one.name, "title": one.title} for one in found]
        settings.answer(rows, "\n".join(f"{one.name:<22} {one.title}" for one in found))
        return 0
    chosen = find(scenario)
    topology = five_topology() if five else default_topology()
    if fast:
        for router in topology.routers:
            topology = topology.with_router(router.name, baud=0)
    events = Events()
    settings.note(f"drill {chosen.name}: {chosen.title}")
    with tempfile.TemporaryDirectory(prefix="oob-drill-") as temporary:
        folder = keep or Path(temporary)
        with watch(events, sys.stderr, plain=settings.plain):
            drilled = drill(chosen, folder, topology, events)
        return _tell(settings, drilled, folder)


def _tell(settings: Settings, drilled: Drilled, folder: Path) -> int:
    from oob.recovery.journal import NAME, read
    from oob.report.scorecard import score

    cards = [score(read(path).entries) for path in sorted(folder.glob(f"runs/*/{NAME}"))]
    document: dict[str, Any] = {
        "scenario": drilled.scenario,
        "passed": drilled.is_passed,
        "unmet": list(drilled.unmet),
        "scorecards": [card.as_json() for card in cards],
    }
    lines = [line for card in cards for line in _card(card)]
    lines += [f"not as expected: {line}" for line in drilled.unmet]
    lines.append(f"drill {drilled.scenario}: {'passed' if drilled.is_passed else 'FAILED'}")
    settings.answer(document, "\n".join(lines))
    return 0 if drilled.is_passed else NotProven.exit_code


def _card(card: Scorecard) -> list[str]:
    rows = card.rows()
    width = max(len(name) for name, _ in rows)
    return [*(f"{name:<{width}}  {value}" for name, value in rows), ""]
