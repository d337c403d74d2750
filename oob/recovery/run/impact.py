"""The impact of this run with those before it, and the error rate that monitoring shows, for the policy's limits."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.errors import JournalError, UsageError
from oob.inventory.home import Home
from oob.recovery.authority.decision import Thresholds
from oob.recovery.authority.impact import Impact
from oob.recovery.authority.prometheus import NAME, Prometheus
from oob.recovery.proof.prove import Proof
from oob.recovery.record.journal import NAME as JOURNAL
from oob.recovery.record.journal import JournalEntry, read
from oob.recovery.run.run_context import RunContext

RECENT = timedelta(hours=1)
RUN_TIME = "%Y%m%d-%H%M%SZ"


def of_run(ctx: RunContext, proof: Proof | None) -> tuple[Impact, frozenset[str]]:
    """Return the impact of a run that is about to change its device, and the prefixes that its device adds to it.

    *proof* compared the device with the baseline. The devices and prefixes of the runs of the last hour count, too.
    """
    known = recent(ctx.collaborators.home, ctx.collaborators.clock.utc())
    routes = proof.routes if proof else None
    own = frozenset(f"{one.route.vrf} {one.route.prefix}" for one in routes.changes) if routes else frozenset()
    found = Impact(
        devices=len({*devices(known), ctx.entry.name}),
        prefixes=None if routes is None else len(own | _places(known)),
        users=ctx.options.users,
    )
    return found, own


def devices(known: Iterable[tuple[JournalEntry, ...]]) -> frozenset[str]:
    """Return the devices on which the runs of these journals began an attempt."""
    return frozenset(entries[0].device for entries in known if any(_changes(entry) for entry in entries))


def _places(known: Iterable[tuple[JournalEntry, ...]]) -> frozenset[str]:
    """Return the prefixes whose routes those runs were to change."""
    return frozenset(
        str(place)
        for entries in known
        if any(_changes(entry) for entry in entries)
        for entry in entries
        if entry.event == events.IMPACT
        for place in entry.data.get("places", ())
    )


def lowest_error_rate(known: Iterable[tuple[JournalEntry, ...]]) -> float | None:
    """Return the lowest error rate that the runs of these journals measured, None if unknown."""
    found = [
        entry.marks["error_rate"]
        for entries in known
        for entry in entries
        if entry.event == events.ERROR_RATE and entry.marks["error_rate"] is not None
    ]
    return min(map(float, found), default=None)


def error_rate(home: Home, clock: Clock) -> float | None:
    """Return the error rate that the home's `figures.yaml` queries, None where it cannot be read."""
    with suppress(UsageError):
        queried = Prometheus.load(home.path / NAME).figures(Thresholds.load(home.path), clock.utc().timestamp())
        rate = queried.get("error_rate")
        return float(rate) if isinstance(rate, int | float) else None
    return None


def recent(home: Home, now: datetime) -> list[tuple[JournalEntry, ...]]:
    """Return the journals of the runs that began within the last hour."""
    found = []
    for path in sorted(home.runs.glob(f"*/{JOURNAL}")):
        if not path.parent.name >= f"{now - RECENT:{RUN_TIME}}":
            continue
        with suppress(JournalError):
            entries = read(path).entries
            found += [entries] if entries else []
    return found


def _changes(entry: JournalEntry) -> bool:
    return entry.event == events.ATTEMPT_STARTED
