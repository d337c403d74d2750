"""`oob watch`: the stability watch of a recovered device, or a run of another terminal as it goes on."""

from __future__ import annotations

from typing import Any

import click

import oob.recovery.record.events as events
from oob.cli.history import history, run_of, runs_argument
from oob.cli.options import Amount, Settings, common
from oob.cli.run_options import every_option
from oob.cli.several import Shape, several
from oob.cli.target import target_options
from oob.cli.viewing import viewing
from oob.clock import Clock
from oob.errors import Interrupted, NotProven

LOOK = 0.3  # seconds between two looks at the journal of a run that another process writes
KEYS = "Ctrl-C leaves this board; the run goes on"


@click.command("watch")
@common
@target_options
@several(Shape(kind="watch", keeps=False), runs_argument)
@click.option(
    "--minutes",
    type=Amount(),
    default=15.0,
    show_default=True,
    help="How long it has to stay as it is.",
)
@every_option
def command(settings: Settings, target: str, minutes: float, every: float, **options: Any) -> int:
    """Look at the device of RUN until it has been stable for a while, then tell that it is resolved.

    While another terminal on this machine carries RUN out, show its board, read-only, and end as the run does.
    """
    from oob.cli.recovery import means_of_run, telling
    from oob.recovery.after.watch import watch
    from oob.recovery.record.journal import NAME, is_being_written

    run = run_of(settings, target)
    if is_being_written(settings.home.runs / run / NAME):
        return follow(settings, run, Clock())
    entry, with_means = means_of_run(settings, history(settings, run).entries, **options)
    with telling(settings, with_means), viewing(settings, with_means.events):
        is_stable = watch(run, entry, with_means, minutes=minutes, every=every)
    text = "resolved" if is_stable else "not stable; oob verify shows the differences"
    settings.answer({"run": run, "device": entry.name, "stable": is_stable}, f"{entry.name}: {text}")
    return 0 if is_stable else NotProven.exit_code


def follow(settings: Settings, run: str, clock: Clock) -> int:
    """Show *run* until it or its process ends, and return its exit code, that of an interruption without one."""
    from oob.events import Events
    from oob.recovery.record.events import named
    from oob.recovery.record.journal import NAME, Follower, is_being_written
    from oob.report.words import event_of

    path = settings.home.runs / run / NAME
    follower, emitter = Follower(path), Events()
    entries = follower.more()
    with viewing(settings, emitter, past=tuple(map(event_of, entries)), keys=KEYS):
        while True:
            is_last = not is_being_written(path)
            for event in map(event_of, fresh := follower.more()):
                emitter.emit(named(event.name), event.text, device=event.device, run_id=event.run_id, **event.data)
            entries += fresh
            if is_last or follower.damage:
                break
            clock.wait(LOOK)
    last = next((one for one in reversed(entries) if one.event in {*events.RUN_ENDS, events.RUN_RESUMED}), None)
    end = last if last and last.event in events.RUN_ENDS else None
    device = entries[-1].device if entries else ""
    text = str(end.data["text"]) if end else f"its process has ended and the run has not: oob resume {run}"
    code = int(end.marks.get("exit_code", Interrupted.exit_code)) if end else Interrupted.exit_code
    settings.answer({"run": run, "device": device, "ended": bool(end), "exit_code": code}, f"{device}: {text}")
    return code
