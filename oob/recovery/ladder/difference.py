"""The difference between a target configuration and that of a device, by the rules of its platform."""

from __future__ import annotations

import re

from oob.backup.difference import LineDifference, Order, normalised, unapplied, unified
from oob.backup.folder import Backup
from oob.device.device import Device
from oob.profile.model import Profile


def differences(profile: Profile, target: str, actual: str) -> tuple[LineDifference, ...]:
    """Return each missing line of *target* and each extra line; volatile lines do not count."""
    data = profile.configuration
    if data is None:
        return unapplied(target, actual)
    order = Order(sections=data.ordered, lists=data.ordered_lines)
    return unapplied(target, actual, (*data.volatile, *data.incidental), order, bodies=data.incidental_bodies)


def shown(profile: Profile | None, before: str, after: str, names: tuple[str, str]) -> str:
    """Return how *after* differs from *before* as a unified diff; "" where they are equal by the rules of the platform.

    Without a profile, every line counts.
    """
    data = profile.configuration if profile else None
    if profile is None or data is None:
        return unified(before, after, names=names)
    if not differences(profile, before, after):
        return ""
    ignored = (*data.volatile, *data.incidental)
    return unified(before, after, ignored, bodies=data.incidental_bodies, names=names)


def comparable(profile: Profile, configuration: str) -> tuple[str, ...]:
    """Return the lines that two readings of a configuration have in common when both are correct.

    A device may encrypt an incidental line anew for each reading; its length stays, so a lost byte still shows.
    """
    data = profile.configuration
    if data is None:
        return normalised(configuration)
    lines = normalised(configuration, data.volatile, data.incidental_bodies)
    return tuple(_without_value(line, data.incidental) for line in lines)


def _without_value(line: str, incidental: tuple[str, ...]) -> str:
    match = next(filter(None, (re.search(pattern, line) for pattern in incidental)), None)
    return f"{line[: match.end()]}{len(line)}" if match else line


def is_set_form(profile: Profile, configuration: str) -> bool:
    """Tell whether *configuration* is in set form, on a platform that has both forms."""
    form = profile.configuration.set_form if profile.configuration else None
    first = next((line for line in configuration.splitlines() if line.strip() and not line.startswith("#")), "")
    return bool(form and form.starts and re.search(form.starts, first))


def kept_like(profile: Profile, target: Backup, observed: Backup) -> str:
    """Return the configuration that was *observed*, in the form that *target* is kept in."""
    return observed.configuration_set if is_set_form(profile, target.configuration) else observed.configuration


def read_like(device: Device, target: Backup) -> str:
    """Read the configuration of *device*, in the form that *target* is kept in."""
    if is_set_form(device.profile, target.configuration):
        return device.configuration_set() or ""
    return device.configuration()
