"""The files that a person writes into a home, and what keeps each from being used: known by day, not in a recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from oob.errors import OobError
from oob.inventory.home import Home


def faults(home: Home) -> Iterator[tuple[str, str]]:
    """Yield the name of each such file that is there, and why it cannot be used, empty where it can."""
    for name, read in _readers().items():
        if (home.path / name).exists():
            yield name, _fault(read, home.path)


def _fault(read: Callable[[Path], object], home: Path) -> str:
    try:
        read(home)
    except OobError as error:
        return str(error)
    return ""


def _readers() -> Mapping[str, Callable[[Path], object]]:
    """Return the reader of each file of a home; loaded here, since no other command needs them all."""
    from oob.backup import search
    from oob.fleet import limits
    from oob.recovery.after import own
    from oob.recovery.authority import authority, decision, prometheus
    from oob.recovery.readiness import thresholds
    from oob.report import channel, fields, webhook
    from oob.transport.programs import Programs
    from oob.web import access

    return {
        authority.NAME: authority.Policy.load,
        decision.NAME: decision.Thresholds.load,
        prometheus.NAME: lambda home: prometheus.Prometheus.load(home / prometheus.NAME),
        thresholds.NAME: thresholds.ReadyThresholds.load,
        limits.NAME: limits.FleetLimits.load,
        own.NAME: own.checks,
        search.NAME: lambda home: search.places(home / search.NAME),
        webhook.NAME: webhook.keepers,
        fields.NAME: fields.templates,
        access.NAME: access.Tokens.load,
        "notify.yaml": lambda home: channel.channels(home / "notify.yaml"),
        "programs.yaml": lambda home: Programs.load(home / "programs.yaml"),
    }
