"""`oob runs`: recoveries, from their journals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from oob.cli.history import MISSHAPEN
from oob.cli.options import Settings, common
from oob.errors import OobError
from oob.inventory.home import Home
from oob.printable import one_line


@click.command("runs")
@common
@click.option("--code", "heard", default="", metavar="CODE", help="Say what a code means that was read out.")
def command(settings: Settings, heard: str) -> None:
    """List recoveries, newest first, each with a code that can be read out over the phone."""
    from oob.recovery.record.journal import NAME

    if heard:
        _explain(settings, heard)
        return
    found = sorted(settings.home.runs.glob(f"*/{NAME}"), reverse=True)
    rows = [_row(settings.home, path) for path in found]
    lines = [
        f"{row['run']}  {row['device']:<16} {row['state']:<13} {row['code']:<13} {row['operator']}"
        f"{'; damaged, so that much is known' if row['damage'] else ''}"
        for row in rows
    ]
    settings.answer(rows, "\n".join(lines) or "no recovery has been run")


def _row(home: Home, path: Path) -> dict[str, Any]:
    """Return the row of a run; one that cannot be read is a row as well, and ends no other's."""
    try:
        return _known(home, path)
    except MISSHAPEN as error:
        damage = one_line(str(error)) if isinstance(error, OobError) else f"{path}: is no journal of oob"
        empty = dict.fromkeys(("device", "operator", "code"), "")
        return {"run": path.parent.name, **empty, "state": "unreadable", "damage": damage}


def _known(home: Home, path: Path) -> dict[str, Any]:
    from oob.recovery.record.anchor import read_anchored
    from oob.report.code import code, word

    history = read_anchored(home, path.parent.name)
    first = history.entries[0] if history.entries else None
    return {
        "run": path.parent.name,
        "device": first.device if first else "",
        "operator": first.operator if first else "",
        "state": word(history.entries),
        "code": code(history.entries) if history.entries else "",
        "damage": history.damage,
    }


def _explain(settings: Settings, heard: str) -> None:
    from oob.report.code import spoken

    said = spoken(heard)
    text = f"run ...-{said.run}, attempt {said.number}: {said.meaning}"
    settings.answer({"run": said.run, "state": said.state, "attempt": said.number, "meaning": said.meaning}, text)
