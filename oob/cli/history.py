"""The argument that names a recovery, and what its journal says."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.options import Settings, home_of
from oob.errors import JournalError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from oob.recovery.record.journal import History


LATEST = "latest"


def find_run(settings: Settings, given: str) -> str:
    """Return the run that *given* names: its id, the beginning of it, `latest`, or the code that was read out.

    Raises UsageError without exactly one.
    """
    from oob.recovery.record.journal import NAME
    from oob.report.code import spoken

    names = sorted(path.parent.name for path in settings.home.runs.glob(f"*/{NAME}"))
    if given in names:
        return given
    if given == LATEST and names:
        return names[-1]
    found = [name for name in names if given and name.startswith(given)]
    if not found and given:
        with suppress(UsageError):
            found = [name for name in names if name.lower().endswith(f"-{spoken(given).run}")]
    if len(found) > 1:
        raise UsageError(f"{given}: more than one run begins so: {', '.join(found[-5:])}")
    if not found:
        raise UsageError(f"{given[:100]}: there is no such run; `oob runs` lists them")
    return found[0]


def run_of(settings: Settings, target: str) -> str:
    """Return the run that *target* names; where a command works on several devices, the newest run of that device."""
    if not settings.device:
        return find_run(settings, target)
    run = _newest(settings.home.runs).get(target)
    if run is None:
        raise UsageError(f"{target}: it has no run; `oob runs` lists them")
    return run


@functools.cache
def _newest(folder: Path) -> Mapping[str, str]:
    """Return the newest run of each device, from the first line of each journal."""
    from oob.recovery.record.journal import NAME

    found = {}
    for path in sorted(folder.glob(f"*/{NAME}")):
        with suppress(OSError, ValueError, LookupError, TypeError), path.open("rb") as file:
            found[str(json.loads(file.readline())["device"])] = path.parent.name
    return found


def history(settings: Settings, run: str) -> History:
    """Return the journal of *run* up to its first damaged line; raises UsageError where there is no such run.

    An index of runs that records another journal is damage, too.
    """
    from oob.recovery.record.anchor import Index
    from oob.recovery.record.journal import NAME

    path = settings.home.runs / run / NAME
    if Path(run).name != run or not os.path.isfile(path):  # which, unlike Path's, takes a name of any length
        raise UsageError(f"{run}: there is no such run; `oob runs` lists them")
    found = Index(settings.home).read(run)
    if not found.entries:
        raise JournalError(found.damage or f"{path}: holds no whole line")
    return found


def runs(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the runs of the home whose names begin with *incomplete*, newest first."""
    from click.shell_completion import CompletionItem  # only a shell that completes needs these

    folders = home_of(ctx).runs.glob("*/")
    names = sorted((each.name for each in folders if each.name.startswith(incomplete)), reverse=True)
    names += [LATEST] if names and LATEST.startswith(incomplete) else []
    return [CompletionItem(name) for name in names]


run_argument = click.argument("run", shell_complete=runs)
runs_argument = click.argument("names", nargs=-1, metavar="[RUN]...", shell_complete=runs)
