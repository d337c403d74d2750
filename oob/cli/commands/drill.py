"""`oob drill`: break routers on purpose and recover them over their consoles."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.options import Settings, common
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oob.drill.run import Drilled
    from oob.lab.topology import Topology
    from oob.report.scorecard import Scorecard

DEFAULT = "rollback-gone-wrong"
HISTORY = "history"
REGION = {  # what `oob fleet drill` plays, by the names of scenarios
    "region-down": "a region of 40 routers at three sites, recovered in waves",
    "region-down-halted": "the same region, where no attempt works on the canary",
}


def _scenarios(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from oob.drill.run import NAMES

    return [name for name in (*NAMES, *REGION, HISTORY) if name.startswith(incomplete)]


@click.command("drill")
@common
@click.argument("scenario", default=DEFAULT, shell_complete=_scenarios)
@click.option("--list", "show_list", is_flag=True, help="List the scenarios.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep what it writes there.")
@click.option("--five", is_flag=True, help="Drill on five routers: IOS, Junos, EOS, NX-OS and IOS-XR.")
@click.option(
    "--topology",
    "own",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Drill on virtual routers of your own: a topology as for oob lab up.",
)
@click.option("--fast", is_flag=True, help="Serial lines without their slowness: for trying things out.")
@click.option(
    "--lab",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Drill on YOUR routers: a lab of containerlab, vrnetlab, GNS3, EVE-NG or CML.",
)
@click.option("--server", default="", metavar="ADDRESS", help="Where that lab runs, for GNS3, EVE-NG and CML.")
@click.option("--router", "names", multiple=True, metavar="NAME", help="Only this one of them; may be given again.")
@click.option("--username", default=None, help="User on them; else $OOB_USERNAME, the secrets file, a prompt.")
@click.option("--hands-on", is_flag=True, help="Hand the broken lab to people; watch, time and score what they do.")
@click.option("--team", multiple=True, metavar="NAME", help="Who drills; may be given again.")
@click.option("--approver", default="", metavar="NAME[=ENROLMENT]", help="Require this approver, at any machine.")
@click.option("--listen", default="", metavar="ADDRESS", help="Open the console servers there, for other machines.")
@click.option("--yes", is_flag=True, help="Break them without asking.")
def command(
    settings: Settings,
    scenario: str,
    show_list: bool,
    keep: Path | None,
    five: bool,
    own: Path | None,
    fast: bool,
    file: Path | None,
    hands_on: bool,
    team: tuple[str, ...],
    approver: str,
    listen: str,
    **lab: Any,
) -> int:
    """Run SCENARIO on two virtual routers of its own; without one, rollback-gone-wrong.

    Needs no device, no network and no root. The recoveries are the ones of `oob recover`; the drill only sets the
    stage. Exit code 0 only if all that the scenario expects was proven.

    With --lab it is your routers whose routing is broken, over the consoles that the lab gives them. Their baselines
    are kept first, they are put back in the end whatever comes of it, and written text stays.

    With --hands-on people recover the lab, with oob or by hand; `oob drill history` lists their results.
    """
    from oob.cli.commands import drill_hands_on
    from oob.cli.commands.drill_lab import borrow
    from oob.cli.commands.fleet_drill import play_region
    from oob.drill.run import NAMES, drill, find, play
    from oob.events import Events
    from oob.report.live import watch

    if scenario == HISTORY:
        drill_hands_on.history(settings)
        return 0
    if show_list:
        found = [find(name) for name in NAMES]
        rows = [{"name": one.name, "title": one.title, "lab": not one.needs_own} for one in found]
        rows += [{"name": name, "title": title, "lab": False} for name, title in REGION.items()]
        width = max(map(len, (*NAMES, *REGION)))
        settings.answer(rows, "\n".join(f"{row['name']:<{width}}  {row['title']}" for row in rows))
        return 0
    if scenario in REGION:
        if own or five or file or hands_on:
            raise UsageError(f"{scenario} has a region of its own: only --fast, --keep and --plain go with it")
        return play_region(settings, fast=fast, failing=scenario.endswith("-halted"), keep=keep)
    if own and (five or file):
        raise UsageError("--topology is a lab of its own: --five and --lab are others")
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise UsageError(f"{keep}: is not empty; a drill keeps what it writes in a folder of its own")
    chosen = find(scenario)
    if hands_on:
        if file:
            raise UsageError("--hands-on breaks a virtual lab; --lab is for drills without people")
        topology = _topology(own, five=five, fast=fast)
        persons: dict[str, Any] = {"team": team, "approver": approver, "listen": listen, "is_scripted": own is None}
        return drill_hands_on.hands_on(settings, chosen, topology, keep, **persons)
    settings.note(f"drill {chosen.name}: {chosen.title}")
    events = Events()
    if file:
        folder = keep or settings.home.path / "drills" / f"{datetime.now(UTC):%Y%m%d-%H%M%SZ}"
        stage = borrow(settings, chosen, file, folder, events, **lab)
        with watch(events, sys.stderr, plain=settings.plain, runs=folder / "runs"), stage:
            drilled = play(chosen, stage)
        settings.note(f"baselines, journals and transcripts: {folder}")
        return _tell(settings, drilled, folder)
    with tempfile.TemporaryDirectory(prefix="oob-drill-", ignore_cleanup_errors=True) as temporary:
        folder = keep or Path(temporary)
        with watch(events, sys.stderr, plain=settings.plain, runs=folder / "runs"):
            drilled = drill(chosen, folder, _topology(own, five=five, fast=fast), events, is_scripted=own is None)
        return _tell(settings, drilled, folder)


def _topology(own: Path | None, *, five: bool, fast: bool) -> Topology:
    from oob.lab.topology import default_topology, five_topology, from_yaml

    if own is not None:
        topology = from_yaml(own.read_text(), own.name)
    else:
        topology = five_topology() if five else default_topology()
    return topology.with_lines(baud=0) if fast else topology


def _tell(settings: Settings, drilled: Drilled, folder: Path) -> int:
    from oob.drill.run import find
    from oob.recovery.record.journal import NAME, read
    from oob.report.scorecard import score, scoreboard

    cards = [score(read(path).entries) for path in sorted(folder.glob(f"runs/*/{NAME}"))]
    document: dict[str, Any] = {
        "scenario": drilled.scenario,
        "passed": drilled.is_passed,
        "unmet": list(drilled.unmet),
        "scorecards": [card.as_json() for card in cards],
    }
    lines = scoreboard(cards)
    lines += [f"not as expected: {line}" for line in drilled.unmet]
    meaning = find(drilled.scenario).meaning
    because = f": {meaning}" if drilled.is_passed and meaning else ""
    lines.append(f"drill {drilled.scenario}: {'passed' if drilled.is_passed else 'FAILED'}{because}")
    _keep(settings, drilled, cards)
    settings.answer(document, "\n".join(lines))
    return 0 if drilled.is_passed else NotProven.exit_code


def _keep(settings: Settings, drilled: Drilled, cards: Sequence[Scorecard]) -> None:
    """Keep how the drill ended, for `oob ready`; a home that takes nothing ends no drill."""
    from oob.recovery.record.results import DeviceResult, Results, utc_now

    times = [card.to_proof for card in cards if card.to_proof is not None]
    slowest = f", the slowest proof after {max(times):.0f} s" if times else ""
    result = DeviceResult(
        device=drilled.scenario,
        at=utc_now(),
        seconds=round(sum(card.seconds for card in cards), 1),
        exit_code=0 if drilled.is_passed else NotProven.exit_code,
        text=f"{'; '.join(drilled.unmet) or 'passed'}{slowest}",
    )
    try:
        Results(settings.home, "drill").add(result)
    except UsageError as error:
        settings.note(f"oob: WARN {error}")
