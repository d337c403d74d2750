"""`oob runs`: recoveries, from their journals."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from oob.cli.options import Settings, common
from oob.errors import OobError
from oob.printable import one_line


@click.command("runs")
@common
@click.option("--code", "heard", default="", metavar="CODE", help="Say the meaning of a code that was read out.")
def command(settings: Settings, heard: str) -> None:
    """List recoveries, newest first: how long each took, a code to read out over the phone, why, and how it ended."""
    if heard:
        _explain(settings, heard)
        return
    from oob.report.run_listing import RunListing  # the meaning of a code needs no run

    rows = RunListing(settings.home).rows()
    settings.answer(rows, "\n".join(map(_line, rows)) or "no recovery has been run")


def _line(row: dict[str, Any]) -> str:
    took = "" if row["seconds"] is None else f"{row['seconds']:.0f} s"
    why = "; ".join(filter(None, (row["change"], row["reason"])))
    told = ": ".join(filter(None, (why, row["end"])))
    damaged = "; damaged, so that much is known" if row["damage"] else ""
    line = f"{row['run']}  {row['device']:<16} {row['state']:<13} {took:>7}  {row['code']:<13} {row['operator']}"
    return f"{line}  {one_line(told)}{damaged}"


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
