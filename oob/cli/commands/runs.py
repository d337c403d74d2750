"""`oob runs`: recoveries, from their journals."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.history import MISSHAPEN
from oob.cli.options import Settings, common
from oob.errors import OobError
from oob.printable import one_line

if TYPE_CHECKING:
    from oob.recovery.record.anchor import Index


@click.command("runs")
@common
@click.option("--code", "heard", default="", metavar="CODE", help="Say what a code means that was read out.")
def command(settings: Settings, heard: str) -> None:
    """List recoveries, newest first: how long each took, a code to read out over the phone, why, and how it ended."""
    from oob.recovery.record.anchor import Index
    from oob.recovery.record.journal import NAME

    if heard:
        _explain(settings, heard)
        return
    found = sorted(settings.home.runs.glob(f"*/{NAME}"), reverse=True)
    index = Index(settings.home)
    rows = [_row(index, path) for path in found]
    settings.answer(rows, "\n".join(map(_line, rows)) or "no recovery has been run")


def _line(row: dict[str, Any]) -> str:
    took = "" if row["seconds"] is None else f"{row['seconds']:.0f} s"
    why = "; ".join(filter(None, (row["change"], row["reason"])))
    told = ": ".join(filter(None, (why, row["end"])))
    damaged = "; damaged, so that much is known" if row["damage"] else ""
    line = f"{row['run']}  {row['device']:<16} {row['state']:<13} {took:>7}  {row['code']:<13} {row['operator']}"
    return f"{line}  {one_line(told)}{damaged}"


def _row(index: Index, path: Path) -> dict[str, Any]:
    """Return the row of a run; an unreadable run is a row as well, and ends no other's."""
    try:
        return _known(index, path)
    except MISSHAPEN as error:
        damage = one_line(str(error)) if isinstance(error, OobError) else f"{path}: not a journal of oob"
        empty = dict.fromkeys(("device", "operator", "code", "change", "reason", "end"), "")
        return {"run": path.parent.name, **empty, "seconds": None, "state": "unreadable", "damage": damage}


def _known(index: Index, path: Path) -> dict[str, Any]:
    from oob.report.code import code, word
    from oob.report.story import tell

    history = index.read(path.parent.name)
    story = tell(history.entries, gap=history.damage)
    return {
        "run": path.parent.name,
        "device": story.device,
        "operator": story.operators[0],
        "state": word(history.entries),
        "seconds": story.card.seconds,
        "code": code(history.entries),
        "change": story.change,
        "reason": story.reason,
        "end": story.state,
        "damage": history.damage,
    }


def _explain(settings: Settings, heard: str) -> None:
    import oob.recovery.record.events as events
    from oob.cli.history import find_run, history
    from oob.report.code import spoken

    said = spoken(heard)
    run, deadline = "", ""
    with suppress(OobError):  # a code is understood without its journal, which may lie elsewhere
        run = find_run(settings, heard)
        timers = [entry for entry in history(settings, run).entries if entry.event == events.TIMER_ARMED]
        deadline = str(timers[-1].data.get("deadline", "")) if timers and said.has_timer else ""
    until = f" (until {deadline[11:19]} UTC on {deadline[:10]})" if deadline else ""
    text = f"run {run or f'...-{said.run}'}, attempt {said.number}: {said.meaning}{until}"
    document = {"run": said.run, "state": said.state, "attempt": said.number, "meaning": said.meaning}
    settings.answer({**document, "id": run, "deadline": deadline}, text)
