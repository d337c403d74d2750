"""The candidate configuration: who locks it, and what another operator has left in it uncommitted."""

from __future__ import annotations

import re
from collections.abc import Callable

from oob.device.device import Device
from oob.device.values import Values
from oob.errors import GuardStopped, StateUnreachable
from oob.profile.model import Candidate


def clear(device: Device, keep: Callable[[str], None]) -> None:
    """Clear the candidate configuration; uncommitted changes left in it are handed to *keep* and then discarded.

    Raises GuardStopped with the other operator where they lock the configuration or are editing it now.
    """
    data = device.profile.candidate
    if data is None:
        return
    said = _refusal(device)
    if held := re.search(data.held, said, re.MULTILINE):
        raise GuardStopped(
            f"{device.hostname}: the configuration is locked by {held['by']}; let them leave it, or end their session "
            "by hand, before the recovery"
        )
    if said:
        _discard(device, data, keep)


def _refusal(device: Device) -> str:
    """Return the device's refusal to edit its configuration exclusively; "" where it allows it."""
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


def _discard(device: Device, data: Candidate, keep: Callable[[str], None]) -> None:
    opened = device.console.ask(data.enter, {})
    difference = device.console.run(data.difference).text
    if editors := [match["by"] for match in re.finditer(data.editors, opened.text, re.MULTILINE)]:
        device.go_home()
        raise GuardStopped(
            f"{device.hostname}: {'; '.join(editors)} is editing the configuration and has changes in it that are not "
            "committed; let them commit or leave it, before the recovery"
        )
    keep(difference)
    device.perform(data.discard, Values())
