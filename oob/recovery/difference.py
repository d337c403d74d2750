"""What of a target configuration a device does not have, by the rules of its platform."""

from __future__ import annotations

from oob.backup.difference import LineDifference, unapplied
from oob.profile.model import Profile


def differences(profile: Profile, target: str, actual: str) -> tuple[LineDifference, ...]:
    """Return each line of *target* that did not take and each line too many; volatile lines do not count."""
    data = profile.configuration
    if data is None:
        return unapplied(target, actual)
    return unapplied(target, actual, (*data.volatile, *data.incidental), data.ordered)
