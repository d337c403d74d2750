"""The stability watch after a recovery, written to the journal of the run."""

from __future__ import annotations

import oob.recovery.record.events as events
from oob.deadline import Deadline
from oob.errors import BudgetSpent, OobError, UsageError
from oob.inventory import device as inventory
from oob.recovery.api import reopened, verify
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.record.record import Record


def watch(
    run: str, entry: inventory.InventoryDevice, collaborators: Collaborators, *, minutes: float, every: float
) -> bool:
    """Verify the device *every* so many seconds for *minutes*; return whether it stayed proven.

    Changes nothing on it. Raises UsageError where the run has not ended.
    """
    with reopened(run, entry, collaborators) as (record, _):
        state = record.state
        if not state.ended:
            raise UsageError(f"run {run} has not ended: resume it first")
        options = RunOptions(target=str(state.started["target"]), baseline=str(state.started["baseline"]), converge=0.0)
        return _watch(entry, collaborators, record, options, minutes=minutes, every=every)


def _watch(
    entry: inventory.InventoryDevice,
    collaborators: Collaborators,
    record: Record,
    options: RunOptions,
    *,
    minutes: float,
    every: float,
) -> bool:
    clock = collaborators.clock
    deadline = Deadline(60 * minutes, clock.monotonic)
    record.note(events.WATCH_STARTED, f"watch {entry.name} for {_long(minutes)}")
    looks = 0
    while True:
        looks += 1
        reasons = _look(entry, collaborators, options)
        record.note(events.WATCH_LOOKED, "; ".join(reasons)[:500] or "proven", proven=not reasons)
        if reasons:
            text = f"{entry.name} did not stay stable: {reasons[0]}"
            record.note(events.WATCH_FINISHED, text, marks={"stable": False}, looks=looks)
            return False
        if deadline.is_over:
            text = f"{entry.name} stayed stable for {_long(minutes)}, verified {looks} times"
            record.note(events.WATCH_FINISHED, text, marks={"stable": True}, looks=looks)
            return True
        clock.wait(min(every, deadline.remaining()))


def _long(minutes: float) -> str:
    return f"{minutes:g} {'minute' if minutes == 1 else 'minutes'}"


def _look(entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions) -> tuple[str, ...]:
    try:
        return verify(entry, collaborators, options).reasons
    except BudgetSpent:
        raise  # it says nothing of the device, and has its own exit code
    except OobError as error:
        return (f"could not verify: {error}",)
