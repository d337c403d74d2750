"""Find the lines of a backup that the software of a device refuses, without changing anything.

Only lines missing on the device are tried: after a silent upgrade a device has dropped what it no longer knows. The
`help` is asked after each line, or the lines are loaded into a `candidate` and discarded again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from oob.backup.folder import Backup
from oob.device.device import Device
from oob.device.values import Values
from oob.profile.model import Profile, Step
from oob.recovery.ladder.bring import set_form
from oob.recovery.ladder.difference import differences

MOST = 100
NO_SUCH_COMMAND = re.compile(r"% ?(?:Unrecognized command|Invalid input|Invalid command|Unknown command)")
IN_LINE = re.compile(r"^terminal:(\d+):\(\d+\) (?!warning)", re.MULTILINE)


def refused(device: Device, target: Backup, observed: Backup) -> tuple[str, ...]:
    """Return the lines of *target* that *device* does not know; empty where its platform cannot tell."""
    way = device.profile.trial
    try:
        return _WAYS[way](device, target, observed) if way else ()
    finally:
        device.go_home()


def _by_help(device: Device, target: Backup, observed: Backup) -> tuple[str, ...]:
    unknown = []
    for parents, line in _missing(device, target, observed):
        device.go_home()
        device.console.go(_editing(device))
        for parent in parents:
            device.console.run(parent)
        if NO_SUCH_COMMAND.search(device.console.help(line)):
            unknown.append(" / ".join((*parents, line)))
    return tuple(unknown)


def _missing(device: Device, target: Backup, observed: Backup) -> list[tuple[tuple[str, ...], str]]:
    """Return the lines to try, each with its sections: only existing sections, since entering one creates it.

    A line with a question mark is not tried: it would ask for help in the middle.
    """
    found = differences(device.profile, target.configuration, observed.configuration)
    lines = [(line.parents, line.line) for line in found if line.kind == "missing"]
    absent = {(*parents, line) for parents, line in lines}
    here = [line for line in lines if line[0] not in absent and "?" not in "".join((*line[0], line[1]))]
    return [(tuple(parent.strip() for parent in parents), line.strip()) for parents, line in here[:MOST]]


def _by_candidate(device: Device, target: Backup, observed: Backup) -> tuple[str, ...]:
    candidate, load = device.profile.candidate, _loading(device.profile)
    there = set(observed.configuration_set.split("\n"))
    wanted = set_form(device.profile, target).split("\n")
    lines = [line for line in wanted if line.startswith("set ") and line not in there]
    if not lines or candidate is None or load is None:
        return ()
    device.console.go(_editing(device))
    said = device.console.load(load.opens, lines[:MOST], ready=load.ready or "", close=load.closes).text
    device.perform(candidate.discard, Values())
    return tuple(lines[int(match[1]) - 1] for match in IN_LINE.finditer(said) if int(match[1]) <= len(lines))


def _loading(profile: Profile) -> Step | None:
    """Return the step by which the platform loads set commands as a text."""
    steps = (step for strategy in profile.strategies.values() for step in strategy.steps)
    return next((step for step in steps if step.paste == "config_set"), None)


def _editing(device: Device) -> str:
    configuration = device.profile.configuration
    return configuration.enter if configuration else device.profile.home_state


_WAYS: dict[str, Callable[[Device, Backup, Backup], tuple[str, ...]]] = {"help": _by_help, "candidate": _by_candidate}
