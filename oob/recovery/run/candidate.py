"""Whether the configuration can be edited alone: who holds it, and what somebody has left in it without committing."""

from __future__ import annotations

import re
from collections.abc import Callable

from oob.device.device import Device
from oob.device.values import Values
from oob.errors import GuardStopped, StateUnreachable
from oob.profile.model import Candidate


def clear(device: Device, keep: Callable[[str], None]) -> None:
    """See that nobody's edits are in the way; those that were left behind are given to *keep* and then taken away.

    Raises GuardStopped, saying who it is, where somebody holds the configuration or is editing it now.
    """
    data = device.profile.candidate
    if data is None:
        return
    said = _refusal(device)
    if held := re.search(data.held, said, re.MULTILINE):
        raise GuardStopped(
            f"{device.hostname}: the configuration is locked by {held['by']}; let them leave it, or end their session "
            "by hand, before anything is changed"
        )
    if said:
        _take_away(device, data, keep)


def _refusal(device: Device) -> str:
    """Return what the device says to whoever wants to edit its configuration alone; empty where it lets them."""
    data, configuration = device.profile.candidate, device.profile.configuration
    assert data is not None
    try:
        device.console.go(configuration.enter if configuration else device.profile.home_state)
    except StateUnreachable as error:
        said = error.read.decode("utf-8", "replace")
        if re.search(data.held, said, re.MULTILINE) or re.search(data.changed, said, re.MULTILINE):
            return said
        raise
    device.go_home()
    return ""


def _take_away(device: Device, data: Candidate, keep: Callable[[str], None]) -> None:
    opened = device.console.ask(data.enter, {})
    difference = device.console.run(data.difference).text
    if editors := [match["by"] for match in re.finditer(data.editors, opened.text, re.MULTILINE)]:
        device.go_home()
        raise GuardStopped(
            f"{device.hostname}: {'; '.join(editors)} is editing the configuration and has changes in it that are not "
            "committed; let them commit or leave it, before anything is changed"
        )
    keep(difference)
    device.perform(data.discard, Values())
