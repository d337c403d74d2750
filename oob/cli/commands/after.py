"""`oob after`: run the post-recovery checks and write the hand-over note."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from oob.cli.history import history, run_of, runs_argument
from oob.cli.options import Settings, common
from oob.cli.several import Shape, several
from oob.cli.target import target_options
from oob.cli.viewing import viewing
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from oob.inventory.device import InventoryDevice
    from oob.recovery.after.aftercare import InBand
    from oob.recovery.context import Collaborators

MARKS = {"yes": "ok", "no": "NO", "not looked at": "--"}


def _summary(document: dict[str, Any]) -> str:
    count = Counter(point["standing"] for point in document["points"])
    return ", ".join(f"{count[standing]} {MARKS[standing]}" for standing in MARKS if count[standing])


@click.command("after")
@common
@target_options
@several(Shape(kind="after", keeps=False, summary=_summary), runs_argument)
def command(settings: Settings, target: str, **options: Any) -> int:
    """Look at the device of RUN again, point by point: software, timers, configuration, routes, AAA and name servers,
    every path to the console, management in-band. Record it, and write a hand-over note; change nothing.
    """
    from oob import durable
    from oob.cli.recovery import means_of_run, telling
    from oob.recovery.after.aftercare import go_through
    from oob.report.handoff import hand_off
    from oob.report.story import tell

    run = run_of(settings, target)
    entry, with_means = means_of_run(settings, history(settings, run).entries, **options)
    with telling(settings, with_means), viewing(settings, with_means.events):
        points = go_through(run, entry, with_means, _in_band(entry, with_means))
    note = settings.home.runs / run / "hand-off.md"
    durable.replace_file(note, hand_off(tell(history(settings, run).entries)).encode())
    lines = [f"{MARKS[point.standing]}  {point.text}{f': {point.why}' if point.why else ''}" for point in points]
    text = "\n".join([*lines, f"hand-over note: {note}"])
    settings.answer({"run": run, "points": [asdict(point) for point in points], "note": str(note)}, text)
    return NotProven.exit_code if any(point.standing == "no" for point in points) else 0


def _in_band(entry: InventoryDevice, with_means: Collaborators) -> InBand | None:
    from oob.cli import in_band

    try:
        in_band.check(entry)
    except UsageError:
        return None

    def ask() -> tuple[bool, str]:
        answered = in_band.ask(entry, with_means.secrets, entry.expect.serial)
        return answered.is_back, answered.line()

    return ask
