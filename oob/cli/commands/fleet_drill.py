"""`oob fleet drill`: break a region of virtual routers, and recover it in waves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.options import Settings, common
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from oob.fleet.region_down import RegionResult


@click.command("drill")
@common
@click.option("--small", is_flag=True, help="Three routers at one site instead of 40 at three.")
@click.option("--fast", is_flag=True, help="Serial lines without their slowness: for trying things out.")
@click.option("--failing-canary", "failing", is_flag=True, help="No attempt works on the canary; the fleet is halted.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep what it writes there.")
def drill(settings: Settings, small: bool, fast: bool, failing: bool, keep: Path | None) -> int:
    """Break a region of virtual routers and recover it in waves: gates first, the consoles behind them after.

    Needs no device, no network and no root. Exit code 0 only if all came as expected. `oob drill region-down` is the
    same, and `oob drill region-down-halted` that with a failing canary.
    """
    return play_region(settings, small=small, fast=fast, failing=failing, keep=keep)


def play_region(settings: Settings, *, small: bool = False, fast: bool, failing: bool, keep: Path | None) -> int:
    """Play the drill of a region, tell how it went, and return the exit code."""
    import tempfile

    from oob.events import Events
    from oob.fleet.region import region
    from oob.fleet.region_down import drill as play
    from oob.fleet.view import Ahead, watch
    from oob.inventory.home import Home

    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise UsageError(f"{keep}: is not empty; a drill keeps what it writes in a folder of its own")
    emitter = Events()
    chosen = region(is_whole=not small, baud=0 if fast else 9600)
    ahead = Ahead(devices=len(chosen.topology().routers), waves=3, seconds=180.0)
    with tempfile.TemporaryDirectory(prefix="oob-fleet-") as temporary:
        folder = keep or Path(temporary)
        with watch(emitter, sys.stderr, ahead, Home(folder), plain=settings.plain):
            result = play(folder, chosen, emitter, failing=failing)
        return _tell_drill(settings, result)


def _tell_drill(settings: Settings, result: RegionResult) -> int:
    from oob.report.spans import duration

    proven = sum(known.is_recovered for known in result.state.members.values())
    lines = [f"{proven} routers proven in {duration(result.seconds)}"]
    if result.state.halted:
        lines.append(f"halted: {result.state.halted}")
    else:
        lines.append(
            f"longest chain: {result.chain} recoveries of {duration(result.single)}; the fleet took "
            f"{result.times_chain:.2f} times that"
        )
    lines += [f"not as expected: {text}" for text in result.unmet]
    lines.append(f"drill region-down: {'FAILED' if result.unmet else 'passed'}")
    document = {
        "scenario": "region-down",
        "passed": not result.unmet,
        "unmet": list(result.unmet),
        "proven": proven,
        "halted": result.state.halted,
        "seconds": round(result.seconds, 1),
        "chain": result.chain,
        "single": result.single,
    }
    settings.answer(document, "\n".join(lines))
    return NotProven.exit_code if result.unmet else 0
